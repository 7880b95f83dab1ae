/** The round trip on winmm.dll: dump, send the dump over the driver's loopback, dump again, compare. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { WineRun } from '../support/wine-run.js';
import { type LogLine, randomSysex, sysexContent } from '../support/wine-script.js';

const NEVER_A_HANG_MS = 150_000;
/** Enough for all that may arrive between two looks: winmm.dll does not say whether a driver without a buffer waits. */
const MANY_BUFFERS = ['--buffers', '8192', '--buffer-size', '256'];

/**
 * Sends messages to an output that keeps to `behaviour` and is looped back, and dumps what comes
 * of them in the same process: a driver's cable does not lead to another one.
 */
async function sendAround(
  messages: readonly Uint8Array[],
  behaviour: string,
  args: readonly string[] = [],
) {
  const request = ['--request', 'dump.syx', '--to', 'Cable', '--count', String(messages.length)];
  const dump = ['sysex-dump', '-d', 'Cable', '-o', 'again.syx', ...request, ...args];
  const run = new WineRun(dump, {
    script: `input "Cable"\noutput "Cable"\nloopback 0\n${behaviour}\n`,
    limitMs: NEVER_A_HANG_MS,
  });
  writeFileSync(run.path('dump.syx'), Buffer.concat(messages));
  const result = await run.finished;
  assert.notEqual(result.signal, 'SIGKILL', `it hung: ${result.stderr}`);
  const copy = run.path('again.syx');
  const again = existsSync(copy) ? readFileSync(copy) : undefined;
  return { ...result, again, log: run.log() };
}

const lastResult = (log: LogLine[], call: string) =>
  log.filter((line) => line.event === 'call' && line.call === call).at(-1)?.result;

for (const kind of ['sync', 'async']) {
  describe(`the round trip on winmm.dll over a driver that completes ${kind}`, () => {
    it('what a synthesizer has dumped, sent and dumped again, is the same', async () => {
      const random = { count: 40, min: 2, max: 70_000, seed: 31 };
      const dumping = new WineRun(['sysex-dump', '-o', 'dump.syx', '--count', '40'], {
        script: 'input "Synth"\npace 10000000\nrandom count=40 min=2 max=70000 seed=31 notes=1\n',
        limitMs: NEVER_A_HANG_MS,
      });
      const { code, stderr } = await dumping.finished;
      assert.equal(code, 0, stderr);
      const dump = readFileSync(dumping.path('dump.syx'));
      const messages = randomSysex(random);
      assert.ok(dump.equals(Buffer.concat(messages)));
      const around = await sendAround(messages, `complete ${kind}`);
      assert.equal(around.code, 0, around.stderr);
      assert.ok(around.again?.equals(dump));
    });

    it('10,000 messages without pause: all, in order, byte-identical', async () => {
      const messages = Array.from({ length: 10_000 }, (_, index) =>
        sysexContent({ size: 4 + (index % 60), seed: index + 1 }),
      );
      const { code, stderr, again } = await sendAround(messages, `complete ${kind}`, MANY_BUFFERS);
      assert.equal(code, 0, stderr);
      assert.ok(again?.equals(Buffer.concat(messages)));
    });

    it('a driver that is busy now and then: asked again, and the dump is whole', async () => {
      const messages = randomSysex({ count: 20, min: 2, max: 5000, seed: 32 });
      const behaviour = `complete ${kind}\nfail longdata 67 after=5 times=7`;
      const { code, stderr, again } = await sendAround(messages, behaviour);
      assert.equal(code, 0, stderr);
      assert.ok(again?.equals(Buffer.concat(messages)));
    });

    it('a driver that refuses half-way: an error, what came is kept, both devices closed', async () => {
      const messages = randomSysex({ count: 10, min: 2, max: 500, seed: 33 });
      const behaviour = `complete ${kind}\nfail longdata 68 after=4`;
      const { code, stderr, again, log } = await sendAround(messages, behaviour);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /MIDIERR_NODEVICE \(68\)/);
      assert.ok(again?.equals(Buffer.concat(messages.slice(0, 4))), stderr);
      assert.equal(lastResult(log, 'MODM_CLOSE'), 0);
      assert.equal(lastResult(log, 'MIDM_CLOSE'), 0);
    });
  });
}

describe('the round trip on winmm.dll', () => {
  it('over a driver that never completes: an error in bounded time, no crash, its memory left to it', async () => {
    const messages = [sysexContent({ size: 100, seed: 1 })];
    const { code, stderr, log } = await sendAround(messages, 'complete never');
    assert.equal(code, 1, stderr);
    assert.match(stderr, /has not sent 100 bytes within \d/);
    assert.equal(lastResult(log, 'MIDM_CLOSE'), 0);
  });
});
