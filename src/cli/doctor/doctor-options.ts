/** `midirec doctor`: its options. */
import { type Command, Option } from 'commander';
import type { CommandAction } from '../program.js';

export interface DoctorOptions {
  /** False if it is not to listen at all. */
  listen: string | false;
  json?: boolean;
}

export function addDoctorCommand(
  program: Command,
  runAction: (action: CommandAction<DoctorOptions>) => (options: DoctorOptions) => Promise<void>,
): void {
  program
    .command('doctor')
    .description('Find out why nothing arrives: look at system, devices and settings, and listen.')
    .addOption(new Option('--listen <time>', 'how long to listen to every input').default('3s'))
    .option('--no-listen', 'open no device')
    .option('--json', 'as one JSON document, for a report of a fault')
    .action(
      runAction(async (options, context) => {
        const { doctor } = await import('./doctor.js');
        return doctor(options, context);
      }),
    );
}
