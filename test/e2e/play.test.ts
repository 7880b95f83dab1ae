/** `midirec play` as a person runs it: what goes out, and the silence however it ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { rowsOf } from '../support/capture-bed.js';
import { runHosted } from '../support/midirec-host.js';
import { MIDIREC, runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';
import { END, smfBytes } from '../support/smf-notation.js';
import { wholeTimeline } from '../support/whole-timeline.js';

const onLinux = { skip: process.platform === 'win32' ? 'needs FIFOs' : false };
const hasScript = spawnSync('script', ['--version']).status === 0;

/** A second of music: two keys and a pedal that nobody lets go of, for an hour. */
const HELD = [
  '00 903c40 00 b0407f 00 c105 00 913e40 00 e11234 8768 b04050 b9ba00 803c40 00 ff2f00',
];
const HELD_BYTES = 14;
const SILENCE = '803c40 813e40 b04000 e10040';
const SILENCE_BYTES = 12;

class Cable {
  readonly path: string;
  readonly received: Promise<string>;
  readonly file: string;
  #receivedBytes = 0;

  constructor(test: TestContext, tracks: string[]) {
    const folder = temporaryFolder(test);
    this.path = join(folder, 'fifo');
    this.file = join(folder, 'song.mid');
    execFileSync('mkfifo', [this.path]);
    writeFileSync(this.file, smfBytes(tracks));
    this.received = this.#receive();
  }

  async untilReceived(byteLength: number): Promise<void> {
    while (this.#receivedBytes < byteLength) await pause(10);
  }

  async #receive(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(this.path)) {
      chunks.push(chunk as Buffer);
      this.#receivedBytes += (chunk as Buffer).length;
    }
    return Buffer.concat(chunks).toString('hex');
  }
}

function endOf(received: string): string {
  return received.slice(-SILENCE.replaceAll(' ', '').length);
}

