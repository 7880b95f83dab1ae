/** `midirec record --thru` and `--metronome` as a person runs them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { ByteStreamParser } from '../../src/midi/byte-stream-parser.js';
import { shortMessageLength } from '../../src/midi/status.js';
import { rowsOf } from '../support/capture-bed.js';
import { runHosted } from '../support/midirec-host.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { END, smfBytes } from '../support/smf-notation.js';
import { wholeTimeline } from '../support/whole-timeline.js';

const onLinux = { skip: process.platform === 'win32' ? 'needs FIFOs' : false };
const DEMO = ['-d', 'demo'];

function rowsIn(path: string) {
  return rowsOf(wholeTimeline(readSmf(readFileSync(path))).events);
}

/** Everything that is sent to a FIFO, as `aa bb cc` a message. */
function listen(test: TestContext): { path: string; received: Promise<string[]> } {
  const path = join(temporaryFolder(test), 'fifo');
  execFileSync('mkfifo', [path]);
  const read = async () => {
    const messages: string[] = [];
    const parser = new ByteStreamParser(true);
    for await (const chunk of createReadStream(path)) {
      parser.feed(chunk as Buffer, {
        onShort: (packed) => {
          const bytes = Buffer.of(packed, packed >>> 8, packed >>> 16);
          messages.push(bytes.subarray(0, shortMessageLength(packed & 0xff)).toString('hex'));
        },
        onSysexBytes: (bytes) => messages.push(Buffer.from(bytes).toString('hex')),
        onSysexEnd: () => {},
        onInvalid: () => {},
      });
    }
    return messages;
  };
  return { path, received: read() };
}

describe('midirec record --thru', () => {
  it(
    'what is recorded is passed on, to another channel, and ends in silence',
    onLinux,
    async (test) => {
      const { path, received } = listen(test);
      const take = join(temporaryFolder(test), 'take.mid');
      const run = await runHosted([
        ...['-v', '--port', path, 'record', ...DEMO, '--duration', '1500ms', '-o', take],
        ...['--thru', 'fifo', '--thru-channel', '1:9'],
      ]);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stderr, /passed on \d+ messages, 99 % within \d+\.\d ms/);
      const recorded = rowsIn(take).map(([, , , bytes]) => bytes.replaceAll(' ', ''));
      const mapped = recorded.map((bytes) => bytes.replace(/^([89a-e])0/, '$18'));
      const passed = await received;
      assert.deepEqual(passed.slice(0, mapped.length), mapped);
      const heldNotes = new Set<string>();
      for (const message of passed) {
        if (message[0] === '9' && !message.endsWith('00')) heldNotes.add(message.slice(1, 4));
        else if (message[0] === '8' || message[0] === '9') heldNotes.delete(message.slice(1, 4));
      }
      assert.equal(heldNotes.size, 0);
    },
  );

  it('what would go round for ever is stopped', async (test) => {
    const cwd = temporaryFolder(test);
    const args = ['record', ...DEMO, '-d', 'loopback', '--thru', 'loopback', '--duration', '2s'];
    const run = await runHosted([...args, '-o', 'take.mid'], { cwd });
    assert.match(run.stderr, /--thru has ended: what is passed on comes back .* forever/);
    assert.match(run.stderr, /--thru: \d+ messages not sent to/);
    assert.equal(run.code, 1);
    assert.ok(rowsIn(join(cwd, 'take.mid')).length < 500);
  });
});

/** From the start of the inputs to that of the metronome, at most, on a machine that has other things to do. */
const LATE_START_MS = 2000;

