/** The options of `midirec sysex-dump` as values. */
import { DEFAULT_BUFFER_SIZE } from '../../capture/buffers/buffer-defaults.js';
import { readSysexRequest } from '../../files/syx/sysex-request.js';
import { usage } from '../exit-codes.js';
import {
  parseBuffers,
  parseDuration,
  parseOptional,
  parseWhole,
} from '../options/option-values.js';
import type { SysexDumpOptions } from './sysex-dump-options.js';

const REQUEST_TIMEOUT_MS = 10_000;
const REQUEST_IDLE_MS = 2000;
const BYTES_PER_MS = 3.125;
const SMALLEST_CHOSEN_BUFFER = 256;

export type SysexDumpSettings = Awaited<ReturnType<typeof readSysexDumpSettings>>;

/** @throws MidirecError USAGE, BAD_FILE, INPUT_UNREADABLE */
export async function readSysexDumpSettings(options: SysexDumpOptions) {
  const view = chooseView(options);
  const file =
    options.output === '-'
      ? undefined
      : (options.output ?? (options.split ? 'dump.syx' : undefined));
  const hasRequest = options.request !== undefined;
  if (options.verify && !hasRequest) {
    throw usage('--verify needs --request', 'only what can be asked for can be asked for twice');
  }
  if (options.to !== undefined && !hasRequest) {
    throw usage('--to needs --request', 'there is nothing to send otherwise');
  }
  if (options.split && options.output === '-') {
    throw usage('--split makes files, -o - does not', 'give a file name with -o');
  }
  const idleMs =
    parseOptional('--until-idle', options.untilIdle, parseDuration) ??
    (hasRequest ? REQUEST_IDLE_MS : undefined);
  return {
    devices: options.device,
    view,
    file,
    overwrite: options.force ?? false,
    split: options.split ?? false,
    verify: options.verify ?? false,
    request: hasRequest ? await readSysexRequest(options.request!, '--request') : undefined,
    to: options.to,
    reconnect: options.reconnect,
    limits: {
      count: parseOptional('--count', options.count, (name, text) =>
        parseWhole(name, text, 1, 1_000_000),
      ),
      timeoutMs:
        parseOptional('--timeout', options.timeout, parseDuration) ??
        (hasRequest ? REQUEST_TIMEOUT_MS : undefined),
      idleMs,
    },
    ...parseBuffers(options.buffers, options.bufferSize ?? String(bufferSizeFor(idleMs))),
  };
}

type View = 'binary' | 'hex' | 'json' | 'none';

function chooseView(options: SysexDumpOptions): View {
  const toStandardOutput =
    options.output === '-' || (options.output === undefined && !options.split);
  if (options.hex && options.json)
    throw usage('--hex and --json both want standard output', 'leave one away');
  if ((options.hex || options.json) && options.output === '-') {
    throw usage(
      `--${options.hex ? 'hex' : 'json'} and -o - both want standard output`,
      'name a file with -o, or leave -o away',
    );
  }
  if (options.json) return 'json';
  if (options.hex) return 'hex';
  if (!toStandardOutput) return 'none';
  if (process.stdout.isTTY) {
    throw usage(
      'standard output is a terminal: sysex is not text',
      'name a file with -o, or use --hex',
    );
  }
  return 'binary';
}

/** A buffer must fill well within the silence that ends a dump, or the next message looks like silence. */
function bufferSizeFor(idleMs: number | undefined): number {
  let size = DEFAULT_BUFFER_SIZE;
  while (
    idleMs !== undefined &&
    size > SMALLEST_CHOSEN_BUFFER &&
    size / BYTES_PER_MS > idleMs * 0.7
  ) {
    size /= 2;
  }
  return size;
}
