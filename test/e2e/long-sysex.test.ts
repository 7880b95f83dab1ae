/** Sysex too long to wait for in memory: dumped and recorded part by part, and one message in the end. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runMidirec, temporaryFolder } from '../support/run-midirec.js';

const LONG_BYTES = 3_000_001;
const BEFORE = Uint8Array.of(0xf0, 0x7d, 1, 0xf7);
const AFTER = Uint8Array.of(0xf0, 0x7d, 2, 0xf7);
const NOTE = Uint8Array.of(0x90, 0x3c, 0x40);

/** F0 7D, data bytes, F7 */
const LONG = Uint8Array.from({ length: LONG_BYTES }, (_, at) => (at * 7 + (at >> 9)) & 0x7f);
LONG.set([0xf0, 0x7d]);
LONG[LONG_BYTES - 1] = 0xf7;
const UNFINISHED = LONG.subarray(0, -1);

function run(input: readonly Uint8Array[], cwd: string, args: string[]) {
  const [command, ...others] = args;
  const words = ['--port', '-', command!, '-d', 'standard input', ...others];
  return runMidirec(words, { cwd, input: Buffer.concat(input) });
}

const bytesIn = (cwd: string, name: string) => readFileSync(join(cwd, name));

describe('sysex-dump', () => {
  it('has it whole, between the messages that it came between', async (t) => {
    const cwd = temporaryFolder(t);
    const { code, stderr } = await run([BEFORE, LONG, AFTER], cwd, ['sysex-dump', '-o', 'a.syx']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Non-commercial sysex, 3\.0 MB/);
    assert.match(stderr, /a\.syx: 3 messages, 3\.0 MB/);
    assert.ok(bytesIn(cwd, 'a.syx').equals(Buffer.concat([BEFORE, LONG, AFTER])));
    assert.deepEqual(readdirSync(cwd), ['a.syx']);
  });

  it('--force replaces the file that was named, and that one only', async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'a.syx'), AFTER);
    writeFileSync(join(cwd, 'a.incomplete.syx'), AFTER);
    const { code, stderr } = await run([LONG], cwd, ['sysex-dump', '-f', '-o', 'a.syx']);
    assert.equal(code, 0, stderr);
    assert.ok(bytesIn(cwd, 'a.syx').equals(LONG));
    assert.deepEqual([...bytesIn(cwd, 'a.incomplete.syx')], [...AFTER]);
    assert.deepEqual(readdirSync(cwd).sort(), ['a.incomplete.syx', 'a.syx']);
  });

  it('one that is broken off is beside the dump, which is whole, and what comes next is in it', async (t) => {
    const cwd = temporaryFolder(t);
    const input = [BEFORE, UNFINISHED, NOTE, AFTER, Uint8Array.of(0xf0, 3), NOTE];
    const { code, stderr } = await run(input, cwd, ['sysex-dump', '-o', 'a.syx']);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /2 sysex incomplete/);
    assert.match(stderr, /what is incomplete is in a\.incomplete-2\.syx … a\.incomplete\.syx/);
    assert.ok(bytesIn(cwd, 'a.syx').equals(Buffer.concat([BEFORE, AFTER])));
    assert.ok(bytesIn(cwd, 'a.incomplete.syx').equals(UNFINISHED));
    assert.deepEqual([...bytesIn(cwd, 'a.incomplete-2.syx')], [0xf0, 3]);
  });

  it('--split gives it its number', async (t) => {
    const cwd = temporaryFolder(t);
    const args = ['sysex-dump', '--split', '-o', 'a.syx'];
    const { code, stderr } = await run([BEFORE, LONG, AFTER], cwd, args);
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(cwd).sort(), ['a-001.syx', 'a-002.syx', 'a-003.syx']);
    assert.ok(bytesIn(cwd, 'a-002.syx').equals(LONG));
  });

  it('--count ends with it', async (t) => {
    const cwd = temporaryFolder(t);
    const args = ['sysex-dump', '--count', '1', '-o', 'a.syx'];
    const { code, stderr } = await run([LONG, AFTER], cwd, args);
    assert.equal(code, 0, stderr);
    assert.ok(bytesIn(cwd, 'a.syx').equals(LONG));
    assert.deepEqual(readdirSync(cwd), ['a.syx']);
  });

  it('to standard output as it comes; one without an end is said to be one', async (t) => {
    const cwd = temporaryFolder(t);
    const whole = await run([BEFORE, LONG, AFTER], cwd, ['sysex-dump']);
    assert.equal(whole.code, 0, whole.stderr);
    assert.ok(whole.stdout.equals(Buffer.concat([BEFORE, LONG, AFTER])));
    const broken = await run([UNFINISHED, NOTE, AFTER], cwd, ['sysex-dump']);
    assert.equal(broken.code, 3, broken.stderr);
    assert.match(broken.stderr, /1 long message in standard output without an end: broken off/);
    assert.doesNotMatch(broken.stderr, /left out/);
    assert.ok(broken.stdout.equals(Buffer.concat([UNFINISHED, AFTER])));
  });

  it('--json: numbered parts, of which all but the last have more', async (t) => {
    const { stdout, code } = await run([LONG, AFTER], temporaryFolder(t), ['sysex-dump', '--json']);
    assert.equal(code, 0);
    const lines = stdout
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const parts = lines.filter(({ part }) => part !== undefined);
    assert.deepEqual(
      parts.map(({ part }) => part),
      parts.map((_, index) => index + 1),
    );
    assert.deepEqual(
      parts.map(({ more }) => more),
      [...parts.slice(1).map(() => true), undefined],
    );
    const bytes = Buffer.from(
      parts
        .map((line) => line.bytes)
        .join('')
        .replaceAll(' ', ''),
      'hex',
    );
    assert.ok(bytes.equals(LONG));
    assert.equal(lines.at(-1).sysexMessages, 2);
    assert.equal(lines.at(-1).sysexBytes, LONG_BYTES + AFTER.length);
  });
});

