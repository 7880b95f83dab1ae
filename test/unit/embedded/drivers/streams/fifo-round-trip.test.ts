/** From one WinMm to another through a FIFO: everything arrives, byte for byte, and a reader that leaves is noticed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createBuiltInWinMm } from '../../../../../src/embedded/drivers/built-in.js';
import { createByteStreamPort } from '../../../../../src/embedded/drivers/streams/byte-stream-port.js';
import { MIDIERR_NODEVICE, MMSYSERR_NOERROR } from '../../../../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../../../../src/winmm/structures.js';
import type { MidiHandle, Mmresult, WinMm } from '../../../../../src/winmm/winmm.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { hex, InputClient } from '../../../../support/input-client.js';
import { MidiBuffer } from '../../../../support/midi-buffer.js';
import { RingLog } from '../../../../support/ring-log.js';
import { temporaryFolder } from '../../../../support/run-midirec.js';

const clock = new FakeClock();
const folder = temporaryFolder({ after });
const path = join(folder, 'fifo');

/** A WinMm whose device 0 is the FIFO. */
function createWinMm(): WinMm {
  const ports = [createByteStreamPort({ clock, path, wPid: 1 })];
  return createBuiltInWinMm(clock, () => ports);
}

async function openOutput(winmm: WinMm): Promise<MidiHandle> {
  const { result, handle } = await winmm.midiOutOpen(0, new RingLog(winmm.memory).ring);
  assert.equal(result, MMSYSERR_NOERROR);
  return handle;
}

function send(winmm: WinMm, handle: MidiHandle, bytes: ArrayLike<number>): Promise<Mmresult> {
  const { address } = MidiBuffer.of(winmm.memory, bytes);
  winmm.midiOutPrepareHeader(handle, address, MIDIHDR_SIZE);
  return winmm.midiOutLongMsg(handle, address, MIDIHDR_SIZE);
}

const skip = process.platform === 'win32' && 'there are no FIFOs on Windows';

describe('a FIFO between two WinMms', { skip }, () => {
  it('carries notes and sysex of every length, in order', async () => {
    execFileSync('mkfifo', [path]);
    const receiving = createWinMm();
    const input = await InputClient.open(receiving, 0);
    await input.addBuffers(4, 4096);
    input.take();
    await input.start();
    const sending = createWinMm();
    const output = await openOutput(sending);

    const messages = [2, 3, 100, 4096, 4097, 100_000].flatMap((length, index) => [
      [0x90, index, 0x40],
      [0xf0, ...new Array<number>(length - 2).fill(index), 0xf7],
    ]);
    for (const message of messages) {
      const sent = send(sending, output, message);
      let result: Mmresult | undefined;
      sent.then((answer) => {
        result = answer;
      });
      await clock.advanceUntil('it is sent', () => result !== undefined);
      assert.equal(result, MMSYSERR_NOERROR);
    }
    const expected = messages.map(hex).join(' ');
    let received = '';
    await clock.advanceUntil('everything arrives', () => {
      for (const [, , bytes] of input.take()) received += received === '' ? bytes : ` ${bytes}`;
      return received.length >= expected.length;
    });
    assert.equal(received, expected);

    await input.close();
    assert.equal(await send(sending, output, [0xf0, 0xf7]), MIDIERR_NODEVICE);
    assert.equal(await sending.midiOutClose(output), MMSYSERR_NOERROR);
  });
});
