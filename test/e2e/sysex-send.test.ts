/** `midirec sysex-send` as a user runs it: what it sends, how fast, and how it stops. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { runHosted } from '../support/midirec-host.js';
import { MIDIREC, runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';
import { END as END_TEXT, rmidBytes, smfBytes } from '../support/smf-notation.js';

const LOOPBACK = ['-d', 'loopback'];

/** A sysex of `length` bytes. */
function sysexOf(length: number, number = 0): Buffer {
  const bytes = Buffer.alloc(length, number & 0x7f);
  bytes.set([0xf0, 0x7d, number >> 7]);
  bytes[length - 1] = 0xf7;
  return bytes;
}

function fileOf(test: TestContext, ...messages: Uint8Array[]): string {
  const path = join(temporaryFolder(test), 'dump.syx');
  writeFileSync(path, Buffer.concat(messages));
  return path;
}

function makeFifo(test: TestContext): string {
  const path = join(temporaryFolder(test), 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}

const secondsOf = (stderr: string) => Number(/ in (\d+\.\d\d) s/.exec(stderr)?.[1]);
const onLinux = { skip: process.platform === 'win32' ? 'needs FIFOs' : false };

describe('midirec sysex-send', () => {
  it('--rate 3125: a bank of 4,104 bytes takes 1.31 s', async (test) => {
    const file = fileOf(test, sysexOf(4104));
    const run = await runMidirec(['sysex-send', file, '-d', 'demo synth', '--rate', '3125']);
    assert.match(run.stderr, /^sent 1 message, 4,104 bytes to midirec demo synth in 1\.\d\d s\n$/);
    const seconds = secondsOf(run.stderr);
    assert.ok(Math.abs(seconds - 1.31) < 1.31 * 0.05, `${seconds} s`);
    assert.equal(run.code, 0);
    assert.equal(run.stdout.length, 0);
  });

  it(
    'from a file through a FIFO into a file: 10,000 messages, byte-identical',
    onLinux,
    async (test) => {
      const fifo = makeFifo(test);
      const messages = Array.from({ length: 10_000 }, (_, number) => sysexOf(6, number));
      const file = fileOf(test, ...messages);
      const copy = join(temporaryFolder(test), 'copy.syx');
      let sending: ReturnType<typeof runMidirec> | undefined;
      const dump = ['--port', fifo, 'sysex-dump', '-o', copy, '--count', '10000'];
      await runMidirec([...dump, '--buffers', '16384', '--buffer-size', '256'], {
        onStart: (child) => {
          untilSaid(child, 'listening').then(() => {
            sending = runMidirec(['--port', fifo, 'sysex-send', file]);
          });
        },
      });
      assert.equal((await sending)?.code, 0);
      assert.ok(readFileSync(copy).equals(readFileSync(file)));
    },
  );

  it('names an identity reply as sysex-dump does', async () => {
    const args = ['sysex-send', 'F07E7F0601F7', '-d', 'demo synth'];
    const sent = await runHosted([...args, '--wait-reply']);
    assert.match(sent.stderr, /replies: Universal identity reply.*\(demo synth\)/);
    const hex = ['sysex-dump', '-d', 'demo synth', '--request', 'F07E7F0601F7', '--hex'];
    assert.match(
      (await runHosted(hex)).stdout.toString(),
      /^Universal identity reply.*\(demo synth\)/,
    );
  });

  it('a dry run shows the device number', async () => {
    const change = ['sysex-send', 'F0 43 10 00 00 00 F7', '--device-number', '3', '--dry-run'];
    const run = await runHosted([...change, '-d', 'demo synth']);
    assert.match(run.stderr, /to midirec demo synth, device number 3, /);
  });

  it('reads hex text from standard input, and waits for the reply', () => {
    const run = spawnSync(
      process.execPath,
      [MIDIREC, '-v', 'sysex-send', '-', '-d', 'demo synth', '--wait-reply'],
      {
        input: 'F0 7E 7F 06 01 F7  # who is there?\n',
        encoding: 'utf8',
        env: { ...process.env, MIDIREC_BACKEND: 'embedded', NO_COLOR: '1' },
        timeout: 20_000,
      },
    );
    assert.match(run.stderr, /reply to message 1: Universal identity reply/);
    assert.equal(run.status, 0);
  });

  it('takes no reply for an error', async (test) => {
    const file = fileOf(test, sysexOf(10), sysexOf(10));
    const run = await runHosted(['sysex-send', file, '-d', 'demo synth', '--wait-reply', '200ms']);
    assert.match(run.stderr, /^midirec: no reply to message 1 within 0\.2 s; sent before: 1 of 2/);
    assert.equal(run.code, 1);
  });

  it('sends the sysex of a .mid in order of time, pieces joined', async (test) => {
    const file = join(temporaryFolder(test), 'take.mid');
    writeFileSync(file, Buffer.concat([header(2), track(FIRST_TRACK), track(SECOND_TRACK)]));
    const run = await runHosted(['sysex-send', file, '--dry-run']);
    assert.match(run.stderr, /^3 messages, 17 bytes, 0\.01 s on a MIDI cable; nothing was sent\n$/);
    assert.deepEqual(run.stdout.toString().match(/\d+ bytes/g), ['5 bytes', '4 bytes', '8 bytes']);
  });

  it('sends the sysex of a .rmi; the patterns of format 2 come one after the other', async (test) => {
    const folder = temporaryFolder(test);
    const sysexOf = async (name: string, bytes: Uint8Array) => {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      const run = await runHosted(['sysex-send', file, '--dry-run']);
      assert.equal(run.code, 0, run.stderr);
      return run.stdout.toString().match(/\d+ bytes/g);
    };
    const tracks = [
      `60 f0 05 7e7f0901f7 ${END_TEXT}`,
      `01 f0 0a 41104212 40007f0041f7 ${END_TEXT}`,
    ];
    assert.deepEqual(await sysexOf('patterns.mid', smfBytes(tracks, 2)), ['6 bytes', '11 bytes']);
    assert.deepEqual(await sysexOf('song.mid', smfBytes(tracks)), ['11 bytes', '6 bytes']);
    assert.deepEqual(await sysexOf('song.rmi', rmidBytes(smfBytes(tracks))), [
      '11 bytes',
      '6 bytes',
    ]);
  });

  it('--dry-run lists messages with their times, and needs no output', async (test) => {
    const file = fileOf(test, sysexOf(128), sysexOf(128), sysexOf(4));
    const run = await runHosted(['sysex-send', file, '--dry-run', '--preset', 'roland']);
    assert.equal(run.code, 0);
    const lines = run.stdout.toString().trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.slice(0, 11)),
      ['1  0.00 s  ', '2  0.06 s  ', '3  0.12 s  '],
    );
    assert.match(lines[0]!, /Non-commercial .*128 bytes/);
    assert.match(run.stderr, /^3 messages, 260 bytes, 0\.12 s; nothing was sent/);
  });
});

