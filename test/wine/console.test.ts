/** midirec record on Windows when the console speaks: Ctrl-Break, and the window that is closed. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { CTRL_BREAK_EVENT, CTRL_CLOSE_EVENT } from '../support/console-event.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { WineRun } from '../support/wine-run.js';
import { finishTake, playedEvents } from '../support/wine-take.js';

async function recordUntil(t: TestContext, event: number, fault = '') {
  const program = join(process.env.MIDIREC_WINE_BED!, 'app/build/test/support/console-event.js');
  const played = join(temporaryFolder(t), 'played');
  const script = `input "Keys"\n${fault}\nnotes 300 every 1ms\ntouch ${played}\n`;
  const args = [`${event}`, played, 'record', '-o', 'take.mid'];
  return finishTake(new WineRun(args, { script, limitMs: 20_000 }, program));
}

describe('the console', { concurrency: 3 }, () => {
  it('Ctrl-Break stops and saves, as Ctrl-C does', async (t) => {
    const { result, bytes } = await recordUntil(t, CTRL_BREAK_EVENT);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(playedEvents(bytes!)[1]!.length, 300);
  });

  it('the window is closed: everything is saved before Windows ends the process', async (t) => {
    const { result, bytes } = await recordUntil(t, CTRL_CLOSE_EVENT);
    assert.equal(result.code, 129, result.stderr);
    assert.equal(playedEvents(bytes!)[1]!.length, 300);
  });

  it('the window is closed while the driver hangs: everything is on the disk all the same', async (t) => {
    const { bytes } = await recordUntil(t, CTRL_CLOSE_EVENT, 'hang stop forever');
    const { tracks } = readSmf(bytes!);
    const played = tracks.flatMap(({ events }) =>
      [...events].filter(({ status }) => status < 0xf0),
    );
    assert.equal(played.length, 300);
  });
});