describe('midirec play', () => {
  it('a damaged file is played as far as it goes, and ends with 3', async (test) => {
    const file = join(temporaryFolder(test), 'song.mid');
    const damaged = [
      smfBytes(['00 903c40 10 803c40 00 ff2f00']).subarray(0, -5),
      smfBytes(['00 903c40 10 803c40 00 f0047d010203 00 ff2f00']),
    ];
    for (const bytes of damaged) {
      writeFileSync(file, bytes);
      const run = await runHosted(['play', file, '-d', 'loopback']);
      assert.match(run.stderr, /^warning: [\s\S]*\nplayed /);
      assert.equal(run.code, 3);
    }
  });

  it('plays and says what it played', async (test) => {
    const file = join(temporaryFolder(test), 'song.mid');
    writeFileSync(file, smfBytes([`00 903c40 64 803c40 ${END}`]));
    const run = await runHosted(['-v', 'play', file, '-d', 'loopback']);
    assert.equal(run.code, 0);
    assert.match(run.stderr, /playing .*song\.mid through midirec loopback\n/);
    assert.match(run.stderr, /played 2 messages in 0\.1 s\n/);
    assert.match(run.stderr, /99 % of the messages went out within \d+\.\d\d ms/);
  });

  it('needs an output, a file, a place that there is', async (test) => {
    const file = join(temporaryFolder(test), 'song.mid');
    writeFileSync(file, smfBytes([`00 903c40 64 803c40 ${END}`]));
    const cases: [string[], number, RegExp][] = [
      [['play', file], 2, /play needs -d: the output to send to\nhint: available: 0 'midirec demo/],
      [['play', file, '-d', 'nothing'], 2, /there is no MIDI output 'nothing'/],
      [['play', 'missing.mid', '-d', 'loop'], 1, /missing\.mid/],
      [['play', MIDIREC, '-d', 'loop'], 1, /not a Standard MIDI File/],
      [['play', file, '-d', 'loop', '--from', '2s'], 2, /is over after 0\.1 s/],
      [['play', file, '-d', 'loop', '--from', 'x'], 2, /'x' is not a position in a file/],
      [['play', file, '-d', 'loop', '--from', '1:75'], 2, /'1:75' is not a position in a file/],
      [
        ['play', file, '-d', 'loop', '--from', '2s', '--to', '1s'],
        2,
        /--to must be later than --from/,
      ],
      [['play', file, '-d', 'loop', '--speed', '0'], 2, /not a number from 0\.05 to 20/],
      [['play', file, '-d', 'loop', '--mute', '17'], 2, /not a list of channels/],
    ];
    for (const [args, code, message] of cases) {
      const run = await runHosted(args);
      assert.match(run.stderr, message);
      assert.match(run.stderr, /\nhint: /);
      assert.equal(run.code, code, args.join(' '));
    }
  });

  it('does not repeat what has no length', async (test) => {
    const file = join(temporaryFolder(test), 'chord.mid');
    writeFileSync(file, smfBytes([`00 903c40 00 803c40 ${END}`]));
    const run = await runMidirec(['play', file, '-d', 'loopback', '--loop'], { limitMs: 10_000 });
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^midirec: --loop: 0 ms are too short for a round\nhint: /);
    assert.equal((await runHosted(['play', file, '-d', 'loopback'])).code, 0);
  });

  it('reads standard input', () => {
    const run = spawnSync(process.execPath, [MIDIREC, 'play', '-', '-d', 'loopback'], {
      input: smfBytes([`00 903c40 64 803c40 ${END}`]),
      encoding: 'utf8',
      env: { ...process.env, MIDIREC_BACKEND: 'embedded', NO_COLOR: '1' },
    });
    assert.match(run.stderr, /playing standard input/);
    assert.equal(run.status, 0);
  });

  for (const [signal, code] of [
    ['SIGINT', 0],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`${signal}: silence, exit code ${code}`, onLinux, async (test) => {
      const cable = new Cable(test, HELD);
      const run = await runMidirec(['--port', cable.path, 'play', cable.file], {
        onStart: (child) => {
          cable.untilReceived(HELD_BYTES).then(() => child.kill(signal));
        },
      });
      assert.equal(endOf(await cable.received), SILENCE.replaceAll(' ', ''));
      assert.match(run.stderr, /stopped at 0\.\d s: 9 messages/);
      assert.equal(run.code, code);
    });
  }

  it('Ctrl-Z: silence; then it goes on', onLinux, async (test) => {
    const cable = new Cable(test, HELD);
    const run = await runMidirec(['--port', cable.path, 'play', cable.file], {
      onStart: (child) => {
        cable.untilReceived(HELD_BYTES).then(async () => {
          child.kill('SIGTSTP');
          await cable.untilReceived(HELD_BYTES + SILENCE_BYTES);
          await pause(300);
          child.kill('SIGCONT');
          await cable.untilReceived(HELD_BYTES + SILENCE_BYTES + 3);
          child.kill('SIGINT');
        });
      },
    });
    // The first five messages, the silence, then the pedal that comes after a second.
    const received = await cable.received;
    assert.equal(received.slice(28), `${SILENCE.replaceAll(' ', '')}b04050b04000`);
    assert.equal(run.code, 0);
  });

  it('a terminal that goes away: silence', { skip: onLinux.skip || !hasScript }, async (test) => {
    const cable = new Cable(test, HELD);
    const command = `stty cols 80; exec '${process.execPath}' '${MIDIREC}' --port '${cable.path}' play '${cable.file}'`;
    const terminal = spawn('script', ['-qfc', command, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await Promise.all([untilShown(terminal, 'held'), cable.untilReceived(HELD_BYTES)]);
    terminal.kill('SIGKILL');
    assert.equal(endOf(await cable.received), SILENCE.replaceAll(' ', ''));
  });

  it('what is recorded while it is played is the same piece', onLinux, async (test) => {
    const folder = temporaryFolder(test);
    const original = join(folder, 'original.mid');
    const copy = join(folder, 'copy.mid');
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    await runHosted(['record', '-d', 'demo', '--duration', '2s', '-o', original]);
    let playing: ReturnType<typeof runMidirec> | undefined;
    await runMidirec(['--port', fifo, 'record', '-o', copy, '--until-idle', '2s'], {
      onStart: (child) => {
        untilSaid(child, 'recording').then(() => {
          playing = runMidirec(['--port', fifo, 'play', original]);
        });
      },
    });
    assert.equal((await playing)?.code, 0);
    const played = rowsOf(wholeTimeline(readSmf(readFileSync(original))).events);
    const recorded = rowsOf(wholeTimeline(readSmf(readFileSync(copy))).events);
    // Keys that were still down when the recording ended are let go.
    assert.deepEqual(
      recorded.slice(0, played.length).map(([, , , bytes]) => bytes),
      played.map(([, , , bytes]) => bytes),
    );
    // From message to message: a busy machine makes a few distances longer, and moves what follows.
    const errors = played.slice(1).flatMap(([timeMs], index) => {
      const playedMs = timeMs - played[index]![0];
      const recordedMs = recorded[index + 1]![0] - recorded[index]![0];
      return playedMs === 0 ? [] : [Math.abs(recordedMs - playedMs)];
    });
    const usual = errors.toSorted((one, other) => one - other)[errors.length >> 1]!;
    assert.ok(usual < 20, `${usual} ms`);
  });
});

async function untilShown(terminal: ChildProcess, text: string): Promise<void> {
  let shown = '';
  while (!shown.includes(text)) {
    const [bytes] = (await once(terminal.stdout!, 'data')) as [Buffer];
    shown += bytes.toString();
  }
}
