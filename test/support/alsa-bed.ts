/** What tests in the machine with a real ALSA have in common: midirec at work, a USB MIDI device, files to play. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { loadLibasound } from '../../src/embedded/drivers/sequencer/libasound.js';
import {
  SND_SEQ_PORT_CAP_NO_EXPORT,
  SND_SEQ_PORT_CAP_WRITE,
} from '../../src/embedded/drivers/sequencer/sequencer.js';
import { eventually, pause } from './contract-fixture.js';
import { type Run, runMidirec, temporaryFolder } from './run-midirec.js';
import { smfBytes } from './smf-notation.js';
import { rowsOfTake, textsOfTake } from './take-rows.js';

/** Node.js starts about seventeen times more slowly there, and more on a machine that is busy. */
const START_LIMIT_MS = 180_000;
const RUN_LIMIT_MS = 400_000;
const GADGETS = '/sys/kernel/config/usb_gadget';
const ENGLISH = '0x409';

/** In a machine that slow, to give back the 2,048 of every day takes longer than closing may. */
export const FEW_BUFFERS = ['--buffers', '64'];

/** A midirec that runs. */
export class AlsaRun {
  readonly finished: Promise<Run>;
  #child: ChildProcess | undefined;
  #said = '';

  constructor(cwd: string, args: string[]) {
    this.finished = runMidirec(args, {
      cwd,
      env: { MIDIREC_BACKEND: undefined },
      limitMs: RUN_LIMIT_MS,
      onStart: (child) => {
        this.#child = child;
        child.stderr?.on('data', (bytes: Buffer) => {
          this.#said += bytes.toString();
        });
      },
    });
  }

  /** Waits until it has said so that many times. @returns how long that took */
  async hears(text: string, times = 1, limitMs = START_LIMIT_MS): Promise<number> {
    const startMs = performance.now();
    const isSaid = () => this.#said.split(text).length > times;
    await eventually(`it says ${text}, ${times} times`, isSaid, limitMs).catch((error) => {
      throw new Error(`${error}; it said:\n${this.#said}`);
    });
    return performance.now() - startMs;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  async stop(): Promise<Run> {
    this.signal('SIGINT');
    return this.finished;
  }
}

/** A USB MIDI device made of software. Plugged in, it is a sound card like any other. */
export class UsbDevice {
  readonly id: string;
  readonly #folder: string;

