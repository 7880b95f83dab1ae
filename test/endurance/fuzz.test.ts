/** A million inputs that nobody meant: whatever reads something survives it, and what is written can be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import fc from 'fast-check';
import { sysexLine } from '../../src/cli/capturing/message-text.js';
import {
  decimal,
  parseChannels,
  parseDuration,
  parsePosition,
  parseTimeSignature,
  wholeNumber,
} from '../../src/cli/options/option-values.js';
import { checkRecordOptions, defineRecord } from '../../src/cli/record/record-options.js';
import { viewSysex } from '../../src/cli/sysex-dump/hex-view.js';
import { joinSmfs } from '../../src/editing/join.js';
import {
  splitAtMarkers,
  splitAtSilence,
  splitByChannel,
  splitByTrack,
} from '../../src/editing/split.js';
import { trimSilence } from '../../src/editing/trim.js';
import { readSmf, type SmfFile } from '../../src/files/smf/smf-reader.js';
import { writeSmf } from '../../src/files/smf/smf-writer.js';
import { parseSyx, syxError } from '../../src/files/syx/syx-reader.js';
import { ByteStreamParser } from '../../src/midi/byte-stream-parser.js';
import { MidirecError } from '../../src/midi/errors.js';
import { formatHex, parseSysexRequest, readHex } from '../../src/midi/hex.js';
import { describeSysex } from '../../src/sysex/sysex-identification.js';
import { checkPattern } from '../../src/takes/take-name.js';
import { parseTrigger } from '../../src/takes/trigger-rule.js';
import { damaged, fuzz, fuzzAsync, midiBytes, unlessRefused } from '../support/fuzz.js';
import { IntakeLog } from '../support/intake-log.js';
import { parseWithMidiFile, parseWithMidiParserJs, parseWithOurs } from '../support/smf-parsers.js';
import { batchOf, type EventNotation, openTake, TAKE_PATH } from '../support/smf-takes.js';
import { wholeTimeline } from '../support/whole-timeline.js';

/** The bytes in pieces, cut at some of the places. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [
    0,
    ...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, index) => bytes.subarray(places[index]!, end));
}

const stream = fc.record({ bytes: midiBytes(60), cuts: fc.array(fc.nat(), { maxLength: 6 }) });

test('the byte-stream parser: the same however it is cut, and no byte vanishes', (t) => {
  const parse = (pieces: Uint8Array[], hasRunningStatus: boolean) => {
    const parser = new ByteStreamParser(hasRunningStatus);
    let text = '';
    let bytes = 0;
    const visitor = {
      onShort(packed: number, length: number) {
        text += `${packed.toString(16)}:${length} `;
        bytes += length;
      },
      onSysexBytes(piece: Uint8Array) {
        text += formatHex(piece).replaceAll(' ', '');
        bytes += piece.length;
      },
      onSysexEnd(isComplete: boolean) {
        text += isComplete ? '. ' : '! ';
      },
      onInvalid(packed: number, length: number) {
        text += `?${packed.toString(16)}:${length} `;
        bytes += length;
      },
    };
    for (const piece of pieces) parser.feed(piece, visitor);
    parser.breakOff(visitor);
    return { text, bytes };
  };
  fuzz(
    t,
    0.2,
    fc.record({ stream, hasRunningStatus: fc.boolean() }),
    ({ stream: { bytes, cuts }, hasRunningStatus }) => {
      const whole = parse([bytes], hasRunningStatus);
      assert.deepEqual(parse(cut(bytes, cuts), hasRunningStatus), whole);
      // A running status counts again with each message that it begins.
      if (!hasRunningStatus) assert.equal(whole.bytes, bytes.length);
    },
  );
});

test('the intake of an input: the same however the bytes are cut into buffers', (t) => {
  const assemble = (pieces: Uint8Array[]) => {
    const log = new IntakeLog();
    for (const piece of pieces) log.feed(piece);
    log.intake.finish();
    assert.equal(log.intake.isInSysex, false);
    return log.made;
  };
  fuzz(t, 0.13, stream, ({ bytes, cuts }) => {
    assert.deepEqual(assemble(cut(bytes, cuts)), assemble([bytes]));
  });
});

test('hex text: read or refused, and what was formatted is read back', (t) => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFxX ,#\n\t\r-'), maxLength: 40 }),
  );
  fuzz(t, 0.13, fc.record({ text, bytes: midiBytes(40) }), ({ text, bytes }) => {
    const answer = readHex(text);
    if (!(answer instanceof Uint8Array)) assert.ok(answer.line >= 1 && answer.column >= 1);
    unlessRefused(() => parseSysexRequest(text));
    assert.deepEqual(readHex(formatHex(bytes)), bytes);
  });
});

test('.syx: every byte is in a message, beside one, or realtime', (t) => {
  fuzz(t, 0.13, midiBytes(120), (bytes) => {
    const messages = unlessRefused(() => parseSyx(Uint8Array.from(bytes), 'a.syx'));
    if (messages === undefined) return;
    syxError(messages, 'a.syx');
    for (const message of messages) {
      assert.ok(message.bytes[0] === 0xf0 && message.bytes.at(-1) === 0xf7);
      sysexLine(describeSysex(message.bytes));
      for (const line of viewSysex(message.bytes, 80, 0)) assert.ok(line.length <= 80);
    }
  });
});

test('sysex descriptions survive any bytes', (t) => {
  const bytes = midiBytes(30).map((inner) => Uint8Array.from([0xf0, ...inner, 0xf7]));
  fuzz(t, 0.05, bytes, (sysex) => assert.ok(sysexLine(describeSysex(sysex)).length > 0));
});

const note = fc.tuple(
  fc.nat(3000),
  fc.constantFrom(
    '903c40',
    '803c00',
    'c105',
    'e00040',
    'b07b00',
    'f07e7f0601f7',
    '!f07e01',
    '!01f7',
    '#verse',
  ),
  fc.nat(2),
);
const events = fc.array(note, { maxLength: 30 });

/** A take, flushed now and then, before its end and after. */
async function record(notations: EventNotation[], format: 0 | 1, pauses: readonly boolean[]) {
  const opened = openTake({ format, deviceNames: ['Piano', 'Pads', 'Drums'] });
  const { take, clock, disk } = opened;
  for (const [index, notation] of notations.entries()) {
    take.write(batchOf(notation));
    if (pauses[index]) await clock.advanceAsync(600);
  }
  const grown = Uint8Array.from(disk.read(TAKE_PATH)!);
  await take.close(5000);
  return { grown, whole: Uint8Array.from(disk.read(TAKE_PATH)!) };
}

