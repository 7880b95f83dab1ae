/** `midirec join` for sysex: single patches as a bank where the table knows how, else one message behind the other. */
import { usage } from '../../midi/errors.js';
import { banksOf } from '../../sysex/instruments/banks/banks.js';
import { ExitCode } from '../exit-codes.js';
import { writeOne } from '../files/edited-files.js';
import { knownInstruments } from '../files/known-instruments.js';
import type { SourceFile } from '../files/source-files.js';
import { MADE_RIGHT, readDump } from '../files/sysex-source.js';
import { isGiven } from '../options/shared-options.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatCounted } from '../terminal/figures.js';
import type { JoinOptions } from './join-options.js';

/** @throws MidirecError USAGE for options of music, BAD_FILE */
export async function joinSysex(
  files: readonly string[],
  sources: readonly SourceFile[],
  options: JoinOptions,
  console: ConsoleOutput,
): Promise<number> {
  for (const name of ['pause', 'together'] as const) {
    if (!isGiven(options[name])) continue;
    throw usage(`--${name} is for music: sysex has no times`, `omit --${name}`);
  }
  const messages: Uint8Array[] = [];
  const table = await knownInstruments(console);
  let isDamaged = false;
  let wrongCount = 0;
  for (const given of sources) {
    const dump = await readDump(given, table, console);
    isDamaged ||= !dump.isSound;
    wrongCount += dump.wrongCount;
    messages.push(...dump.messages);
  }
  const banks = banksOf(messages, table);
  if (banks !== undefined && wrongCount > 0) console.warn(MADE_RIGHT);
  const content = Buffer.concat(banks?.map(({ bytes }) => bytes) ?? messages);
  const output = { path: options.output, kind: 'syx' } as const;
  const line = await writeOne(output, content, options.force, files);
  const made = banks === undefined ? '' : `, ${formatCounted(banks.length, 'bank')} of `;
  console.say(`${line}${made === '' ? ', ' : made}${formatCounted(messages.length, 'message')}`);
  const empty = banks?.at(-1)?.emptyPlaces ?? 0;
  if (empty > 0)
    console.say(
      `${formatCounted(empty, 'place')} of the ${banks?.length === 1 ? '' : 'last '}bank ${empty === 1 ? 'is' : 'are'} silent`,
    );
  return isDamaged ? ExitCode.INCOMPLETE : ExitCode.DONE;
}
