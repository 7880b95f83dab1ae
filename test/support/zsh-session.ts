/** A zsh at a terminal, with completions loaded: what it offers at a press of Tab. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './contract-fixture.js';

/** zsh makes its tables of completions first. */
const LIMIT_MS = 20_000;
const END = '\u0001';

/**
 * Offers are written down where they are made: by compadd, which all completions of zsh end in. With
 * -A, -D or -O it only looks for what would fit.
 */
const SETTINGS = `PROMPT= RPROMPT=
autoload -U compinit
compinit -D -u
source "$ZDOTDIR/midirec.zsh"
offered="$ZDOTDIR/offered"
compadd() {
  local -a hits
  if [[ " \${@[1,(i)(-|--)]} " != *\\ -[^\\ ]#[ADO]* ]]; then
    builtin compadd -A hits "$@"
    print -rl -- $hits >> $offered
  fi
  builtin compadd "$@"
}
setopt extendedglob
offer() { zle list-choices; print -r -- $'\\1' >> $offered }
zle -N offer
bindkey '^I' offer
print -r -- $'\\1' >> $offered
`;

export class ZshSession {
  readonly #folder: string;
  readonly #zsh: ChildProcessWithoutNullStreams;

  /** @param folder - gets the settings, and has the completions as `midirec.zsh` */
  static async start(folder: string, env: NodeJS.ProcessEnv): Promise<ZshSession> {
    writeFileSync(join(folder, '.zshrc'), SETTINGS);
    writeFileSync(join(folder, 'offered'), '');
    const session = new ZshSession(folder, env);
    await session.#answer();
    return session;
  }

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#zsh = spawn('script', ['-qec', 'zsh -d -i', '/dev/null'], {
      cwd: folder,
      env: { ...env, ZDOTDIR: folder, TERM: 'xterm' },
    });
    this.#zsh.stdout.resume();
  }

  /** What is offered for the last word of `line`. */
  complete(line: string): Promise<string[]> {
    writeFileSync(join(this.#folder, 'offered'), '');
    // Ctrl-U takes the line away that was there before.
    this.#zsh.stdin.write(`\u0015${line}\t`);
    return this.#answer();
  }

  stop(): void {
    this.#zsh.kill('SIGKILL');
  }

  async #answer(): Promise<string[]> {
    let lines: string[] = [];
    await eventually(
      'an answer of zsh',
      () => {
        lines = readFileSync(join(this.#folder, 'offered'), 'utf8').split('\n');
        return lines.includes(END);
      },
      LIMIT_MS,
    );
    return lines.filter((line) => line !== '' && line !== END);
  }
}