test('what the SMF writer writes, three readers read, and agree', async (t) => {
  const taken = fc.record({
    events,
    format: fc.constantFrom(0 as const, 1 as const),
    pauses: fc.array(fc.boolean(), { maxLength: 30 }),
  });
  await fuzzAsync(t, 0.01, taken, async ({ events, format, pauses }) => {
    const inOrder = [...events].sort(([a], [b]) => a - b);
    const { grown, whole } = await record(inOrder, format, pauses);
    const parsed = parseWithOurs(whole);
    assert.deepEqual(parseWithMidiFile(whole), parsed);
    assert.deepEqual(parseWithMidiParserJs(whole), parsed);
    const lines = parsed.tracks.flat().filter((line) => !/ ff(?!06)/.test(line));
    assert.equal(lines.length, events.length);
    for (const parse of [parseWithOurs, parseWithMidiFile, parseWithMidiParserJs]) parse(grown);
    assert.deepEqual(parseWithOurs(writeSmf(readSmf(whole))), parsed);
  });
});

/** Files of several kinds, for damage. */
async function sampleFiles(): Promise<Uint8Array[]> {
  const music: EventNotation[] = [
    [0, 'c105'],
    [10, '903c40'],
    [20, 'f07e7f0601f7', 1],
    [500, '803c00'],
    [700, '#verse'],
    [900, '993c40', 2],
    [2500, '893c00', 2],
  ];
  const files: Uint8Array[] = [];
  for (const format of [0, 1] as const) {
    const { grown, whole } = await record(music, format, [false, true, false, true]);
    files.push(grown, whole);
  }
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  // Format 2; running status, a sysex in packets, no tempo; frames of SMPTE.
  files.push(
    bytes(
      '4d546864 00000006 0002 0002 0060 4d54726b 0000000b 00903c40 60803c00 00ff2f00 4d54726b 00000004 00ff2f00',
    ),
  );
  files.push(
    bytes(
      '4d546864 00000006 0000 0001 0060 4d54726b 0000001f 00903c40 103e41 10f002 4301 20f70302f7f8 00ff5103000000 00ff2f00',
    ),
  );
  files.push(bytes('4d546864 00000006 0001 0001 e728 4d54726b 0000000c 00ff5103 0927c000ff2f00'));
  return files;
}

