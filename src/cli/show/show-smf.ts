/** `midirec show` for a Standard MIDI File: the piano roll and what else is in it. */
import { asOutputError } from '../../files/disk/io-errors.js';
import { saveFile } from '../../files/disk/naming.js';
import type { SmfFile } from '../../files/smf/smf-reader.js';
import { aboutOf, decodeSmfText } from '../../files/smf/smf-texts.js';
import { readTimeline, type SmfTimeline, usualBpm } from '../../files/smf/smf-timeline.js';
import { tempoOf } from '../../files/smf/tempo-track.js';
import { MidirecError } from '../../midi/errors.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { noteName } from '../../midi/note-names.js';
import { SYSEX_END } from '../../midi/status.js';
import type { Bars } from '../../midi/tempo/bars.js';
import type { JudgedSysex } from '../../sysex/instruments/description.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { sysexLine } from '../capturing/message-text.js';
import type { CommandContext } from '../command.js';
import { refuseOriginals } from '../files/edited-files.js';
import { describer } from '../files/known-instruments.js';
import { warnOfDamages } from '../files/source-files.js';
import { drawSvg } from '../pictures/piano-roll-svg.js';
import { TakeStatistics } from '../pictures/take-statistics.js';
import { describeTake, pictureLines, tempoText } from '../pictures/take-text.js';
import { layOut } from '../terminal/columns.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath, formatBytes, formatCounted, formatTime } from '../terminal/figures.js';
import { printExactly, printJson, printLines } from '../terminal/standard-streams.js';
import { lookOf, type TerminalLook } from '../terminal/terminal-look.js';
import type { ShowOptions } from './show-options.js';

/** More sysex or markers than this are not listed one by one; `--json` has them all. */
const MOST_LISTED = 12;
/** Of a sysex too long to be seen as a whole: its makers and kinds are told by the first bytes. */
const SEEN_BYTES = 64;

/**
 * Shows `smf`.
 *
 * @returns false if the file is damaged
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE for the SVG, USAGE for one in the place of the file: before
 *   anything is shown
 */
export async function showSmf(
  smf: SmfFile,
  name: string,
  { svg, json, force }: ShowOptions,
  { console }: CommandContext,
): Promise<boolean> {
  const isFile = svg !== undefined && svg !== '-';
  if (isFile) refuseOriginals(svg, [name], '--svg');
  const picture = new SmfPicture(smf, name);
  await picture.read(json ? Number.POSITIVE_INFINITY : MOST_LISTED, console);
  if (isFile) writeSvg(svg, picture.svg, force);
  if (svg === '-') await printExactly(picture.svg.trimEnd().split('\n'));
  else if (json) await printJson(picture.document());
  else await printLines(await picture.lines(lookOf(process.stdout, console)));
  if (isFile) console.say(`drawn in ${displayPath(svg)}`);

  warnOfDamages(smf, name, console);
  const { trailingBytes } = smf;
  if (trailingBytes > 0) {
    const verb = trailingBytes === 1 ? 'is' : 'are';
    const bytes = formatBytes(trailingBytes);
    console.say(`${bytes} after the end ${verb} not part of the file`);
  }
  return smf.damages.length === 0;
}

class SmfPicture {
  readonly #smf: SmfFile;
  readonly #name: string;
  readonly #timeline: SmfTimeline;
  readonly #statistics = new TakeStatistics();
  /** Sysex and markers, the first of them. */
  readonly #remarks: Remark[] = [];
  #remarkCount = 0;
  #describe: ((bytes: Uint8Array) => JudgedSysex) | undefined;
  #messages = 0;

  constructor(smf: SmfFile, name: string) {
    this.#smf = smf;
    this.#name = name;
    this.#timeline = readTimeline(smf);
  }

  /** @param mostRemarks - so many are kept */
  async read(mostRemarks: number, console: ConsoleOutput): Promise<void> {
    for (const batch of this.#timeline.batches) {
      this.#statistics.add(batch);
      this.#messages += batch.count;
      for (let row = 0; row < batch.count; row++) {
        if (batch.kind[row] === EventKind.SHORT) continue;
        // Most files have no sysex, and need no table.
        if (batch.kind[row] !== EventKind.MARKER) this.#describe ??= await describer(console);
        this.#addRemark(batch, row, mostRemarks);
      }
    }
    this.#statistics.end(this.#timeline.endMs);
  }

