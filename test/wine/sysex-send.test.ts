/** midirec sysex-send on winmm.dll: what reaches the driver, and drivers with difficulties. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { WineRun } from '../support/wine-run.js';
import { type LogLine, sysexContent } from '../support/wine-script.js';

const NEVER_A_HANG_MS = 60_000;

const messagesOf = (sizes: number[]) =>
  sizes.map((size, index) => sysexContent({ size, seed: index + 1 }));

/** Starts sending a .syx of these messages to an output that keeps to `script`. */
function startSending(messages: Uint8Array[], script: string, args: string[] = []): WineRun {
  const run = new WineRun(['sysex-send', 'dump.syx', '-d', 'Synth', ...args], {
    script: `output "Synth"\n${script}\n`,
    limitMs: NEVER_A_HANG_MS,
  });
  writeFileSync(run.path('dump.syx'), Buffer.concat(messages));
  return run;
}

async function send(messages: Uint8Array[], script: string, args: string[] = []) {
  const run = startSending(messages, script, args);
  const result = await run.finished;
  assert.notEqual(result.signal, 'SIGKILL', `it hung: ${result.stderr}`);
  return { ...result, log: run.log() };
}

const heard = (log: LogLine[]) =>
  log.filter(({ event }) => event === 'long').map(({ bytes }) => Buffer.from(bytes!, 'hex'));
const callsOf = (log: LogLine[], call: string) =>
  log.filter((line) => line.event === 'call' && line.call === call);

for (const kind of ['sync', 'async']) {
  describe(`midirec sysex-send to a driver that completes ${kind}`, () => {
    it('every message in one buffer, in order, byte-identical; the device closed', async () => {
      const sizes = Array.from({ length: 300 }, (_, index) => 4 + ((index * 37) % 200));
      const messages = messagesOf([...sizes, 4104, 70_000, 5]);
      const { code, log, stderr } = await send(messages, `complete ${kind}`);
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        heard(log),
        messages.map((message) => Buffer.from(message)),
      );
      assert.equal(callsOf(log, 'MODM_RESET').length, 0);
      assert.equal(callsOf(log, 'MODM_CLOSE').at(-1)?.result, 0);
      const prepared = callsOf(log, 'MODM_PREPARE').length;
      assert.equal(callsOf(log, 'MODM_UNPREPARE').length, prepared);
      assert.ok(prepared < 30, 'buffers are used again');
    });

    it('--rate 3125: 1.31 s for 4,104 bytes, never less, and more only on a machine that is busy', async () => {
      const messages = messagesOf([4104]);
      const took: number[] = [];
      // A stall of the machine is not made up for, lest a burst follow: so one good run of five counts.
      while (took.length < 5 && !took.some((seconds) => seconds < 1.31 * 1.05)) {
        const { code, log, stderr } = await send(messages, `complete ${kind}`, ['--rate', '3125']);
        assert.equal(code, 0, stderr);
        assert.deepEqual(Buffer.concat(heard(log)), Buffer.from(messages[0]!));
        took.push(Number(/ in (\d\.\d\d) s/.exec(stderr)?.[1]));
        assert.ok(took.at(-1)! > 1.31 * 0.95, stderr);
      }
      assert.ok(took.at(-1)! < 1.31 * 1.05, `${took.join(', ')} s`);
    });

    it('a slow line: the driver is waited for', async () => {
      const { code, stderr } = await send(messagesOf([3000, 3000]), `complete ${kind}\npace 3125`);
      assert.equal(code, 0, stderr);
      assert.ok(Number(/ in (\d\.\d\d) s/.exec(stderr)?.[1]) >= 1.9, stderr);
    });
  });
}

describe('midirec sysex-send to a driver with difficulties', () => {
  it('busy (MIDIERR_NOTREADY): asked again', async () => {
    const messages = messagesOf([10, 20, 30]);
    const { code, log, stderr } = await send(
      messages,
      'complete sync\nfail longdata 67 after=1 times=5',
    );
    assert.equal(code, 0, stderr);
    assert.equal(heard(log).length, 3);
  });

  it('one that refuses: how far it came, and the device closed', async () => {
    const { code, log, stderr } = await send(
      messagesOf([10, 20, 30]),
      'complete sync\nfail longdata 68 after=2',
    );
    assert.equal(code, 1);
    assert.match(
      stderr,
      /MIDIERR_NODEVICE \(68\).*; sent before: 2 of 3 messages \(30 of 60 bytes/,
    );
    assert.equal(callsOf(log, 'MODM_CLOSE').at(-1)?.result, 0);
  });

  it('one that completes only for midiOutReset: an error in time, and the device closed', async () => {
    const { code, log, stderr } = await send(messagesOf([10]), 'complete on-reset', [
      '--limit',
      '500ms',
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /has not sent 10 bytes within 0\.5 s/);
    assert.equal(callsOf(log, 'MODM_CLOSE').at(-1)?.result, 0);
  });

  it('one that never completes: an error in time, and the memory left to it', async () => {
    const { code, log, stderr } = await send(messagesOf([10]), 'complete never', [
      '--limit',
      '500ms',
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /Synth was abandoned/);
    assert.match(stderr, /has not sent 10 bytes within 0\.5 s/);
    assert.equal(callsOf(log, 'MODM_UNPREPARE').length, 0);
  });

  it('one that hangs in midiOutLongMsg: an error in time, and an end', async () => {
    const { code, stderr } = await send(messagesOf([10]), 'complete sync\nhang longdata forever', [
      '--limit',
      '500ms',
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /midiOutLongMsg did not return within 0\.5 s/);
  });

  it('one that is unplugged half-way: how far it came', async () => {
    const { code, stderr } = await send(
      messagesOf([10, 10, 10, 10]),
      'complete sync\nvanish-after 2 forever',
      ['--delay', '20ms'],
    );
    assert.equal(code, 1);
    assert.match(stderr, /MMSYSERR_NODRIVER.*; sent before: 2 of 4 messages/);
  });

  it('Ctrl-C twice in a long message: broken off, ended with F7, the device closed', async () => {
    const run = startSending(messagesOf([50_000]), 'complete async\npace 3125');
    await run.waitForLog('the message', ({ event }) => event === 'long');
    run.kill('SIGINT');
    setTimeout(() => run.kill('SIGINT'), 300);
    const { code, stderr } = await run.finished;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /stopped: 0 of 1 message/);
    const log = run.log();
    assert.deepEqual(heard(log).at(-1), Buffer.of(0xf7));
    assert.equal(callsOf(log, 'MODM_CLOSE').at(-1)?.result, 0);
  });
});
