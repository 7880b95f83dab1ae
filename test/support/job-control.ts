/** A bash with job control at a terminal of its own, in which a test types what a person would. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { eventually } from './contract-fixture.js';
import { MIDIREC, temporaryFolder } from './run-midirec.js';

const LIMIT_MS = 20_000;
/** What the shell shows when it waits for a command. */
export const PROMPT = 'ready> ';

/** The program `script` of util-linux gives a command a terminal of its own. */
export const hasTerminals =
  process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

export class JobControl {
  /** All that the terminal has shown. */
  shown = '';
  readonly cwd: string;
  readonly #bash: ChildProcessWithoutNullStreams;
  /** What was shown before the last thing that was typed. */
  #typedAt = 0;

  /** A shell in which `midirec` is a command, when it has shown its prompt. */
  static async start(t: TestContext): Promise<JobControl> {
    const shell = new JobControl(temporaryFolder(t));
    t.after(() => shell.#bash.kill('SIGKILL'));
    await shell.until(PROMPT);
    return shell;
  }

  private constructor(cwd: string) {
    this.cwd = cwd;
    const commands = join(cwd, '.commands');
    mkdirSync(commands);
    const program = `#!/bin/sh\necho $$ > pid\nexec '${process.execPath}' '${MIDIREC}' "$@"\n`;
    writeFileSync(join(commands, 'midirec'), program, { mode: 0o755 });
    writeFileSync(join(commands, 'rc'), `PS1='${PROMPT}'\n`);
    const bash = 'stty cols 80 rows 24; exec bash --rcfile .commands/rc -i';
    this.#bash = spawn('script', ['-qec', bash, '/dev/null'], {
      cwd,
      env: {
        ...process.env,
        PATH: `${commands}${delimiter}${process.env.PATH}`,
        MIDIREC_BACKEND: 'embedded',
        NO_COLOR: '1',
        TERM: 'xterm',
        CI: 'true',
      },
    });
    this.#bash.stdout.on('data', (bytes: Buffer) => {
      this.shown += bytes.toString();
    });
  }

  type(keys: string): void {
    this.#typedAt = this.shown.length;
    this.#bash.stdin.write(keys);
  }

  /** Types a command, and waits until the shell asks for the next one. @returns what it has shown */
  async run(command: string): Promise<string> {
    this.type(`${command}\n`);
    return this.until(PROMPT);
  }

  /** Waits until the terminal shows `text` behind what was typed last. @returns all that it has shown since then */
  async until(text: string): Promise<string> {
    const since = () => this.shown.slice(this.#typedAt);
    await eventually(`the terminal shows ${text}`, () => since().includes(text), LIMIT_MS);
    return stripVTControlCharacters(since());
  }

  /** Waits until the midirec that was started last is in a state, as proc(5) has them: T is stopped. */
  async untilState(states: string): Promise<void> {
    const pid = Number(readFileSync(join(this.cwd, 'pid'), 'utf8'));
    const stateNow = () => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]!;
    await eventually(`midirec is in ${states}`, () => states.includes(stateNow()), LIMIT_MS);
  }
}
