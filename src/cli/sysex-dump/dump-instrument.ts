/** `--instrument`: the request that the table of instruments has, and whether what comes is the answer. */
import { describeByTable, type JudgedSysex } from '../../sysex/instruments/description.js';
import { fillRequest } from '../../sysex/instruments/request.js';
import { knownInstruments, requireInstrument } from '../files/known-instruments.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import type { SysexDumpOptions } from './sysex-dump-options.js';

export interface AskedInstrument {
  /** What is sent. */
  messages: Uint8Array[];
  /** Messages that answer; undefined where the table does not know. */
  count: number | undefined;
  /** What a person has to set on it. */
  panel: readonly string[];
  describe(bytes: Uint8Array): JudgedSysex;
  /** True also where the table does not know the kinds that answer. */
  isAnswer(bytes: Uint8Array): boolean;
  /** `: "BRASS 1"`, of a bank the first and the last; empty where it has no names. */
  namesIn(bytes: Uint8Array): string;
}

/** @throws MidirecError USAGE for an instrument that is not known, or has no such request */
export async function askFor(
  { instrument: name = '', ...wanted }: SysexDumpOptions,
  console: ConsoleOutput,
): Promise<AskedInstrument> {
  const table = await knownInstruments(console);
  const instrument = requireInstrument(table, name);
  const { entry, messages } = fillRequest(instrument, wanted);
  console.say(`asking ${instrument.name} for ${entry.name}`);
  return {
    messages,
    count: entry.messages,
    panel: instrument.panel ?? [],
    describe: (bytes) => describeByTable(bytes, table),
    // Another instrument may have a kind that looks the same.
    isAnswer: (bytes) =>
      entry.answers.length === 0 ||
      instrument.kinds.some(
        ({ id, compiled }) => entry.answers.includes(id) && compiled.match(bytes) !== undefined,
      ),
    namesIn(bytes) {
      const { patches = [] } = table.recognise(bytes) ?? {};
      const names = patches.flatMap(({ name }) => (name === undefined ? [] : [`"${name.trim()}"`]));
      if (names.length === 0) return '';
      return names.length === 1 ? `: ${names[0]}` : `: ${names[0]} to ${names.at(-1)}`;
    },
  };
}
