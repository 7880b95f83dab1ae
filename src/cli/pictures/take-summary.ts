/** What is said about a take: while it runs, and when it is done. */
import type { ChalkInstance } from 'chalk';
import { fitColumns } from '../terminal/columns.js';
import { formatBytes, formatCount, formatCounted, formatTime } from '../terminal/figures.js';
import type { Tally } from './tally.js';

export interface LiveState {
  timeMs: number;
  messagesPerSecond: number;
  tally: Tally;
  buffersFree: number;
  lost: number;
}

/**
 * The live line. Parts that do not fit are left away from the right, but never the loss.
 */
export function describeLive(state: LiveState, columns: number, chalk: ChalkInstance): string {
  const { tally } = state;
  const loss = state.lost === 0 ? '' : `  ${formatCount(state.lost)} lost!`;
  const parts = [
    formatTime(state.timeMs, 0),
    formatCounted(tally.notes, 'note'),
    `${formatCount(Math.round(state.messagesPerSecond))} messages/s`,
    `${tally.heldNotes} held`,
    `sysex ${formatBytes(tally.sysexBytes)}`,
    `${formatCount(state.buffersFree)} buffers free`,
  ];
  const room = columns - loss.length;
  let text = '';
  for (const part of parts) {
    const longer = text === '' ? part : `${text}  ${part}`;
    if (longer.length > room) break;
    text = longer;
  }
  return text + (loss === '' ? '' : chalk.red.bold(fitColumns(loss, columns)));
}

/** What a finished take holds, as one line. */
export function describeTake(lengthMs: number, tally: Tally): string {
  const parts = [formatTime(lengthMs), formatCounted(tally.notes, 'note')];
  if (tally.controls > 0) parts.push(formatCounted(tally.controls, 'controller event'));
  if (tally.sysex > 0)
    parts.push(`${formatCount(tally.sysex)} sysex (${formatBytes(tally.sysexBytes)})`);
  return parts.join(', ');
}