  /** @param name - of the product; its own side is the card `${id}` */
  constructor(name: string, id: string, ports: number) {
    this.id = id;
    this.#folder = join(GADGETS, id);
    const write = (path: string, text: string | number) =>
      writeFileSync(join(this.#folder, path), `${text}`);
    const makeFolder = (path: string) => mkdirSync(join(this.#folder, path), { recursive: true });
    makeFolder('');
    write('idVendor', '0x1d6b');
    write('idProduct', '0x0104');
    makeFolder(`strings/${ENGLISH}`);
    write(`strings/${ENGLISH}/manufacturer`, 'midirec');
    write(`strings/${ENGLISH}/product`, name);
    makeFolder('configs/c.1');
    makeFolder('functions/midi.usb0');
    write('functions/midi.usb0/id', id);
    write('functions/midi.usb0/in_ports', ports);
    write('functions/midi.usb0/out_ports', ports);
    execFileSync('ln', [
      '-s',
      `${this.#folder}/functions/midi.usb0`,
      `${this.#folder}/configs/c.1/`,
    ]);
  }

  plug(): void {
    writeFileSync(join(this.#folder, 'UDC'), 'dummy_udc.0');
  }

  /** Pulls the cable. */
  unplug(): void {
    writeFileSync(join(this.#folder, 'UDC'), '\n');
  }

  /** Plays on it. */
  play(bytes: string, port = 0): void {
    execFileSync('amidi', ['-p', `hw:${this.id},0,${port}`, '-S', bytes]);
  }

  remove(): void {
    this.unplug();
    execFileSync('rm', [`${this.#folder}/configs/c.1/midi.usb0`]);
    for (const path of ['configs/c.1', 'functions/midi.usb0', `strings/${ENGLISH}`, '']) {
      rmdirSync(join(this.#folder, path));
    }
  }
}

/** A USB keyboard, "Bed Keys" to others, which its own side plays as the client "f_midi". */
export async function plugKeys(test: TestContext): Promise<UsbDevice> {
  const device = new UsbDevice('Bed Keys', 'keys', 1);
  test.after(() => device.remove());
  device.plug();
  await pause(1000);
  return device;
}

/** The number of a sound card: with a device's id, that which the device itself sees. */
export function cardOf(id: string): string {
  const cards = readFileSync('/proc/asound/cards', 'utf8');
  const [, number] = new RegExp(`^\\s*(\\d+) \\[${id}\\s*\\]`, 'm').exec(cards) ?? [];
  assert.ok(number !== undefined, cards);
  return number;
}

/** A file of `count` notes, one every `everyMs`. */
export function notesFile(path: string, count: number, everyMs: number): void {
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  const delta =
    everyMs < 0x80 ? hex(everyMs) : `${hex(0x80 | (everyMs >> 7))}${hex(everyMs & 0x7f)}`;
  const notes = Array.from(
    { length: count },
    (_, index) => `${index === 0 ? '00' : delta} 90${hex(36 + (index % 60))}40`,
  );
  writeFileSync(path, smfBytes([`${notes.join('')} 00 ff2f00`]));
}

/**
 * Another reader of a port, which sees the kernel's own stamps: nothing of midirec's is between but the calls of libasound.
 *
 * @param source - name of its client
 * @returns when the notes came since, in milliseconds; to be called once, before there are 2,000
 */
export async function kernelTimesOf(source: string): Promise<() => number[]> {
  const client = (await loadLibasound()).open('stamps');
  assert.ok(typeof client === 'object');
  const port = client.createPort(
    'in',
    SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_NO_EXPORT,
    client.startQueue(),
  );
  const found = client.listPorts().find(({ clientName }) => clientName === source);
  assert.ok(found !== undefined && client.connectFrom(port, found) >= 0);
  return () => {
    const times: number[] = [];
    for (let event = client.read(); typeof event === 'object'; event = client.read()) {
      if (event.bytes[0] === 0x90) times.push(event.queueMs);
    }
    client.close();
    return times;
  };
}

/** When the notes of a take begin. */
export function noteTimes(take: Uint8Array): number[] {
  return rowsOfTake(take)
    .flat()
    .filter(({ text }) => text.startsWith('90'))
    .map(({ timeMs }) => timeMs);
}

/** The standard deviation of the intervals between times, in milliseconds. */
export function spreadOf(timesMs: readonly number[]): number {
  const intervals = timesMs.slice(1).map((time, index) => time - timesMs[index]!);
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const squares = intervals.map((interval) => (interval - mean) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / intervals.length);
}

export function readTake(cwd: string, name: string): Buffer {
  return readFileSync(join(cwd, name));
}

/** Pulls and plugs a USB device in, so many times, in one take, with a note before each. @returns how long each change took to be noticed */
export async function pullAndPlug(test: TestContext, times: number): Promise<number[]> {
  const cwd = temporaryFolder(test);
  const device = await plugKeys(test);
  const args = ['record', ...FEW_BUFFERS, '-d', 'Bed Keys', '-o', 'take.mid'];
  const run = new AlsaRun(cwd, args);
  await run.hears('recording');
  const waits: number[] = [];
  for (let time = 1; time <= times; time++) {
    device.play(`90 ${(time + 0x30).toString(16)} 40`);
    await pause(100);
    device.unplug();
    waits.push(await run.hears('went away', time));
    device.plug();
    waits.push(await run.hears('is back', time));
  }
  device.play('90 50 40');
  await pause(500);
  const { code, stderr } = await run.stop();
  test.diagnostic(`noticed within ${Math.max(...waits).toFixed(0)} ms`);
  // What was played meanwhile is lost.
  assert.equal(code, 3, stderr);
  const texts = textsOfTake(readTake(cwd, 'take.mid')).flat();
  const notes = texts.filter((text) => text.startsWith('90'));
  assert.equal(notes.length, times + 1, texts.join(', '));
  assert.equal(texts.filter((text) => text.startsWith('marker')).length, 2 * times);
  return waits;
}
