/** The live line of a transmission: whole where there is room, and in a narrow terminal what matters most. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SendProgress } from '../../../../src/cli/sysex-send/sysex-send-text.js';

const MESSAGE = new Uint8Array(50_000);
const SOURCE = {
  count: 20,
  sysexBytes: 20 * MESSAGE.length,
  message: () => ({ bytes: MESSAGE }),
  problemCount: 0,
};

function lineAt(columns: number, isStopping = false): string {
  const progress = new SendProgress(SOURCE);
  progress.update(250_000);
  return progress.describeLive({ elapsedMs: 80_000, plannedMs: 320_000, isStopping }, columns);
}

describe('the live line of sysex-send', () => {
  it('says message, bytes, share and time', () => {
    assert.equal(lineAt(77), 'message 6 of 20  250.0 kB of 1.0 MB  25 %  4:00 left');
  });

  it('keeps the time that is left when there is little room', () => {
    assert.equal(lineAt(37), 'message 6 of 20  25 %  4:00 left');
    assert.equal(lineAt(17), '25 %  4:00 left');
    assert.equal(lineAt(9), '4:00 left');
    assert.equal(lineAt(5), '4:00…');
  });

  it('says after Ctrl-C what is being waited for, and how not to wait', () => {
    assert.equal(
      lineAt(77, true),
      'finishing message 6 of 20  250.0 kB of 1.0 MB  Ctrl-C breaks it off',
    );
    assert.equal(lineAt(37, true), 'finishing  Ctrl-C breaks it off');
  });
});
