/** What is held after the same messages: recorder, player, thru, pictures, cuts and joins give one answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PianoRoll } from '../../../src/cli/pictures/piano-roll.js';
import { TakeStatistics } from '../../../src/cli/pictures/take-statistics.js';
import { cutSmf } from '../../../src/editing/cut.js';
import { joinSmfs } from '../../../src/editing/join.js';
import { splitAtSilence } from '../../../src/editing/split.js';
import type { SmfContent } from '../../../src/files/smf/smf-content.js';
import { collectNotes } from '../../../src/files/smf/timeline-notes.js';
import { sleep } from '../../../src/midi/waiting.js';
import { CountIn } from '../../../src/playback/count-in.js';
import { Player } from '../../../src/playback/player.js';
import { readScore } from '../../../src/playback/score.js';
import { Thru } from '../../../src/playback/thru.js';
import { SplitTakes } from '../../../src/takes/split-takes.js';
import { TakeTempo } from '../../../src/takes/tempo-source.js';
import { linesOf } from '../../support/editing-bed.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryDisk } from '../../support/smf-memory-disk.js';
import { END, smfOf } from '../../support/smf-notation.js';
import { batchOf, TAKE_SETTINGS } from '../../support/smf-takes.js';
import { wholeTimeline } from '../../support/whole-timeline.js';

/** From one message to the next. */
const STEP_MS = 10;
/** Silence after the last. */
const REST_MS = 3000;
/** Delta times of files in which a tick is a millisecond. */
const STEP = '0a';
const REST = '9738';

/** What is held, as note-ons without velocity, in order; a list of those that are due to be let go. */
interface Ends {
  held: string[];
  due: string[];
}

/** The rule by itself: a note-off or a mode ends a key; each strike is due a note-off. */
function ruleOf(messages: readonly string[]): Ends {
  const held = new Set<string>();
  const due: string[] = [];
  for (const message of messages) {
    const [status = 0, first = 0, second = 0] = Buffer.from(message, 'hex');
    const voice = (status & 0x0f).toString(16) + first.toString(16).padStart(2, '0');
    const isOfChannel = (other: string) => other.startsWith(voice.charAt(0));
    if ((status & 0xf0) === 0xb0) {
      if (first === 122 || first === 121) continue;
      for (const other of [...held].filter(isOfChannel)) held.delete(other);
      due.splice(0, due.length, ...due.filter((other) => !isOfChannel(other)));
    } else if ((status & 0xf0) === 0x90 && second > 0) {
      held.add(voice);
      due.push(voice);
    } else {
      held.delete(voice);
      if (due.includes(voice)) due.splice(due.indexOf(voice), 1);
    }
  }
  return { held: [...held].sort(), due: due.sort() };
}

function voiceOf(hex: string): string {
  return hex.slice(1, 4);
}

function fileOf(messages: readonly string[], rest: string): SmfContent {
  const [first, ...others] = messages;
  return smfOf([`00 ${first} ${others.map((message) => `${STEP} ${message}`).join(' ')} ${rest}`]);
}

const batchAt = (messages: readonly string[]) =>
  batchOf(...messages.map((message, index) => [index * STEP_MS, message] as const));

/** Whether the take ends with the silence. */
async function recorderIsSilent(messages: readonly string[]): Promise<boolean> {
  const clock = new FakeClock(0);
  const takes = new SplitTakes({
    pattern: '{take}.mid',
    idleMs: REST_MS,
    settings: { ...TAKE_SETTINGS, disk: new MemoryDisk() },
    clock,
    tempo: new TakeTempo(undefined),
    reporter: { warn: () => {}, say: () => {} },
  });
  takes.begin(['Keys'], () => clock.nowMs());
  takes.write(batchAt(messages));
  await clock.advanceAsync(messages.length * STEP_MS + REST_MS + 1000);
  const isSilent = takes.path === undefined;
  await takes.finish(clock.nowMs());
  return isSilent;
}

