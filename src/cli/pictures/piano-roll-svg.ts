/** A piano roll as a vector drawing that a browser shows: light or dark as the reader has it. */

import type { SmfTimeline } from '../../files/smf/smf-timeline.js';
import { collectNotes, type TimelineNote } from '../../files/smf/timeline-notes.js';
import { usage } from '../../midi/errors.js';
import { beginsOctave, isBlackKey, noteName } from '../../midi/note-names.js';
import type { Bars } from '../../midi/tempo/bars.js';
import { fitColumns } from '../terminal/columns.js';
import { formatCounted, formatTime } from '../terminal/figures.js';
import { timeScale } from './time-scale.js';
import { channelOf, nameVoices, numberVoices, voiceOf } from './voices.js';

/** Sixteen colours, by number of a voice, that can be told apart on white and on black. */
const COLORS = [
  '#0e9aa7',
  '#d6457f',
  '#c98a00',
  '#3f9b3f',
  '#4a78d6',
  '#9a5fd0',
  '#d4622a',
  '#6b8e23',
  '#b5484f',
  '#7f8794',
  '#2f9e86',
  '#b65fb0',
  '#9c7b3c',
  '#5b7f9e',
  '#8a9a2b',
  '#7a68c8',
];

const KEY_HEIGHT = 7;
const LEFT = 44;
/** Room for the last time. */
const RIGHT = 40;
const TOP = 40;
const BOTTOM = 34;
const LEGEND_ROW = 20;
const LEAST_WIDTH = 640;
/** Wider than this, no browser scrolls with pleasure. */
const MOST_WIDTH = 24_000;
const PIXELS_PER_SECOND = 70;
const PIXELS_PER_MARK = 9;
const PIXELS_PER_BAR = 28;
/** Beyond this many notes, each voice is one shape, and notes do not say what they are. */
const MOST_TITLES = 20_000;
/** A browser shows no more. */
const MOST_NOTES = 1_000_000;
const FEWEST_KEYS = 12;
const LEGEND_WIDTH = 150;
/** Of a letter in the legend, near enough. */
const LETTER_WIDTH = 7;
/** What stands there besides letters, and air. */
const LEGEND_REST = 40;
const MOST_LETTERS = 80;

/**
 * The drawing of all notes of `timeline`.
 *
 * @param title - what the picture is of, as plain text
 * @param bars - shown as lines with their numbers, in the place of lines for the time
 * @throws MidirecError USAGE if there are too many
 */
export function drawSvg(timeline: SmfTimeline, title: string, bars?: Bars): string {
  const notes = collectNotes(timeline.batches, timeline.endMs, MOST_NOTES + 1);
  if (notes.length > MOST_NOTES) {
    throw usage(
      'more than a million notes cannot be drawn as SVG',
      'draw a part: midirec trim --to',
    );
  }
  const lengthMs = Math.max(1, timeline.endMs, notes.at(-1)?.startMs ?? 0);
  const { lowest, highest } = keysOf(notes);
  const width = Math.min(
    MOST_WIDTH,
    Math.max(LEAST_WIDTH, Math.round((lengthMs / 1000) * PIXELS_PER_SECOND)),
  );
  const frame: Frame = {
    width,
    height: (highest - lowest + 1) * KEY_HEIGHT,
    xOf: (timeMs) => round(LEFT + (timeMs / lengthMs) * width),
    yOf: (key) => TOP + (highest - key) * KEY_HEIGHT,
  };
  const voices = voicesOf(notes, timeline.trackNames);
  const letters = Math.max(0, ...voices.map(({ label }) => label.length));
  const columnWidth = Math.max(LEGEND_WIDTH, LETTER_WIDTH * letters + LEGEND_REST);
  const perRow = Math.max(1, Math.floor(width / columnWidth));
  const fullWidth = LEFT + width + RIGHT;
  const fullHeight = TOP + frame.height + BOTTOM + Math.ceil(voices.length / perRow) * LEGEND_ROW;
  const about = `${formatCounted(notes.length, 'note')}, ${formatTime(timeline.endMs)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${fullHeight}" viewBox="0 0 ${fullWidth} ${fullHeight}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(about)}</desc>`,
    STYLE,
    `<rect class="paper" width="${fullWidth}" height="${fullHeight}"/>`,
    `<text class="title" x="${LEFT}" y="24">${escapeXml(title)}<tspan class="about" dx="12">${about}</tspan></text>`,
    ...drawKeys(frame, lowest, highest),
    ...drawTimes(frame, lengthMs, bars === undefined),
    ...drawBars(frame, lengthMs, bars),
    ...voices.map((voice) => drawVoice(frame, voice, notes.length <= MOST_TITLES)),
    ...voices.map(({ label, color }, index) => {
      const x = LEFT + (index % perRow) * columnWidth;
      const y = TOP + frame.height + BOTTOM + Math.floor(index / perRow) * LEGEND_ROW;
      return (
        `<rect x="${x}" y="${y}" width="10" height="10" rx="2" fill="${color}"/>` +
        `<text x="${x + 16}" y="${y + 9}">${escapeXml(label)}</text>`
      );
    }),
    '</svg>',
    '',
  ].join('\n');
}

interface Frame {
  width: number;
  height: number;
  xOf(timeMs: number): number;
  yOf(key: number): number;
}