/** All that midirec does with a file. */
function work(file: SmfFile): void {
  const { events, endMs } = wholeTimeline(file);
  for (let row = 1; row < events.count; row++)
    assert.ok(events.timeMs[row]! >= events.timeMs[row - 1]!);
  assert.ok(endMs >= 0);
  const again = readSmf(writeSmf(file));
  assert.equal(again.tracks.length, file.tracks.length);
  if (file.format === 2) return;
  for (const parts of [
    splitAtSilence(file, 500),
    splitAtMarkers(file),
    splitByChannel(file),
    splitByTrack(file),
  ]) {
    for (const content of parts.contents) writeSmf(content);
  }
  writeSmf(trimSilence(file, { endsMs: 100, gapsMs: 500 }));
  writeSmf(joinSmfs([file, file], 100).content);
}

test('the SMF reader, and all that is done with its files, survive any damage', async (t) => {
  const files = await sampleFiles();
  for (const file of files) work(readSmf(file));
  fuzz(t, 0.14, damaged(files), (bytes) => {
    const file = unlessRefused(() => readSmf(bytes));
    if (file !== undefined) unlessRefused(() => work(file));
  });
});

test('the SMF reader survives any bytes', (t) => {
  const head = Uint8Array.from(Buffer.from('4d54686400000006000100010060', 'hex'));
  const chunk = Uint8Array.from(Buffer.from('4d54726b', 'hex'));
  const bytes = fc.record({
    isSmf: fc.boolean(),
    length: fc.nat(80),
    rest: fc.uint8Array({ maxLength: 80 }),
  });
  fuzz(t, 0.1, bytes, ({ isSmf, length, rest }) => {
    const start = isSmf ? [...head, ...chunk, 0, 0, 0, length] : [];
    unlessRefused(() => readSmf(Uint8Array.from([...start, ...rest])));
  });
});

const word = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'0123456789.:-+,/ smhx#{}'), maxLength: 8 }),
  fc.constantFrom(
    '10s',
    '1.5h',
    '596h',
    '597h',
    '0ms',
    '4/4',
    '6/8',
    '120',
    '1-16',
    'cc 64 x3',
    'chord C2+E2',
    '{take}',
    '{',
    '1e9',
    '٣s',
    '',
    '-',
    'NaN',
    '9'.repeat(400),
  ),
);

test('option values: in bounds, or refused with a hint', (t) => {
  fuzz(t, 0.09, word, (text) => {
    const within = (value: number | undefined, least: number, most: number) =>
      assert.ok(value === undefined || (value >= least && value <= most), `${text}: ${value}`);
    within(
      unlessRefused(() => parseDuration(text)),
      1,
      0x7fff_ffff,
    );
    within(
      unlessRefused(() => wholeNumber(24, 32_767)(text)),
      24,
      32_767,
    );
    within(
      unlessRefused(() => decimal(4, 1000, 120)(text)),
      4,
      1000,
    );
    within(
      unlessRefused(() => parseChannels(text)),
      1,
      0xffff,
    );
    within(
      unlessRefused(() => parsePosition(text)),
      0,
      Number.MAX_VALUE,
    );
    const signature = unlessRefused(() => parseTimeSignature(text));
    within(signature?.numerator, 1, 99);
    unlessRefused(() => checkPattern(text));
    for (const number of unlessRefused(() => parseTrigger(text))?.numbers ?? [])
      within(number, 0, 127);
  });
});

test('command lines: values, or refused', async (t) => {
  const option = fc.constantFrom(
    '-d',
    '-o',
    '-f',
    '--duration',
    '--until-idle',
    '--format',
    '--bpm',
    '--ppq',
    '--time-signature',
    '--channel',
    '--no-sysex',
    '--keep-realtime',
    '--buffers',
    '--buffer-size',
    '--json',
    '--split-idle',
    '--keep-last',
    '--on',
    '--clock',
    '--tap',
    '--thru',
    '--track-per',
    '--',
    '-',
    '-xyz',
    '--=',
  );
  await fuzzAsync(t, 0.02, fc.array(fc.oneof(option, word), { maxLength: 8 }), async (args) => {
    const command = defineRecord(new Command('record').exitOverride())
      .configureOutput({ writeErr: () => {}, writeOut: () => {} })
      .action((options) => {
        checkRecordOptions(options);
        const { ppq, bpm, format } = options;
        assert.ok(ppq >= 24 && bpm >= 4 && format <= 1);
      });
    try {
      await command.parseAsync(args, { from: 'user' });
    } catch (error) {
      const isCommander = String((error as { code?: unknown }).code).startsWith('commander.');
      assert.ok(isCommander || error instanceof MidirecError, String(error));
    }
  });
});