/** How many keys it counts before the end, and what it lets go of there. */
async function playerEnds(messages: readonly string[]): Promise<{ keys: number; due: string[] }> {
  const clock = new FakeClock(0);
  const sent: string[] = [];
  const score = readScore(smfOf([...fileText(messages)]));
  const player = new Player({
    score,
    clock,
    output: {
      sendShort: async (packed) => {
        sent.push(Buffer.of(packed, packed >>> 8, packed >>> 16).toString('hex'));
      },
      sendLong: async () => {},
    },
    waitUntil: (dueMs, signal) => sleep(clock, dueMs - clock.nowMs(), signal),
    signal: new AbortController().signal,
    fromMs: 0,
    toMs: score.endMs,
    speed: 1,
    isLoop: false,
    channelMask: 0xffff,
  });
  const playing = player.run();
  await clock.advanceAsync(messages.length * STEP_MS + 100);
  const { keys } = player;
  await clock.advanceAsync(REST_MS);
  await playing;
  return { keys, due: sent.slice(messages.length).map(voiceOf).sort() };
}

function fileText(messages: readonly string[]): string[] {
  const [first, ...others] = messages;
  return [`00 ${first} ${others.map((message) => `${STEP} ${message}`).join(' ')} ${REST} ff2f00`];
}

async function thruEnds(messages: readonly string[]): Promise<string[]> {
  const sent: string[] = [];
  const thru = new Thru({
    output: {
      sendShort: async (packed) => {
        sent.push(Buffer.of(packed, packed >>> 8, packed >>> 16).toString('hex'));
      },
      submit: async () => {},
    },
    channelMap: Uint8Array.from({ length: 16 }, (_, channel) => channel),
    nowMs: () => 0,
    onEnd: () => {},
  });
  thru.passOn(batchAt(messages), 0);
  await thru.close();
  return sent.slice(messages.length).map(voiceOf).sort();
}

/** Note-ons that stand at the first beat when everything was played before it. */
function heldAtFirstBeat(messages: readonly string[]): string[] {
  const countIn = new CountIn();
  countIn.place(batchAt(messages), Number.POSITIVE_INFINITY);
  const rows = countIn.end();
  return Array.from(rows.packed.subarray(0, rows.count))
    .filter((packed) => (packed & 0xf0) === 0x90)
    .map((packed) => voiceOf(Buffer.of(packed, packed >>> 8).toString('hex')))
    .sort();
}

/** Keys that sound in the last column of the piano roll. */
function keysOfPicture(messages: readonly string[]): string[] {
  const take = new TakeStatistics();
  take.add(batchAt(messages));
  const endMs = messages.length * STEP_MS + REST_MS;
  take.end(endMs);
  const roll: PianoRoll = take.roll;
  return Array.from({ length: 128 }, (_, key) => ({
    key,
    voice: roll.columnsOf(key, 20, endMs)[19]!.voice,
  }))
    .filter(({ voice }) => voice > 0)
    .map(({ key, voice }) => (voice - 1).toString(16) + key.toString(16).padStart(2, '0'))
    .sort();
}

