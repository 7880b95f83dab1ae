/** The texts of a Standard MIDI File: names, lyrics and markers. */

import { again, metaEvent, type SmfContent, type SmfEvent, SmfTrack } from './smf-content.js';
import { MetaType } from './smf-encoding.js';
import type { WrapperText } from './smf-wrapper.js';

const latin1 = new TextDecoder('latin1');
/** Hiragana and katakana of full width: their first bytes are control characters in Latin-1. */
const KANA = /[\u3041-\u30fe]/;

/**
 * The text of a meta event, in `charset` if that is said. Else UTF-16 if it has its mark, UTF-8 if it can be, Shift-JIS if it can be and has kana,
 * else Latin-1, which is what old programs wrote.
 */
export function decodeSmfText(data: Uint8Array, charset?: string): string {
  if (charset !== undefined) return new TextDecoder(charset).decode(data);
  const [first, second] = data;
  if (first === 0xff && second === 0xfe) return decode(data, 'utf-16le') ?? latin1.decode(data);
  if (first === 0xfe && second === 0xff) return decode(data, 'utf-16be') ?? latin1.decode(data);
  const utf8 = decode(data, 'utf-8');
  if (utf8 !== undefined) return utf8;
  const japanese = decode(data, 'shift_jis');
  return japanese !== undefined && KANA.test(japanese) ? japanese : latin1.decode(data);
}

/** Undefined if it is none, or if this Node.js does not have that character set. */
function decode(data: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(data);
  } catch {
    return undefined;
  }
}

/** The first name that a track has, without spaces around it; empty if it has none. */
export function trackName({ metas }: SmfTrack, charset?: string): string {
  const event = metas.find(({ metaType }) => metaType === MetaType.TRACK_NAME);
  return event === undefined ? '' : decodeSmfText(event.data, charset).trim();
}

/**
 * The file with what its wrapper says about the piece as texts at the beginning of its first track, for a copy that has no
 * wrapper: a title as the track's name if it has none, a copyright as such, all else as `Author: …`.
 */
export function withWrapperTexts<File extends SmfContent & { texts: readonly WrapperText[] }>(
  file: File,
): Omit<File, 'tracks'> & SmfContent {
  const { tracks, texts } = file;
  const [first, ...others] = tracks;
  if (first === undefined || texts.length === 0) return file;
  const kinds = new Set(first.metas.map(({ metaType }) => metaType));
  const added = texts.map(({ name, data }): SmfEvent => {
    const own = OWN_KINDS[name];
    if (own !== undefined && !kinds.has(own)) return metaEvent(0, own, data);
    const label = `${name.charAt(0).toUpperCase()}${name.slice(1)}: `;
    return metaEvent(0, MetaType.TEXT, Buffer.concat([Buffer.from(label), data]));
  });
  const before = (events: Iterable<SmfEvent>) =>
    again(function* () {
      yield* added;
      yield* events;
    });
  const track = new SmfTrack(before(first.events), first.endTick, before(first.metas));
  return { ...file, tracks: [track, ...others], texts: [] };
}

/** What a wrapper's text is in a track. */
const OWN_KINDS: Readonly<Record<string, number>> = {
  title: MetaType.TRACK_NAME,
  copyright: MetaType.COPYRIGHT,
};

/** What a file says about itself at its beginning: the name of its first track, where that is the piece's, and lines of text. */
export interface SmfAbout {
  title: string;
  lines: string[];
  /** When it was recorded, if it says so as takes of midirec do. */
  recorded: Date | undefined;
}

export function aboutOf({ tracks, format, charset }: SmfAboutSource): SmfAbout {
  const [first] = tracks;
  const lines = (first?.metas ?? [])
    .filter(
      ({ tick, metaType, data }) => tick === 0 && metaType === MetaType.TEXT && data.length > 0,
    )
    .map(({ data }) => decodeSmfText(data, charset));
  const isOfPiece = first !== undefined && (format === 0 || hasMetasOnly(first));
  const text = lines.find((line) => line.startsWith(RECORDED))?.slice(RECORDED.length);
  const date = new Date(text ?? Number.NaN);
  return {
    title: isOfPiece ? trackName(first, charset) : '',
    lines,
    recorded: Number.isNaN(date.getTime()) ? undefined : date,
  };
}

function hasMetasOnly({ events }: SmfTrack): boolean {
  for (const { metaType } of events) if (metaType < 0) return false;
  return true;
}

type SmfAboutSource = Pick<SmfContent, 'tracks' | 'format' | 'charset'>;

const RECORDED = 'Recorded: ';
