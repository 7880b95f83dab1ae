/**
 * An instrument that is not there: a terminal of its own, which midirec opens as a serial device, and
 * somebody at the other end of it who plays and answers.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { eventually } from './contract-fixture.js';

/** Twenty-four of these are a beat of 125 a minute. */
const CLOCK_MS = 20;
const CLOCKS_PER_NOTE = 12;
const START = 0xfa;
const CLOCK = 0xf8;
const SYSEX_END = 0xf7;

/** Undefined where terminals can be had: from the program `script` of util-linux. */
export function standInSkipReason(): string | undefined {
  const isThere =
    process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
  return isThere ? undefined : 'needs script(1) of util-linux';
}

export class StandIn {
  readonly name: string;
  /** Gets every sysex that midirec sends, and says what comes back. */
  answer: (sysex: Uint8Array) => Uint8Array | undefined = () => undefined;
  readonly #line: ChildProcessWithoutNullStreams;
  readonly #heard: number[] = [];
  #playing: NodeJS.Timeout | undefined;

  /** Makes the device `name` in `folder`, for `--port name` there. */
  static async plugIn(t: TestContext, folder: string, name: string): Promise<StandIn> {
    const where = join(folder, `.${name}-line`);
    // Of a terminal as it comes, some bytes would be keys such as Ctrl-C.
    const command = `stty raw -echo; tty > '${where}.part'; mv '${where}.part' '${where}'; exec sleep 1000`;
    const line = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder });
    const standIn = new StandIn(name, line);
    t.after(() => standIn.unplug());
    let path = '';
    await eventually(`a terminal for ${name}`, () => {
      try {
        path = readFileSync(where, 'utf8').trim();
      } catch {
        return false;
      }
      return true;
    });
    symlinkSync(path, join(folder, name));
    return standIn;
  }

  private constructor(name: string, line: ChildProcessWithoutNullStreams) {
    this.name = name;
    this.#line = line;
    line.stdout.on('data', (bytes: Buffer) => this.#hear(bytes));
    line.stdin.on('error', () => {});
  }

  send(bytes: Uint8Array): void {
    this.#line.stdin.write(bytes);
  }

  /** Notes on channel 1, each with a tap of two pedals, to MIDI clock, until `rest`. */
  play(): void {
    this.rest();
    this.send(Uint8Array.of(START));
    let count = 0;
    this.#playing = setInterval(() => {
      const step = count++ % CLOCKS_PER_NOTE;
      const played =
        step === 0
          ? [0x90, 60, 80, 0xb0, 64, 127, 66, 127]
          : step === 6
            ? [0x80, 60, 0, 0xb0, 64, 0, 66, 0]
            : [];
      this.send(Uint8Array.of(CLOCK, ...played));
    }, CLOCK_MS);
  }

  rest(): void {
    clearInterval(this.#playing);
  }

  unplug(): void {
    this.rest();
    this.#line.kill('SIGKILL');
  }

  #hear(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0xf0) this.#heard.length = 0;
      this.#heard.push(byte);
      if (byte !== SYSEX_END) continue;
      const reply = this.answer(Uint8Array.from(this.#heard));
      if (reply !== undefined) this.send(reply);
    }
  }
}