  #addRemark({ timeMs, device, kind, payload }: EventBatch, row: number, most: number): void {
    const bytes = payload[row]!;
    const length = this.#timeline.packets.get(bytes)?.length ?? bytes.length;
    this.#statistics.sysexBytes += length - bytes.length;
    if (++this.#remarkCount > most) return;
    const isMarker = kind[row] === EventKind.MARKER;
    this.#remarks.push({
      timeMs: timeMs[row]!,
      track: device[row]!,
      marker: isMarker ? decodeSmfText(bytes, this.#smf.charset) : undefined,
      sysex: isMarker ? undefined : this.#sysexOf(bytes, length, kind[row] === EventKind.SYSEX),
    });
  }

  /** What a sysex is, of which nothing but the beginning may be known. */
  #sysexOf(bytes: Uint8Array, length: number, isWhole: boolean): JudgedSysex {
    if (length === bytes.length) return this.#describe!(bytes);
    if (!isWhole) return { ...describeSysex(bytes), length };
    const ended = Uint8Array.of(...bytes.subarray(0, SEEN_BYTES), SYSEX_END);
    return { ...describeSysex(ended), length, checksum: 'unknown' };
  }

  /** Those that the file says; the patterns of format 2 have none in common. */
  get #bars(): Bars | undefined {
    const { tempos, timeSignature } = this.#timeline;
    const { smpte, format } = this.#smf;
    const saysNone = tempos.length === 0 && timeSignature === undefined;
    return saysNone || smpte !== undefined || format === 2 ? undefined : tempoOf(this.#smf).bars;
  }

  get svg(): string {
    return drawSvg(this.#timeline, this.#name, this.#bars);
  }

  async lines(look: TerminalLook): Promise<string[]> {
    const { endMs, trackNames } = this.#timeline;
    const trackCount = formatCounted(this.#smf.tracks.length, 'track');
    const picture = await pictureLines(this.#statistics, endMs, trackNames, look, this.#bars);
    const remarks = await this.#remarkLines();
    const { title, lines } = aboutOf(this.#smf);
    return [
      `${look.chalk.bold(this.#name)}: ${describeTake(endMs, this.#statistics)}`,
      [`format ${this.#smf.format}`, this.#resolution(), trackCount, ...this.#tempo()].join(', '),
      ...(title === '' ? [] : [`Title: ${title}`]),
      ...lines.slice(0, MOST_LISTED),
      ...this.#smf.texts.map(
        ({ name, data }) => `${name}: ${decodeSmfText(data, this.#smf.charset)}`,
      ),
      ...(picture.length > 0 ? ['', ...picture] : []),
      ...(remarks.length > 0 ? ['', ...remarks] : []),
    ];
  }

  /** The document of `--json`. */
  document(): object {
    const { tempos, timeSignature, trackNames, endMs } = this.#timeline;
    const { notes, roll, channels } = this.#statistics;
    const { title, lines, recorded } = aboutOf(this.#smf);
    const key = (number: number) => ({ key: number, name: noteName(number) });
    return {
      file: this.#name,
      kind: 'smf',
      format: this.#smf.format,
      ppq: this.#smf.smpte === undefined ? this.#smf.ppq : null,
      smpte: this.#smf.smpte ?? null,
      title: title === '' ? null : title,
      date: recorded?.toISOString() ?? null,
      about: lines,
      durationMs: Math.round(endMs),
      tempos,
      guessedBpm: this.#statistics.guessTempo() ?? null,
      timeSignature: timeSignature ?? null,
      messages: this.#messages,
      notes,
      lowest: roll.isEmpty ? null : key(roll.lowestKey),
      highest: roll.isEmpty ? null : key(roll.highestKey),
      tracks: this.#smf.tracks.map((track, index) => ({
        name: trackNames[index],
        events: track.eventCount,
      })),
      channels: channels.map(({ device, channel, notes, controls, lowestKey, highestKey }) => ({
        track: device,
        channel,
        notes,
        controls,
        lowest: notes > 0 ? key(lowestKey) : null,
        highest: notes > 0 ? key(highestKey) : null,
      })),
      sysex: this.#remarks.flatMap(({ timeMs, track, sysex }) =>
        sysex === undefined ? [] : [{ timeMs, track, ...sysex }],
      ),
      markers: this.#remarks.flatMap(({ timeMs, marker }) =>
        marker === undefined ? [] : [{ timeMs, text: marker }],
      ),
      texts: this.#smf.texts.map(({ name, data }) => ({
        name,
        text: decodeSmfText(data, this.#smf.charset),
      })),
      damages: this.#smf.damages,
      damageCount: this.#smf.damageCount,
      remarks: this.#smf.remarks,
      trailingBytes: this.#smf.trailingBytes,
    };
  }

  #resolution(): string {
    const { smpte, ppq } = this.#smf;
    return smpte === undefined
      ? `${ppq} ticks a beat`
      : `${framesText(smpte.framesPerSecond)} frames a second of ${smpte.ticksPerFrame} ticks`;
  }

  /** What the file says, then what the notes say. */
  #tempo(): string[] {
    const { timeSignature, endMs } = this.#timeline;
    const { firstNoteMs = 0 } = this.#statistics;
    // What leads in has a tempo of its own, which nobody played.
    const tempos = this.#timeline.tempos.filter(
      (_, index, all) =>
        (all[index + 1]?.timeMs ?? endMs) > firstNoteMs || index === all.length - 1,
    );
    const texts: string[] = [];
    if (tempos.length > 0) {
      const rounded = tempos.map(({ bpm }) => Math.round(bpm * 100) / 100);
      const [slowest, fastest] = [lowestOf(rounded), -lowestOf(rounded.map((bpm) => -bpm))];
      texts.push(
        tempos.length === 1
          ? `${slowest} bpm`
          : `${Math.round((usualBpm({ tempos, endMs }, firstNoteMs) ?? slowest) * 10) / 10} bpm (${slowest} to ${fastest} in ${formatCounted(tempos.length - 1, 'change')})`,
      );
    } else if (this.#smf.smpte === undefined) {
      texts.push('no tempo');
    }
    if (timeSignature !== undefined) {
      texts.push(`${timeSignature.numerator}/${timeSignature.denominator}`);
    }
    const guess = tempoText(this.#statistics);
    if (guess !== undefined) texts.push(guess);
    return texts;
  }

  /** Sysex and markers, each with its time. */
  async #remarkLines(): Promise<string[]> {
    const cells = this.#remarks.map(({ timeMs, marker, sysex }) => [
      formatTime(timeMs),
      sysex === undefined ? `marker: ${marker}` : `sysex: ${sysexLine(sysex)}`,
    ]);
    const lines = await layOut(cells, { columns: [{ right: true }] });
    const more = this.#remarkCount - lines.length;
    if (more > 0) lines.push(`… and ${formatCounted(more, 'other')} (--json lists them)`);
    return lines.map((line) => `  ${line}`);
  }
}

/** A sysex or a marker. */
interface Remark {
  readonly timeMs: number;
  readonly track: number;
  readonly marker: string | undefined;
  readonly sysex: JudgedSysex | undefined;
}

/** Of the four rates that there are, one is called 30 drop-frame. */
function framesText(framesPerSecond: number): string {
  return framesPerSecond === 29 ? '29.97 (30 drop)' : String(framesPerSecond);
}

/** Of any number of them: arguments of a function are limited. */
function lowestOf(numbers: readonly number[]): number {
  return numbers.reduce((lowest, number) => Math.min(lowest, number));
}

function writeSvg(path: string, svg: string, overwrite: boolean): void {
  try {
    saveFile(path, Buffer.from(svg), overwrite);
  } catch (error) {
    const { code, message, exitCode } =
      error instanceof MidirecError ? error : asOutputError(error, path);
    const hint =
      code === 'OUTPUT_EXISTS' ? '--force overwrites it' : 'choose another path with --svg';
    throw new MidirecError(code, message, { hint, exitCode, cause: error });
  }
}