/** With -v: a moment after the output is open. */
async function whileSending(child: ChildProcess): Promise<void> {
  await untilSaid(child, 'midiOutOpen');
  await pause(500);
}

async function killTwice(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  await whileSending(child);
  child.kill(signal);
  await pause(400);
  child.kill(signal);
}

describe('midirec sysex-send, stopping', () => {
  it('Ctrl-C in a pause ends it between two messages', async (test) => {
    const file = fileOf(test, sysexOf(10), sysexOf(10), sysexOf(10));
    const run = await runMidirec(['-v', 'sysex-send', file, ...LOOPBACK, '--delay', '1m'], {
      onStart: (child) => whileSending(child).then(() => child.kill('SIGINT')),
      limitMs: 10_000,
    });
    assert.match(run.stderr, /^warning: stopped: 1 of 3 messages \(10 of 30 bytes\) sent to/m);
    assert.equal(run.code, 130);
  });

  it('Ctrl-C finishes the message under way', async (test) => {
    const file = fileOf(test, sysexOf(1000), sysexOf(1000));
    const run = await runMidirec(['-v', 'sysex-send', file, ...LOOPBACK, '--rate', '500'], {
      onStart: (child) => whileSending(child).then(() => child.kill('SIGINT')),
      limitMs: 20_000,
    });
    assert.match(run.stderr, /^warning: stopped: 1 of 2 messages \(1,000 of 2,000 bytes\)/m);
    assert.equal(run.code, 130);
  });

  it('a second Ctrl-C breaks off', async (test) => {
    const file = fileOf(test, sysexOf(100_000));
    const run = await runMidirec(['-v', 'sysex-send', file, ...LOOPBACK, '--rate', '500'], {
      onStart: (child) => killTwice(child, 'SIGINT'),
      limitMs: 20_000,
    });
    assert.match(run.stderr, /^warning: stopped: 0 of 1 message \(\d+ of 100,000 bytes\)/m);
    assert.equal(run.code, 130);
  });

  it(
    'SIGTERM a second time breaks off as well, and ends the sysex on the wire',
    onLinux,
    async (test) => {
      const fifo = makeFifo(test);
      const reader = openSync(fifo, 'r+');
      test.after(() => closeSync(reader));
      const file = fileOf(test, sysexOf(100_000));
      const run = await runMidirec(['-v', '--port', fifo, 'sysex-send', file, '--rate', '500'], {
        onStart: (child) => killTwice(child, 'SIGTERM'),
        limitMs: 20_000,
      });
      assert.match(run.stderr, /^warning: stopped: 0 of 1 message \(\d+ of 100,000 bytes\)/m);
      assert.equal(run.code, 143);
      const wire = Buffer.alloc(65_536);
      const length = readSync(reader, wire);
      assert.equal(wire.indexOf(0xf7), length - 1);
    },
  );

  it('a device that goes half-way: how far it came', onLinux, async (test) => {
    const fifo = makeFifo(test);
    const file = fileOf(test, sysexOf(500), sysexOf(4000));
    const sending = runMidirec(['--port', fifo, 'sysex-send', file, '--rate', '3125']);
    const reader = await new Promise<number>((resolve) => {
      setTimeout(() => resolve(openSync(fifo, 'r')), 0);
    });
    let got = 0;
    while (got < 1000) got += readSync(reader, Buffer.alloc(100));
    closeSync(reader);
    const run = await sending;
    assert.match(
      run.stderr,
      /NODEVICE.*; sent before: 1 of 2 messages \(1,\d\d\d of 4,500 bytes\)\nhint: nothing reads/,
    );
    assert.equal(run.code, 1);
  });

  it('a driver that never completes: an error within --limit', onLinux, async (test) => {
    const fifo = makeFifo(test);
    const keeper = openSync(fifo, 'r+');
    test.after(() => closeSync(keeper));
    const file = fileOf(test, sysexOf(300_000));
    const run = await runMidirec(['--port', fifo, 'sysex-send', file, '--limit', '500ms'], {
      limitMs: 15_000,
    });
    assert.match(run.stderr, /within 0\.5 s .*; sent before: 0 of 1 message/);
    assert.match(run.stderr, /\nhint: the program that reads .* takes no more/);
    assert.equal(run.code, 1);
  });
});

