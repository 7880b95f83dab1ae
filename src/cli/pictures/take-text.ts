/** What is said about a take: while it runs, when it is done, and when its file is shown. */
import type { ChalkInstance } from 'chalk';
import { noteName } from '../../midi/note-names.js';
import type { Bars } from '../../midi/tempo/bars.js';
import { Columns, fitColumns } from '../terminal/columns.js';
import { formatBytes, formatCount, formatCounted, formatTime } from '../terminal/figures.js';
import type { TerminalLook } from '../terminal/terminal-look.js';
import { drawPianoRoll, voiceColor, voiceSign } from './piano-roll-text.js';
import type { ChannelCounts, TakeStatistics } from './take-statistics.js';
import { nameVoices, numberVoices, voiceOf } from './voices.js';

const MOST_CHANNELS = 24;
/** Of an input's name in the live line. */
const NAME_COLUMNS = 14;
/** So long after it has played an input is seen to be at work. */
const ACTIVE_MS = 400;
/** The margin and the coloured mark before a channel. */
const MARKER_COLUMNS = 4;

export interface LiveState {
  timeMs: number;
  /** Bar and beat, or those of the count-in, which has no time. */
  place?: string | undefined;
  messagesPerSecond: number;
  /** Names of the inputs; where there are several it is said what each does. */
  names?: readonly string[];
  take: TakeStatistics;
  /** Said if it is given. */
  buffersFree: number | undefined;
  lost: number;
}

/** The live line. Parts that do not fit are omitted from the right, but never the loss. */
export function describeLive(state: LiveState, columns: number, chalk: ChalkInstance): string {
  const { take } = state;
  const loss = state.lost === 0 ? '' : `  ${formatCount(state.lost)} lost!`;
  const { place, timeMs } = state;
  const clock = place === undefined ? [] : [place];
  if (timeMs >= 0) clock.unshift(formatTime(timeMs, 0));
  const parts = [
    ...clock,
    formatCounted(take.notes, 'note'),
    ...inputParts(state),
    `${formatCount(Math.round(state.messagesPerSecond))} messages/s`,
    `${take.heldKeys} held`,
    `sysex ${formatBytes(take.sysexBytes)}`,
  ];
  const { buffersFree } = state;
  if (buffersFree !== undefined) parts.push(`${formatCount(buffersFree)} buffers free`);
  const room = columns - loss.length;
  let text = '';
  for (const part of parts) {
    const longer = text === '' ? part : `${text}  ${part}`;
    if (longer.length > room) break;
    text = longer;
  }
  return text + (loss === '' ? '' : chalk.red.bold(fitColumns(loss, columns)));
}

/** `Keystation *C4`: the input and its last note, with a star while it plays. */
function inputParts({ names = [], take, timeMs }: LiveState): string[] {
  if (names.length < 2) return [];
  return names.map((name, index) => {
    const { playedMs, key } = take.activity[index] ?? {};
    const isActive = playedMs !== undefined && timeMs - playedMs < ACTIVE_MS;
    const note = key === undefined ? '-' : noteName(key);
    return `${fitColumns(name, NAME_COLUMNS)} ${isActive ? '*' : ''}${note}`;
  });
}

export function describeTake(lengthMs: number, take: TakeStatistics): string {
  const parts = [formatTime(lengthMs), formatCounted(take.notes, 'note')];
  if (take.controls > 0) parts.push(formatCounted(take.controls, 'controller event'));
  if (take.sysex > 0)
    parts.push(`${formatCount(take.sysex)} sysex (${formatBytes(take.sysexBytes)})`);
  return parts.join(', ');
}

/**
 * The piano roll and a line for each channel; no line for a take without channel messages.
 *
 * @param names - of the inputs or tracks, by number; said where there are several
 * @param bars - undefined: none are shown
 */
export async function pictureLines(
  take: TakeStatistics,
  lengthMs: number,
  names: readonly string[],
  look: TerminalLook,
  bars?: Bars,
): Promise<string[]> {
  const voices = take.channels.map(({ device, channel }) => voiceOf(device, channel));
  const numbers = numberVoices(voices);
  const picture = look.pictures ? drawPianoRoll(take.roll, numbers, lengthMs, look, bars) : [];
  const named = nameVoices(voices, names);
  const rows = take.channels.map((counts, index) => channelRow(counts, named.get(voices[index]!)));
  const markers = voices.map((voice) => marker(numbers.get(voice)!, look));
  return [...picture, ...(await channelLines(rows, markers, look))];
}

/** `sounds like 96 beats a minute`; undefined if no tempo can be told. */
export function tempoText(take: TakeStatistics): string | undefined {
  const bpm = take.guessTempo();
  return bpm === undefined ? undefined : `sounds like ${Math.round(bpm)} beats a minute`;
}

async function channelLines(
  rows: readonly string[][],
  markers: readonly string[],
  look: TerminalLook,
): Promise<string[]> {
  const shown = rows.slice(0, MOST_CHANNELS);
  const room = look.columns - MARKER_COLUMNS;
  const columns = await Columns.measure(shown, { columns: [{}, { right: true }], room });
  const lines = shown.flatMap((row, index) => {
    const [first, ...others] = columns.lines(row);
    return [`  ${markers[index]}${first}`, ...others.map((text) => `  ${text}`)];
  });
  const more = rows.length - shown.length;
  return more > 0 ? [...lines, `  … and ${formatCounted(more, 'other channel')}`] : lines;
}

function channelRow(counts: ChannelCounts, name = ''): string[] {
  const { channel, notes, controls } = counts;
  const controlText = controls === 0 ? '' : formatCounted(controls, 'controller event');
  return [`channel ${channel}`, formatCounted(notes, 'note'), rangeText(counts), controlText, name];
}

function rangeText({ notes, lowestKey, highestKey }: ChannelCounts): string {
  if (notes === 0) return '';
  const lowest = noteName(lowestKey);
  return lowestKey === highestKey ? lowest : `${lowest} to ${noteName(highestKey)}`;
}

/** What the notes of the voice with this number look like in the picture. */
function marker(number: number, { chalk, unicode, pictures }: TerminalLook): string {
  if (!pictures) return '';
  if (!unicode) return `${voiceColor(chalk, number)(voiceSign(number))} `;
  return chalk.level === 0 ? '' : `${voiceColor(chalk, number)('■')} `;
}
