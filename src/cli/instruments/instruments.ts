/** `midirec instruments`: which are known, what is known of one, and whether a user's entry is right. */
import { unreadable } from '../../files/disk/input-file.js';
import { MidirecError, usage } from '../../midi/errors.js';
import type { RequestEntry } from '../../sysex/instruments/entry.js';
import { readFamily } from '../../sysex/instruments/load.js';
import type { Instrument } from '../../sysex/instruments/table.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { knownInstruments, requireInstrument } from '../files/known-instruments.js';
import { ofOption } from '../files/source-files.js';
import { layOut, layOutOrFold } from '../terminal/columns.js';
import { displayPath, formatBytes, formatCounted } from '../terminal/figures.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import { roomOf } from '../terminal/terminal-look.js';
import type { InstrumentsOptions } from './instruments-options.js';

export async function instruments(
  name: string | undefined,
  options: InstrumentsOptions,
  { console }: CommandContext,
): Promise<number> {
  if (options.check !== undefined) {
    if (name !== undefined) throw usage('--check reads a file, not an instrument', 'omit the name');
    return checkFile(options.check, console.say.bind(console));
  }
  const table = await knownInstruments(console);
  const chosen = name === undefined ? table.instruments : [requireInstrument(table, name)];
  if (options.json) {
    const documents = chosen.map(asDocument);
    await printJson(name === undefined ? { instruments: documents } : documents[0]);
  } else {
    await printLines(name === undefined ? await listLines(chosen) : await factLines(chosen[0]!));
  }
  return ExitCode.DONE;
}

async function checkFile(path: string, say: (line: string) => void): Promise<number> {
  const shown = displayPath(path);
  const checked = await readFamily(path).catch((error: unknown) => {
    if (!(error instanceof MidirecError)) throw ofOption('--check', unreadable(shown, error));
    throw new MidirecError(error.code, `${shown}: ${error.message}`, {
      hint: 'docs/instruments.md tells how such a file is written',
      cause: error,
    });
  });
  if ('problems' in checked) {
    await printLines(
      checked.problems.map(
        ({ place, why }) => `${shown}: ${place === '' ? '' : `${place}: `}${why}`,
      ),
    );
    return ExitCode.FAILED;
  }
  say(`${shown}: ${formatCounted(checked.family.instruments.length, 'instrument')}, nothing wrong`);
  return ExitCode.DONE;
}

async function listLines(all: readonly Instrument[]): Promise<string[]> {
  const rows = all.map(({ id, maker, name, also = [], requests }) => [
    id,
    `${maker} ${[name, ...also].join(', ')}`,
    [...new Set(requests.map((request) => request.id))].join(', '),
  ]);
  const heads = ['id', 'instrument', 'can be asked for'];
  return layOutOrFold([heads, ...rows], roomOf(process.stdout));
}

async function factLines(instrument: Instrument): Promise<string[]> {
  const { id, maker, name, also = [], deviceNumber, panel = [], pace, handshake } = instrument;
  const lines = [`${maker} ${name} (${id})`];
  if (also.length > 0) lines.push(`the same: ${also.join(', ')}`);
  if (deviceNumber !== undefined) {
    const { default: number, most, shownFrom } = deviceNumber;
    lines.push(
      `device number: ${shownFrom} to ${most + shownFrom}, as delivered ${number + shownFrom}`,
    );
  }
  for (const line of panel) lines.push(`on its panel: ${line}`);
  if (pace !== undefined) {
    const { delayMs, chunk, bytesPerSecond } = pace;
    const limits = [
      ...(chunk === undefined ? [] : [`pieces of ${formatBytes(chunk)}`]),
      ...(delayMs === undefined ? [] : [`pauses of ${delayMs} ms`]),
      ...(bytesPerSecond === undefined ? [] : [`at most ${bytesPerSecond} bytes a second`]),
    ];
    lines.push(`pace: ${limits.join(', ')}`);
  }
  if (handshake !== undefined) lines.push(`handshake: ${handshake}`);
  const requests = instrument.requests.map((request) => [request.id, describeRequest(request)]);
  const kinds = instrument.kinds.map((kind) => [
    kind.id,
    kind.name,
    kind.checksum === undefined ? '' : `checksum: ${kind.checksum.rule}`,
  ]);
  for (const [head, rows] of [
    ['can be asked for', requests],
    ['messages', kinds],
  ] as const) {
    lines.push('', rows.length === 0 ? `${head}: none known` : `${head}:`);
    lines.push(...(await layOut(rows)).map((line) => `  ${line}`));
  }
  lines.push('', ...instrument.sources.map((source) => `source: ${source}`));
  if (!instrument.tried) lines.push('read in documents only, not tried on real dumps');
  return lines;
}

function describeRequest({ name, patches, banks, messages }: RequestEntry): string {
  return [
    name,
    ...(patches === undefined ? [] : [`--patch ${patches.first} to ${patches.last}`]),
    ...(banks === undefined ? [] : [`--bank ${banks.first} to ${banks.last}`]),
    ...(messages === undefined || messages === 1 ? [] : [formatCounted(messages, 'message')]),
  ].join('; ');
}

function asDocument({ kinds, ...facts }: Instrument): object {
  return { ...facts, kinds: kinds.map(({ compiled, ...kind }) => kind) };
}