describe('record', () => {
  async function sysexOf(cwd: string, name: string): Promise<Buffer> {
    const { code, stderr } = await runMidirec(['convert', name, '-o', 'back.syx'], { cwd });
    assert.ok(code === 0 || code === 3, stderr);
    return bytesIn(cwd, 'back.syx');
  }

  it('one message in the file, realtime within it kept, and what follows', async (t) => {
    const cwd = temporaryFolder(t);
    const strewn = [LONG.subarray(0, 2_000_000), Uint8Array.of(0xf8), LONG.subarray(2_000_000)];
    const args = ['record', '--keep-realtime', '-o', 'a.mid'];
    const { code, stderr } = await run([BEFORE, ...strewn, NOTE, AFTER], cwd, args);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /1 note, .*3 sysex \(3\.0 MB\)/);
    assert.ok((await sysexOf(cwd, 'a.mid')).equals(Buffer.concat([BEFORE, LONG, AFTER])));
  });

  it('one that is broken off is kept, said to be incomplete, and is no other message', async (t) => {
    const cwd = temporaryFolder(t);
    const { code, stderr } = await run([UNFINISHED, NOTE, AFTER], cwd, ['record', '-o', 'a.mid']);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /1 sysex incomplete/);
    const shown = await runMidirec(['show', '--json', 'a.mid'], { cwd });
    const { sysex } = JSON.parse(shown.stdout.toString());
    assert.deepEqual(
      sysex.map(({ length }: { length: number }) => length),
      [LONG_BYTES - 1, 4],
    );
  });

  it('--split-idle and --keep-last have it, too', async (t) => {
    for (const option of ['--split-idle', '--keep-last']) {
      const cwd = temporaryFolder(t);
      const args = ['record', option, '10s', '-o', 'a.mid'];
      const { code, stderr } = await run([BEFORE, LONG, AFTER], cwd, args);
      assert.equal(code, 0, stderr);
      assert.ok((await sysexOf(cwd, 'a.mid')).equals(Buffer.concat([BEFORE, LONG, AFTER])));
    }
  });
});

it('monitor prints a line for each part', async (t) => {
  const { stdout } = await run([LONG], temporaryFolder(t), ['monitor']);
  const lines = stdout.toString().trimEnd().split('\n');
  assert.ok(lines.length >= 3);
  assert.match(lines[0]!, /sysex +part 1, [\d,]+ bytes, goes on/);
  assert.match(lines.at(-1)!, new RegExp(`sysex +part ${lines.length}, [\\d,]+ bytes, ends`));
});