describe('midirec sysex-send to a --port', onLinux, () => {
  it('a FIFO that nobody reads: said so', async (test) => {
    const fifo = makeFifo(test);
    const run = await runHosted(['--port', fifo, 'sysex-send', fileOf(test, sysexOf(10))]);
    assert.match(
      run.stderr,
      /^midirec: midiOutOpen failed: MIDIERR_NODEVICE.*\nhint: nothing reads/,
    );
    assert.equal(run.code, 1);
  });

  it('a file is never written over', async (test) => {
    const precious = fileOf(test, sysexOf(10, 1));
    const before = readFileSync(precious);
    const file = fileOf(test, sysexOf(10, 2));
    const run = await runHosted(['--port', precious, 'sysex-send', file]);
    assert.match(
      run.stderr,
      /^midirec: nothing can be sent to .*, which can only be read\nhint: available: 0 /,
    );
    assert.equal(run.code, 2);
    assert.ok(readFileSync(precious).equals(before));
  });

  it('a FIFO is not taken for where its own reply comes from', async (test) => {
    const fifo = makeFifo(test);
    const file = fileOf(test, sysexOf(10));
    const run = await runHosted(['--port', fifo, 'sysex-send', file, '--wait-reply', '200ms']);
    assert.match(run.stderr, /^midirec: .*: a FIFO leads one way, .*\nhint: name two/);
    assert.equal(run.code, 2);
    const dump = await runHosted(['--port', fifo, 'sysex-dump', '--request', file, '--hex']);
    assert.match(dump.stderr, /^midirec: .*: a FIFO leads one way, .*\nhint: name two/);
    assert.equal(dump.code, 2);
  });

  it('two FIFOs, one there and one back, are as good as two cables', async (test) => {
    const [there, back] = [makeFifo(test), makeFifo(test)];
    const file = fileOf(test, sysexOf(10), sysexOf(20));
    const flags = constants.O_RDWR | constants.O_NONBLOCK;
    const ends = [openSync(there, flags), openSync(back, flags)] as const;
    test.after(() => closeSync(ends[1]));
    const run = await runMidirec(
      [
        '-v',
        '--port',
        there,
        '--port',
        back,
        'sysex-send',
        file,
        '-d',
        '0',
        '--wait-reply',
        '--from',
        '1',
      ],
      {
        onStart: () => {
          const instrument = new Socket({ fd: ends[0], readable: true, writable: false });
          test.after(() => instrument.destroy());
          instrument.on('data', () =>
            writeSync(ends[1], Uint8Array.of(0xf0, 0x7e, 0, 0x7f, 1, 0xf7)),
          );
        },
      },
    );
    assert.match(run.stderr, /reply to message 2: Universal/);
    assert.match(run.stderr, /sent 2 messages, 30 bytes/);
    assert.match(run.stderr, /\nreplies: Universal .* \(2 times\)\n/);
    assert.equal(run.code, 0);
  });
});