async function checkAgreement(messages: readonly string[]): Promise<void> {
  const { held, due } = ruleOf(messages);
  assert.equal(await recorderIsSilent(messages), held.length === 0, 'recorder');
  assert.deepEqual(await playerEnds(messages), { keys: held.length, due }, 'player');
  assert.deepEqual(await thruEnds(messages), due, 'thru');
  assert.deepEqual(heldAtFirstBeat(messages), held, 'count-in');
  assert.deepEqual(keysOfPicture(messages), held, 'picture');
  const take = new TakeStatistics();
  take.add(batchAt(messages));
  assert.equal(take.heldKeys, held.length, 'live line');

  const next = '903050 64 803050';
  const smf = smfOf([`${fileText(messages)[0]!.replace('ff2f00', next)} ${END}`]);
  const { events, endMs } = wholeTimeline(smf);
  const goOn = collectNotes([events], endMs).filter(
    (note) => note.endMs === endMs && note.key !== 48,
  );
  const voices = goOn.map(
    ({ channel, key }) => (channel - 1).toString(16) + key.toString(16).padStart(2, '0'),
  );
  assert.deepEqual(voices.sort(), held, 'notes of a time line');
  assert.equal(
    splitAtSilence(smf, REST_MS - 1000).labels.length,
    held.length === 0 ? 2 : 1,
    'silence',
  );

  // Every key is struck and let go of behind the cut: the end of that note belongs to it.
  const keys = [...new Set(messages.filter((message) => !message.startsWith('b')).map(voiceOf))];
  const behind = keys.map((voice) => `00 9${voice}40 64 8${voice}40`).join(' ');
  const whole = fileOf(messages, `${REST} ff0100 ${behind} ${END}`);
  const atTick = (messages.length - 1) * STEP_MS + 1;
  const [second] = cutSmf(whole, [{ fromTick: atTick, toTick: Infinity, endTick: 100_000 }]);
  assert.equal(linesOf(second!)[0]!.filter((line) => / 8/.test(line)).length, keys.length, 'cut');
  const [first] = cutSmf(whole, [{ fromTick: 0, toTick: atTick, endTick: atTick }]);
  const ends = linesOf(first!)[0]!.slice(messages.length, -1);
  assert.deepEqual(ends.map((line) => voiceOf(line.split(' ')[1]!)).sort(), due, 'end of a cut');
  const joined = joinSmfs([fileOf(messages, END), fileOf(['c000'], END)], 0).content;
  const released = linesOf(joined)[0]!.filter((line) => /^\d+ [89]/.test(line));
  const struck = messages.filter((message) => !message.startsWith('b')).length;
  assert.deepEqual(
    released
      .slice(struck)
      .map((line) => voiceOf(line.split(' ')[1]!))
      .sort(),
    due,
    'join',
  );
}

for (const [what, ...messages] of [
  ['struck twice, let go once', '903c40', '903c50', '803c00'],
  ['struck twice, let go of never', '903c40', '903c50', '913e40'],
  ['struck twice, let go twice', '903c40', '903c50', '903c00', '803c40'],
  ['All Notes Off', '903c40', '904040', '913c40', 'b07b00'],
  ['All Sound Off', '903c40', '903c40', 'b07800', '913c40'],
  ['Mono, and a note after it', '903c40', '904040', 'b07e01', '903c40'],
  ['Reset All Controllers and Local Control end nothing', '903c40', 'b07900', 'b07a00'],
  ['let go of what was never struck', '903c40', '803d40', '803d40', '903d40'],
] as const) {
  test(`modules agree: ${what}`, () => checkAgreement(messages));
}

test('modules agree, whatever is played', async () => {
  const channel = fc.constantFrom('0', '5');
  const note = fc
    .tuple(
      fc.constantFrom('9', '9', '8'),
      channel,
      fc.constantFrom('3c', '3e'),
      fc.constantFrom('00', '40', '7f'),
    )
    // One key has one colour in a picture: each channel has keys of its own.
    .map(([command, on, key, velocity]) =>
      on === '0'
        ? `${command}0${key}${velocity}`
        : `${command}5${key === '3c' ? '43' : '45'}${velocity}`,
    );
  const mode = fc
    .tuple(channel, fc.constantFrom('78', '79', '7a', '7b', '7c', '7d', '7e', '7f'))
    .map(([on, controller]) => `b${on}${controller}00`);
  const message = fc.oneof({ weight: 6, arbitrary: note }, { weight: 1, arbitrary: mode });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 16 }), (messages) =>
      checkAgreement(['902440', '802440', ...messages]),
    ),
    { numRuns: 60 },
  );
});
