/** `midirec doctor`: what a person needs to know when nothing arrives. */
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { requireOption } from '../options/shared-options.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import { lookOf } from '../terminal/terminal-look.js';
import { readVersion } from '../version.js';
import { tryCable } from './doctor-cable.js';
import { gatherFacts } from './doctor-facts.js';
import type { Examination } from './doctor-findings.js';
import { judge } from './doctor-judges.js';
import type { DoctorOptions } from './doctor-options.js';
import { reportDocument, reportLines } from './doctor-report.js';

export async function doctor(options: DoctorOptions, context: CommandContext): Promise<number> {
  requireOption(options, 'from', 'cable', 'it says where the cable ends');
  requireOption(options, 'beside', 'cable', 'it says what else is sent meanwhile');
  requireOption(options, 'save', 'cable', 'it keeps the pace that was found');
  const { facts, findings, exitCode } =
    options.cable === undefined
      ? await examine(options, context)
      : await tryCable(options.cable, options, context);
  if (options.json) {
    await printJson({ version: readVersion(), ...facts, ...reportDocument(findings) });
  } else {
    const look = lookOf(process.stdout, context.console);
    // For a reader that looks for a line, a line is not broken.
    const columns = process.stdout.isTTY ? look.columns : Number.POSITIVE_INFINITY;
    const title = look.chalk.bold(`midirec ${readVersion()}`);
    await printLines([title, '', ...(await reportLines(findings, { ...look, columns }))]);
  }
  const hasProblem = findings.some(({ status }) => status === 'problem');
  return exitCode || (hasProblem ? ExitCode.FAILED : ExitCode.DONE);
}

async function examine(options: DoctorOptions, context: CommandContext): Promise<Examination> {
  const facts = await gatherFacts(options.listen || 0, context);
  return { facts, findings: judge(facts), exitCode: ExitCode.DONE };
}
