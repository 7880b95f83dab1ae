/** Numbers, sizes, times and paths as people read them, each in one notation. */
import { isAbsolute, relative, sep } from 'node:path';

/** `12`, `4,104`, `1,000,000`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 note`, `12 notes`, `12 patches`. */
export function formatCounted(count: number, one: string, many = pluralOf(one)): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function pluralOf(one: string): string {
  return /(ch|x)$/.test(one) ? `${one}es` : `${one}s`;
}

/** `once`, `12 times`. */
export function formatTimes(count: number): string {
  return count === 1 ? 'once' : formatCounted(count, 'time');
}

/** At most ten of the lines, and how many more there are. */
export function firstLines(lines: readonly string[], what: string): string[] {
  const most = 10;
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `and ${formatCount(lines.length - most)} more ${what}`];
}

/** Powers of ten, as disks and files are sold. */
const BYTE_UNITS: readonly [size: number, name: string][] = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
];

/** A size: `1 byte`, `4,104 bytes`, `24.6 kB`, `2.4 MB`. */
export function formatBytes(bytes: number): string {
  const unit = bytes < 10_000 ? undefined : BYTE_UNITS.find(([size]) => bytes >= size);
  if (unit === undefined) return formatCounted(bytes, 'byte');
  return `${(bytes / unit[0]).toFixed(1)} ${unit[1]}`;
}

/**
 * A length or a place in time: `1.9 s`, from a minute on `1:02`, from an hour on `1:02:03`.
 *
 * @param decimals - of the seconds; without it one below a minute, then none
 */
export function formatTime(ms: number, decimals?: number): string {
  const inSeconds = Math.max(0, ms) / 1000;
  const short = inSeconds.toFixed(decimals ?? 1);
  if (Number(short) < 60) return `${short} s`;
  const [whole = '', fraction] = inSeconds.toFixed(decimals ?? 0).split('.');
  const minutes = Math.floor(Number(whole) / 60);
  const seconds = two(Number(whole) % 60) + (fraction === undefined ? '' : `.${fraction}`);
  return minutes < 60
    ? `${minutes}:${seconds}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${seconds}`;
}

/** `2026-11-28`, where the person is. */
export function formatDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `2026-11-28 23:59`. */
export function formatMinute(date: Date): string {
  return `${formatDay(date)} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** A path as short as it can be: relative to where the person is, if it is below there. */
export function displayPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || isAbsolute(below) || below.split(sep)[0] === '..' ? path : below;
}
