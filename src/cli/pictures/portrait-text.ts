/** A take as one looks at it: the piano roll, a line for each channel, the tempo. */
import { noteName } from '../../midi/note-names.js';
import { layOut } from '../terminal/columns.js';
import { formatCounted } from '../terminal/figures.js';
import type { TerminalLook } from '../terminal/terminal-look.js';
import { channelColor, channelSign, drawPianoRoll } from './piano-roll-text.js';
import type { ChannelCounts, TakePortrait } from './take-portrait.js';

/** More channels than this are not listed. */
const MOST_CHANNELS = 24;
/** The margin and the coloured mark before a channel. */
const MARKER_COLUMNS = 4;

/**
 * The picture and the channels; no line for a take without channel messages.
 *
 * @param names - of the inputs or tracks, by number; said where there are several
 */
export async function portraitLines(
  portrait: TakePortrait,
  lengthMs: number,
  names: readonly string[],
  look: TerminalLook,
): Promise<string[]> {
  const picture = look.pictures ? drawPianoRoll(portrait.roll, lengthMs, look) : [];
  return [...picture, ...(await channelLines(portrait.channels, names, look))];
}

/** `sounds like 96 beats a minute`; undefined if no tempo can be told. */
export function tempoText(portrait: TakePortrait): string | undefined {
  const bpm = portrait.guessTempo();
  return bpm === undefined ? undefined : `sounds like ${Math.round(bpm)} beats a minute`;
}

async function channelLines(
  channels: readonly ChannelCounts[],
  names: readonly string[],
  look: TerminalLook,
): Promise<string[]> {
  const shown = channels.slice(0, MOST_CHANNELS);
  const rows = shown.map((counts) => [
    `channel ${counts.channel}`,
    formatCounted(counts.notes, 'note'),
    rangeText(counts),
    counts.controls === 0 ? '' : formatCounted(counts.controls, 'controller event'),
    names.length > 1 ? (names[counts.device] ?? '') : '',
  ]);
  const texts = await layOut(rows, {
    columns: [{}, { right: true }],
    room: look.columns - MARKER_COLUMNS,
  });
  const lines = texts.map((text, index) => `  ${marker(shown[index]!.channel, look)}${text}`);
  const more = channels.length - shown.length;
  return more > 0 ? [...lines, `  … and ${formatCounted(more, 'other channel')}`] : lines;
}

function rangeText({ notes, lowestKey, highestKey }: ChannelCounts): string {
  if (notes === 0) return '';
  const lowest = noteName(lowestKey);
  return lowestKey === highestKey ? lowest : `${lowest} to ${noteName(highestKey)}`;
}

/** What the notes of the channel look like in the picture. */
function marker(channel: number, { chalk, unicode, pictures }: TerminalLook): string {
  if (!pictures) return '';
  if (!unicode) return `${channelColor(chalk, channel)(channelSign(channel))} `;
  return chalk.level === 0 ? '' : `${channelColor(chalk, channel)('■')} `;
}
