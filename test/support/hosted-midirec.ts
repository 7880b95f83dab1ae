/** The process of midirec-host: runs each command line that it is sent, with the built program. */

export interface HostedRun {
  args: string[];
  cwd: string;
  env: Record<string, string | undefined>;
}

/** What both streams say behind each run. */
export const END_OF_RUN = '\0\0end of run\0\0';

if (process.argv[1] === import.meta.filename && process.send !== undefined) {
  const { run }: { run(args: string[]): Promise<number> } = await import(
    new URL('../../../dist/main.js', import.meta.url).href
  );
  const usual = { ...process.env };
  process.on('message', async ({ args, cwd, env }: HostedRun) => {
    process.chdir(cwd);
    process.env = { ...usual, ...env };
    const code = await run(args);
    process.stdout.write(END_OF_RUN);
    process.stderr.write(END_OF_RUN);
    process.send!(code);
  });
  process.on('disconnect', () => process.exit());
}