describe('midirec record --metronome', () => {
  it('clicks are heard, and not recorded when they come back', async (test) => {
    const cwd = temporaryFolder(test);
    const run = await runHosted(
      [
        ...['-v', 'record', '-d', 'loopback', '--metronome', 'loopback', '--bpm', '240'],
        ...['--duration', '2s', '-o', 'take.mid'],
      ],
      { cwd },
    );
    assert.equal(run.code, 0, run.stderr);
    // Those that a busy machine was too late for stay silent.
    assert.match(run.stderr, /\d+ clicks? came back: left out/);
    assert.deepEqual(rowsIn(join(cwd, 'take.mid')), []);
  });

  it(
    'the take begins behind the count-in; who plays on the beat is on the beat',
    onLinux,
    async (test) => {
      const { path, received } = listen(test);
      const take = join(temporaryFolder(test), 'take.mid');
      const run = await runHosted([
        ...['--port', path, 'record', ...DEMO, '--metronome', 'fifo:3', '--count-in', '1'],
        ...['--bpm', '240', '--time-signature', '3/4', '--duration', '1s', '-o', take],
      ]);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stderr, /take\.mid: 1\.\d s/);
      assert.match(run.stderr, /\d+ notes? played before the first bar left out/);
      const clicks = (await received).filter((message) => message.startsWith('92'));
      assert.deepEqual(clicks.slice(0, 6), [
        '924c79',
        '924d53',
        '924d53',
        '924c79',
        '924d53',
        '924d53',
      ]);
      // A quarter of a second to get ready, and three beats.
      const startMs = 1000;
      const demo = join(temporaryFolder(test), 'demo.mid');
      await runHosted(['record', ...DEMO, '--duration', '6s', '-o', demo]);
      const played = rowsIn(demo);
      const recorded = rowsIn(take).filter(([timeMs]) => timeMs > 20);
      assert.ok(recorded.length > 5);
      const bytesOf = (rows: typeof played) => rows.map(([, , , bytes]) => bytes);
      // The metronome is started after the input: on a busy machine a good while after it, by which the beat
      // is late for the demo. But that shifts all of the take, and by the same.
      const shifts = played.map((_, from) => {
        const rows = played.slice(from, from + recorded.length);
        if (bytesOf(rows).join() !== bytesOf(recorded).join()) return [Number.POSITIVE_INFINITY];
        return rows.map(([timeMs], row) => timeMs - startMs - recorded[row]![0]);
      });
      const isSteady = (shift: number[]) =>
        Math.abs(shift[0]!) < LATE_START_MS && shift.every((ms) => Math.abs(ms - shift[0]!) < 3);
      assert.ok(shifts.some(isSteady), shifts.map((shift) => shift.map(Math.round)).join('\n'));
    },
  );

  it('refuses what makes no sense', async () => {
    const cases: [string[], RegExp][] = [
      [['--count-in', '1'], /--count-in needs --metronome/],
      [['--thru-channel', '1'], /--thru-channel needs --thru/],
      [['--metronome', 'loop', '--clock'], /--metronome and --clock cannot be combined/],
      [
        ['--metronome', 'loop', '--guess-tempo'],
        /--metronome and --guess-tempo cannot be combined/,
      ],
      [
        ['--metronome', 'loop', '--count-in', '1', '--split-idle', '5s'],
        /--count-in and --split-idle/,
      ],
      [['--metronome', 'loop', '--count-in', '0'], /not a whole number from 1 to 16/],
      [['--metronome', 'nobody'], /there is no MIDI output 'nobody'/],
      [['--play-to', 'loop'], /--play-to needs --play/],
      [['--play', 'a.mid', '--bpm', '90'], /--play and --bpm cannot be combined|--bpm and --play/],
      [['--play', 'a.mid', '--keep-last'], /--play and --keep-last|--keep-last and --play/],
      [['--play', 'nothing.mid'], /--play: cannot read nothing\.mid: there is no such file/],
      [['--thru', 'nobody'], /there is no MIDI output 'nobody'/],
    ];
    for (const [args, message] of cases) {
      const run = await runHosted(['record', ...DEMO, ...args]);
      assert.match(run.stderr, message);
      assert.match(run.stderr, /\nhint: /);
      assert.equal(run.code, 2, args.join(' '));
    }
  });
});

describe('midirec record --play', () => {
  /** 3/4 at 150, from the second bar on 90; each note is let go of, but for the last one. */
  const backing = smfBytes(
    [
      `00 ff580403021808 00 ff5103061a80 8220 ff51030a2c2b ${END}`,
      `00 903040 60 803040 00 903240 81 40 803240 00 903440 8f00 ff2f00`,
    ],
    1,
    96,
  );

  it('a take does not take the place of the file that it is played along to', async (test) => {
    const cwd = temporaryFolder(test);
    writeFileSync(join(cwd, 'backing.mid'), backing);
    for (const name of ['backing.mid', 'backing']) {
      const args = ['record', ...DEMO, '--play', 'backing.mid', '--play-to', 'loop', '-f'];
      const run = await runHosted([...args, '--duration', '100ms', '-o', name], { cwd });
      assert.equal(run.code, 2);
      assert.match(run.stderr, /backing\.mid is the original: it is never written to\nhint: .*-o/);
    }
    assert.deepEqual(readFileSync(join(cwd, 'backing.mid')), Buffer.from(backing));
  });

  it(
    'the take has its tempo and its bars; stopped, nothing is left sounding',
    onLinux,
    async (test) => {
      const { path, received } = listen(test);
      const cwd = temporaryFolder(test);
      writeFileSync(join(cwd, 'backing.mid'), backing);
      const run = await runHosted(
        [
          ...['--port', path, 'record', ...DEMO, '--play', 'backing.mid', '--play-to', 'fifo'],
          ...['--duration', '2500ms', '-o', 'take.mid'],
        ],
        { cwd },
      );
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(await received, [
        ...['903040', '803040', '903240', '803240', '903440', '803440'],
      ]);
      const { tracks, ppq } = readSmf(readFileSync(join(cwd, 'take.mid')));
      assert.equal(ppq, 960);
      const ofBars = tracks[0]!.metas.filter(
        ({ metaType }) => metaType === 0x51 || metaType === 0x58,
      );
      assert.deepEqual(
        ofBars.map(({ tick, data }) => [tick, Buffer.from(data).toString('hex')]),
        [
          [0, '061a80'],
          [0, '03021808'],
          [2880, '0a2c2b'],
        ],
      );
    },
  );

  it('a file without music that can be placed is refused, before anything is made', async (test) => {
    const cwd = temporaryFolder(test);
    writeFileSync(join(cwd, 'frames.mid'), smfBytes([`00 903040 60 803040 ${END}`], 0, 0xe728));
    const play = (name: string) =>
      runHosted(['record', ...DEMO, '--play', name, '--play-to', 'loop', '-o', 'take.mid'], {
        cwd,
      });
    const frames = await play('frames.mid');
    assert.equal(frames.code, 2);
    assert.match(
      frames.stderr,
      /--play: frames\.mid counts time in frames, and has no bars\nhint: /,
    );
    const missing = await play('none.mid');
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /none\.mid/);
    assert.deepEqual(readdirSync(cwd), ['frames.mid']);
  });
});
