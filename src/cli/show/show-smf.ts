/** `midirec show` for a Standard MIDI File: the piano roll and what else is in it. */
import { inspectDestination } from '../../files/disk/destination.js';
import { asOutputError } from '../../files/disk/io-errors.js';
import { writeWhole } from '../../files/disk/naming.js';
import { nodeDisk } from '../../files/disk/node-disk.js';
import type { SmfFile } from '../../files/smf/smf-reader.js';
import { aboutOf, decodeSmfText } from '../../files/smf/smf-texts.js';
import { readTimeline, type SmfTimeline } from '../../files/smf/smf-timeline.js';
import { MidirecError } from '../../midi/errors.js';
import { EventKind } from '../../midi/event-batch.js';
import { noteName } from '../../midi/note-names.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { sysexLine } from '../capturing/message-text.js';
import type { CommandContext } from '../command.js';
import { warnOfDamages } from '../files/source-files.js';
import { drawSvg } from '../pictures/piano-roll-svg.js';
import { TakeStatistics } from '../pictures/take-statistics.js';
import { describeTake, pictureLines, tempoText } from '../pictures/take-text.js';
import { layOut } from '../terminal/columns.js';
import { displayPath, formatBytes, formatCounted, formatTime } from '../terminal/figures.js';
import { printExactly, printJson, printLines } from '../terminal/standard-streams.js';
import { lookOf, type TerminalLook } from '../terminal/terminal-look.js';
import { usualBpm } from './show-folder.js';
import type { ShowOptions } from './show-options.js';

/** More sysex or markers than this are not listed one by one; `--json` has them all. */
const MOST_LISTED = 12;

/**
 * Shows `smf`.
 *
 * @returns false if the file is damaged
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE for the SVG, before anything is shown
 */
export async function showSmf(
  smf: SmfFile,
  name: string,
  { svg, json, force }: ShowOptions,
  { console }: CommandContext,
): Promise<boolean> {
  const picture = new SmfPicture(smf, name);
  if (svg !== undefined && svg !== '-') writeSvg(svg, picture.svg, force ?? false);
  if (svg === '-') await printExactly(picture.svg.trimEnd().split('\n'));
  else if (json) await printJson(picture.document());
  else await printLines(await picture.lines(lookOf(process.stdout, console)));
  if (svg !== undefined && svg !== '-') console.say(`drawn in ${displayPath(svg)}`);

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

  constructor(smf: SmfFile, name: string) {
    this.#smf = smf;
    this.#name = name;
    this.#timeline = readTimeline(smf);
    this.#statistics.add(this.#timeline.events);
    this.#statistics.end(this.#timeline.endMs);
  }

  get svg(): string {
    return drawSvg(this.#timeline, this.#name);
  }

  async lines(look: TerminalLook): Promise<string[]> {
    const { endMs, trackNames } = this.#timeline;
    const trackCount = formatCounted(this.#smf.tracks.length, 'track');
    const picture = await pictureLines(this.#statistics, endMs, trackNames, look);
    const remarks = await this.#remarks();
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
    const { events, tempos, timeSignature, trackNames, endMs } = this.#timeline;
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
      messages: events.count,
      notes,
      lowest: roll.isEmpty ? null : key(roll.lowestKey),
      highest: roll.isEmpty ? null : key(roll.highestKey),
      tracks: this.#smf.tracks.map((track, index) => ({
        name: trackNames[index],
        events: track.events.length,
      })),
      channels: channels.map(({ device, channel, notes, controls, lowestKey, highestKey }) => ({
        track: device,
        channel,
        notes,
        controls,
        lowest: notes > 0 ? key(lowestKey) : null,
        highest: notes > 0 ? key(highestKey) : null,
      })),
      sysex: this.#rowsOf(EventKind.SYSEX, EventKind.BROKEN_SYSEX).map((row) => ({
        timeMs: Math.round(events.timeMs[row]! * 1000) / 1000,
        track: events.device[row],
        ...describeSysex(events.payload[row]!),
      })),
      markers: this.#rowsOf(EventKind.MARKER).map((row) => ({
        timeMs: Math.round(events.timeMs[row]! * 1000) / 1000,
        text: decodeSmfText(events.payload[row]!, this.#smf.charset),
      })),
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
    const { tempos, timeSignature } = this.#timeline;
    const texts: string[] = [];
    if (tempos.length > 0) {
      const rounded = tempos.map(({ bpm }) => Math.round(bpm * 100) / 100);
      const [slowest, fastest] = [lowestOf(rounded), -lowestOf(rounded.map((bpm) => -bpm))];
      texts.push(
        tempos.length === 1
          ? `${slowest} bpm`
          : `${Math.round((usualBpm(this.#timeline) ?? slowest) * 10) / 10} bpm (${slowest} to ${fastest} in ${formatCounted(tempos.length - 1, 'change')})`,
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
  async #remarks(): Promise<string[]> {
    const { events } = this.#timeline;
    const rows = this.#rowsOf(EventKind.SYSEX, EventKind.BROKEN_SYSEX, EventKind.MARKER);
    const cells = rows.slice(0, MOST_LISTED).map((row) => {
      const payload = events.payload[row]!;
      const text =
        events.kind[row] === EventKind.MARKER
          ? `marker: ${decodeSmfText(payload, this.#smf.charset)}`
          : `sysex: ${sysexLine(describeSysex(payload))}`;
      return [formatTime(events.timeMs[row]!), text];
    });
    const lines = await layOut(cells, { columns: [{ right: true }] });
    const more = rows.length - lines.length;
    if (more > 0) lines.push(`… and ${formatCounted(more, 'other')} (--json lists them)`);
    return lines.map((line) => `  ${line}`);
  }

  #rowsOf(...kinds: number[]): number[] {
    const { events } = this.#timeline;
    const rows: number[] = [];
    for (let row = 0; row < events.count; row++) {
      if (kinds.includes(events.kind[row]!)) rows.push(row);
    }
    return rows;
  }
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
    writeWhole(nodeDisk, inspectDestination(path, overwrite), Buffer.from(svg));
  } catch (error) {
    const { code, message, exitCode } =
      error instanceof MidirecError ? error : asOutputError(error, path);
    const hint =
      code === 'OUTPUT_EXISTS' ? '--force overwrites it' : 'choose another path with --svg';
    throw new MidirecError(code, message, { hint, exitCode, cause: error });
  }
}