describe('midirec sysex-send, bad files', () => {
  const refused = async (file: string, what: RegExp, ...options: string[]) => {
    const run = await runHosted(['sysex-send', file, ...LOOPBACK, ...options]);
    assert.match(run.stderr, what);
    assert.match(run.stderr, /\nhint: /);
    assert.equal(run.code, 1);
  };

  it('bytes outside F0…F7 are named by offset', async (test) => {
    const file = fileOf(test, sysexOf(10), Buffer.of(1, 2), sysexOf(10));
    await refused(file, /^midirec: .*: 2 bytes outside F0…F7 at offset 10 \(hex a\)\n/);
  });

  it('a cut-off last message is named; --force sends the whole ones', async (test) => {
    const file = fileOf(test, sysexOf(10), sysexOf(10).subarray(0, 7));
    await refused(file, /message 2, the last, at offset 10 \(hex a\) is cut off after 7 bytes/);
    const run = await runHosted(['sysex-send', file, ...LOOPBACK, '--force']);
    assert.match(run.stderr, /^warning: left out: message 2.*\nsent 1 message, 10 bytes/);
    assert.equal(run.code, 3);
  });

  it('a wrong checksum, as its maker or the table of instruments knows it; --force sends it', async (test) => {
    const roland = Buffer.from('f04110421240007f0042f7', 'hex');
    // A Kawai K1's: data of zeros have the checksum 25.
    const kawai = Buffer.concat([
      Buffer.from('f040002000030000', 'hex'),
      Buffer.alloc(88),
      Buffer.of(0xf7),
    ]);
    for (const [message, what] of [
      [roland, /message 2 has a wrong checksum: Roland GS, GS reset \(it would have to be 41\)\n/],
      [
        kawai,
        /message 2 has a wrong checksum: Kawai K1, 1 single \(it would have to be [0-9a-f]{2}\)\n/,
      ],
    ] as const) {
      const file = fileOf(test, sysexOf(10), message);
      await refused(file, what);
      await refused(file, what, '--dry-run');
      const run = await runHosted(['sysex-send', file, ...LOOPBACK, '--force']);
      assert.match(run.stderr, /^warning: message 2 .*; sent all the same\nsent 2 messages/);
      assert.equal(run.code, 0);
    }
  });

  it('nothing at all', async (test) => {
    await refused(fileOf(test), /is empty\n/);
    await refused('/no/such/file.syx', /cannot read/);
  });

  it('the only message, without its F7: --force sends it with one, and says so', async (test) => {
    const file = fileOf(test, sysexOf(10).subarray(0, 9));
    await refused(file, /the only message .*\nhint: .*--force sends it with an F7 added/);
    const run = await runHosted(['sysex-send', file, ...LOOPBACK, '--force']);
    assert.match(run.stderr, /an F7 added to the last message\nsent 1 message, 10 bytes/);
    assert.equal(run.code, 3);
  });

  it('a .mid without sysex, or with half of one', async (test) => {
    const file = join(temporaryFolder(test), 'take.mid');
    writeFileSync(file, Buffer.concat([header(1), track([0, 0x90, 60, 64, ...END])]));
    await refused(file, /has no sysex in it/);
    writeFileSync(file, Buffer.concat([header(1), track([5, 0xf0, 2, 0x7d, 1, ...END])]));
    await refused(file, /track 1 has a sysex that is not whole: 3 bytes at 0\.0 s/);
  });

  it('of a .mid, without its F7: --force sends it with one where that is all that it lacks', async (test) => {
    const file = join(temporaryFolder(test), 'take.mid');
    const unended = [5, 0xf0, 2, 0x7d, 1];
    const roland = [0, 0xf0, 10, 0x41, 0x10, 0x16, 0x12, 8, 0, 0, 0x3c, 0x3c, 0xf7];
    const unendedRoland = [...roland.slice(0, 2), 9, ...roland.slice(3, -1)];
    writeFileSync(file, Buffer.concat([header(1), track([...unended, ...unended, ...END])]));
    await refused(file, /3 bytes at 0\.0 s\nhint: .*--force sends it with an F7 added/);
    const send = () => runHosted(['sysex-send', file, ...LOOPBACK, '--force']);
    const alone = await send();
    assert.match(
      alone.stderr,
      /\n(warning: an F7 added: track 1 .*: 3 bytes at .*\n){2}sent 2 messages, 8 bytes/,
    );
    assert.equal(alone.code, 3);

    const mixed = [...roland, ...unendedRoland, ...unended, ...END];
    writeFileSync(file, Buffer.concat([header(1), track(mixed)]));
    await refused(file, /10 bytes at 0\.0 s\nhint: .*--force sends it with an F7 added/);
    const both = await send();
    assert.match(
      both.stderr,
      /F7 added: .*: 10 bytes.*\n.*left out: .*: 3 bytes .*\nsent 2 messages, 22/,
    );
    assert.equal(both.code, 3);
  });

  it('usage errors', async (test) => {
    const file = fileOf(test, sysexOf(10));
    const usage = async (options: string[], what: RegExp) => {
      const run = await runHosted(['sysex-send', file, ...options]);
      assert.match(run.stderr, what);
      assert.equal(run.code, 2);
    };
    await usage([], /needs -d.*\nhint: available: 0 'midirec demo synth', 1 'midirec loopback'/);
    await usage(['-d', 'moog'], /there is no MIDI output 'moog'/);
    await usage(
      [...LOOPBACK, '--preset', 'moog'],
      /no preset 'moog'\nhint: available: midi, roland/,
    );
    await usage([...LOOPBACK, '--rate', '0'], /--rate/);
    await usage([...LOOPBACK, '--from', 'synth'], /--from needs --wait-reply/);
  });
});

const END = [0, 0xff, 0x2f, 0];
/** At tick 20 a sysex in two pieces; at tick 0 one in an escape. */
const FIRST_TRACK = [
  ...[0, 0xf7, 5, 0xf0, 0x7d, 1, 2, 0xf7],
  ...[20, 0xf0, 3, 0x7d, 1, 2],
  ...[5, 0xf7, 4, 3, 4, 5, 0xf7],
  ...END,
];
const SECOND_TRACK = [10, 0x90, 60, 64, 5, 0xf0, 3, 0x7d, 9, 0xf7, ...END];

function header(tracks: number): Buffer {
  return Buffer.from([...Buffer.from('MThd'), 0, 0, 0, 6, 0, 1, 0, tracks, 0, 96]);
}

function track(events: number[]): Buffer {
  return Buffer.from([...Buffer.from('MTrk'), 0, 0, 0, events.length, ...events]);
}