const STYLE = `<style>
svg { font: 12px system-ui, sans-serif; }
.paper { fill: #fff; } .black { fill: #f1f3f5; } .line { stroke: #d5dae0; }
text { fill: #5a6472; } .bar { font-size: 10px; } .title { fill: #1b2330; font-size: 15px; font-weight: 600; }
.about { fill: #5a6472; font-size: 12px; font-weight: 400; }
@media (prefers-color-scheme: dark) {
.paper { fill: #14181e; } .black { fill: #1b2129; } .line { stroke: #323b47; }
text, .about { fill: #98a3b3; } .title { fill: #eef2f7; }
}
</style>`;

function keysOf(notes: readonly TimelineNote[]): { lowest: number; highest: number } {
  let lowest = 127;
  let highest = 0;
  for (const { key } of notes) {
    lowest = Math.min(lowest, key);
    highest = Math.max(highest, key);
  }
  if (notes.length === 0) return { lowest: 54, highest: 66 };
  while (highest - lowest < FEWEST_KEYS) {
    lowest = Math.max(0, lowest - 1);
    highest = Math.min(127, highest + 1);
  }
  return { lowest, highest };
}

function drawKeys(frame: Frame, lowest: number, highest: number): string[] {
  const lines: string[] = [];
  for (let key = lowest; key <= highest; key++) {
    const y = frame.yOf(key);
    if (isBlackKey(key)) {
      lines.push(
        `<rect class="black" x="${LEFT}" y="${y}" width="${frame.width}" height="${KEY_HEIGHT}"/>`,
      );
    }
    if (!beginsOctave(key)) continue;
    const foot = y + KEY_HEIGHT;
    lines.push(
      `<path class="line" d="M${LEFT} ${foot}h${frame.width}"/>`,
      `<text x="${LEFT - 6}" y="${foot}" text-anchor="end">${noteName(key)}</text>`,
    );
  }
  return lines;
}

function drawBars(frame: Frame, lengthMs: number, bars: Bars | undefined): string[] {
  const most = Math.floor(frame.width / PIXELS_PER_BAR);
  return [...(bars?.lines(lengthMs, most) ?? [])].flatMap(({ bar, timeMs }) => {
    const x = frame.xOf(timeMs);
    return [
      `<path class="line" d="M${x} ${TOP - 4}v${frame.height + 4}"/>`,
      `<text class="bar" x="${x + 3}" y="${TOP - 2}">${bar}</text>`,
    ];
  });
}

/** @param isGrid - whether the lines go through the picture */
function drawTimes(frame: Frame, lengthMs: number, isGrid: boolean): string[] {
  const foot = TOP + frame.height;
  return timeScale(lengthMs, Math.floor(frame.width / PIXELS_PER_MARK)).flatMap(
    ({ timeMs, label }) => {
      const x = frame.xOf(timeMs);
      return [
        `<path class="line" d="M${x} ${isGrid ? TOP : foot}V${foot + 4}"/>`,
        `<text x="${x}" y="${foot + 18}">${label}</text>`,
      ];
    },
  );
}

/** What is drawn in one colour. */
interface Voice {
  color: string;
  /** As the legend has it. */
  label: string;
  notes: readonly TimelineNote[];
}

function voicesOf(notes: readonly TimelineNote[], trackNames: readonly string[]): Voice[] {
  const byVoice = new Map<number, TimelineNote[]>();
  for (const note of notes) {
    const voice = voiceOf(note.device, note.channel);
    const own = byVoice.get(voice);
    if (own === undefined) byVoice.set(voice, [note]);
    else own.push(note);
  }
  const voices = [...byVoice.keys()].sort((a, b) => a - b);
  const numbers = numberVoices(voices);
  const names = nameVoices(voices, trackNames);
  return voices.map((voice) => ({
    color: COLORS[(numbers.get(voice)! - 1) % COLORS.length]!,
    label: fitColumns(
      [`channel ${channelOf(voice)}`, names.get(voice)].filter(Boolean).join(', '),
      MOST_LETTERS,
    ),
    notes: byVoice.get(voice)!,
  }));
}

function drawVoice(frame: Frame, { color, notes }: Voice, hasTitles: boolean): string {
  if (!hasTitles) {
    const shapes = notes.map((note) => {
      const { x, y, width } = boxOf(frame, note);
      return `M${x} ${y}h${width}v${KEY_HEIGHT - 1}h-${width}z`;
    });
    return `<path fill="${color}" d="${shapes.join('')}"/>`;
  }
  const boxes = notes.map((note) => {
    const { x, y, width } = boxOf(frame, note);
    const opacity = round(0.4 + (0.6 * note.velocity) / 127);
    return (
      `<rect x="${x}" y="${y}" width="${width}" height="${KEY_HEIGHT - 1}" rx="1.5" opacity="${opacity}">` +
      `<title>${describe(note)}</title></rect>`
    );
  });
  return `<g fill="${color}">\n${boxes.join('\n')}\n</g>`;
}

function boxOf(frame: Frame, note: TimelineNote): { x: number; y: number; width: number } {
  const x = frame.xOf(note.startMs);
  // A pixel less than its length, so that a repeated note is seen to be one.
  const width = round(Math.max(1, frame.xOf(note.endMs) - x - 1));
  return { x, y: frame.yOf(note.key), width };
}

function describe(note: TimelineNote): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const lengthMs = note.endMs - note.startMs;
  return `${noteName(note.key)}, channel ${note.channel}, velocity ${note.velocity}, at ${seconds(note.startMs)} s for ${seconds(lengthMs)} s`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Also without the control characters that XML has no way to write. */
function escapeXml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
