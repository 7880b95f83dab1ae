/** The demo synth: what it says to which request, at which pace, and that it takes dumps back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBuiltInWinMm } from '../../../../../src/embedded/drivers/built-in.js';
import { MMSYSERR_NOERROR } from '../../../../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../../../../src/winmm/structures.js';
import type { MidiHandle, WinMm } from '../../../../../src/winmm/winmm.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { InputClient } from '../../../../support/input-client.js';
import { MidiBuffer } from '../../../../support/midi-buffer.js';
import { RingLog } from '../../../../support/ring-log.js';

const SYNTH_INPUT = 1;
const SYNTH_OUTPUT = 0;

class SynthBench {
  readonly clock: FakeClock;
  readonly winmm: WinMm;
  readonly client: InputClient;
  #output: MidiHandle = 0;
  /** When the last byte of the latest `dump` came in, ms after it was asked for. */
  lastMs = 0;

  private constructor(client: InputClient, winmm: WinMm, clock: FakeClock) {
    this.client = client;
    this.winmm = winmm;
    this.clock = clock;
  }

  static async create(): Promise<SynthBench> {
    const clock = new FakeClock();
    const winmm = createBuiltInWinMm(clock);
    const client = await InputClient.open(winmm, SYNTH_INPUT);
    await client.addBuffers(8, 60_000);
    await client.start();
    client.take();
    const bench = new SynthBench(client, winmm, clock);
    const log = new RingLog(winmm.memory);
    bench.#output = (await winmm.midiOutOpen(SYNTH_OUTPUT, log.ring)).handle;
    return bench;
  }

  async send(bytes: ArrayLike<number>): Promise<void> {
    const { address } = MidiBuffer.of(this.winmm.memory, bytes);
    this.winmm.midiOutPrepareHeader(this.#output, address, MIDIHDR_SIZE);
    const result = await this.winmm.midiOutLongMsg(this.#output, address, MIDIHDR_SIZE);
    assert.equal(result, MMSYSERR_NOERROR);
  }

  /** Sends a request, and collects the messages that come within `limitMs`. */
  async ask(request: readonly number[], limitMs: number): Promise<number[][]> {
    const askedMs = this.clock.nowMs();
    await this.send(request);
    const messages: number[][] = [];
    let message: number[] = [];
    for (let ms = 0; ms < limitMs; ms += 50) {
      await this.clock.advanceAsync(50);
      for (const [kind, , bytes] of this.client.take()) {
        assert.equal(kind, 'long');
        message.push(...bytes.split(' ').map((byte) => Number.parseInt(byte, 16)));
        if (message.at(-1) !== 0xf7) continue;
        messages.push(message);
        message = [];
        this.lastMs = this.clock.nowMs() - askedMs;
      }
    }
    assert.deepEqual(message, [], 'a message without its end');
    return messages;
  }
}

function requestOf(kind: number, ...rest: number[]): number[] {
  return [0xf0, 0x7d, 0x01, kind, ...rest, 0xf7];
}

/** Modulo 128: what the data and the checksum of a dump come to is 0. */
function sumOf(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0x7f, 0);
}

function assertDump(
  dump: number[] | undefined,
  kind: number,
  number: number,
  length: number,
): void {
  assert.equal(dump?.length, length);
  assert.deepEqual(dump?.slice(0, 6), [0xf0, 0x7d, 0x02, kind, number, 0x01]);
  const data = Uint8Array.from(dump?.slice(6, -2) ?? []);
  assert.equal(sumOf([...data, dump!.at(-2)!]), 0);
  assert.ok(data.every((byte) => byte < 0x80));
}

describe('the demo synth', () => {
  it('says who it is', async () => {
    const bench = await SynthBench.create();
    const answers = await bench.ask([0xf0, 0x7e, 0x7f, 0x06, 0x01, 0xf7], 100);
    assert.deepEqual(answers, [[0xf0, 0x7e, 0x10, 0x06, 0x02, 0x7d, 1, 0, 1, 0, 0, 0, 1, 0, 0xf7]]);
  });

  it('sends a voice, a bank as one message, and a bank as 32', async () => {
    const bench = await SynthBench.create();
    const [voice, ...noMore] = await bench.ask(requestOf(0), 200);
    assertDump(voice, 0, 0, 163);
    assert.deepEqual(noMore, []);
    assertDump((await bench.ask(requestOf(1), 2000))[0], 1, 0, 4104);
    const voices = await bench.ask(requestOf(3), 2000);
    assert.equal(voices.length, 32);
    for (const [number, dump] of voices.entries()) assertDump(dump, 3, number, 136);
  });

  it('sends 300,000 bytes of sample data at once if asked to hurry', async () => {
    const bench = await SynthBench.create();
    const [dump] = await bench.ask(requestOf(2, 0x01), 100);
    assertDump(dump, 2, 0, 300_008);
    assert.equal(bench.lastMs, 50);
  });

  it('sends the same bytes every time', async () => {
    const bench = await SynthBench.create();
    const first = await bench.ask(requestOf(1, 0x01), 100);
    assert.deepEqual(await bench.ask(requestOf(1, 0x01), 100), first);
    assert.deepEqual(await (await SynthBench.create()).ask(requestOf(1, 0x01), 100), first);
  });

  it('keeps to the pace of a line: a bank takes 1.31 s, in slices', async () => {
    const bench = await SynthBench.create();
    await bench.send(requestOf(1));
    await bench.clock.advanceAsync(1310);
    assert.deepEqual(bench.client.take(), []);
    await bench.clock.advanceAsync(10);
    const received = bench.client.take().map(([kind, timeMs]) => [kind, timeMs]);
    assert.deepEqual(received, [['long', 1315]]);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('keeps what is restored to it, and dumps it from then on', async () => {
    const bench = await SynthBench.create();
    const [voice] = await bench.ask(requestOf(0), 200);
    const restored = [...voice!];
    restored[10] = restored[10]! ^ 0x55;
    restored[161] = -sumOf(restored.slice(6, -2)) & 0x7f;
    await bench.send(restored);
    assert.deepEqual(await bench.ask(requestOf(0), 200), [restored]);
  });

  it('ignores a dump with a wrong checksum, number, length or version', async () => {
    const bench = await SynthBench.create();
    const [voice] = (await bench.ask(requestOf(0), 200)) as [number[]];
    for (const index of [10, 161, 4, 5]) {
      const wrong = [...voice];
      wrong[index] = wrong[index]! ^ 1;
      await bench.send(wrong);
    }
    await bench.send([...voice.slice(0, 20), ...voice.slice(21)]);
    assert.deepEqual(await bench.ask(requestOf(0), 200), [voice]);
  });

  it('is silent about what it does not know', async () => {
    const bench = await SynthBench.create();
    const unknown = [
      requestOf(4),
      requestOf(0, 2),
      requestOf(0, 1, 1),
      [0xf0, 0xf7],
      [0xf0, 0x41, 0x01, 0x00, 0xf7],
      [0x90, 0x3c, 0x40],
    ];
    for (const message of unknown) assert.deepEqual(await bench.ask(message, 100), []);
  });

  it('understands a request that comes in pieces, between notes', async () => {
    const bench = await SynthBench.create();
    await bench.send([0x90, 0x3c, 0x40, 0xf0, 0x7d]);
    await bench.send([0x01, 0xf8, 0x00, 0x01]);
    assert.equal((await bench.ask([0xf7, 0x80, 0x3c, 0x40], 100)).length, 1);
  });

  it('answers one request after the other', async () => {
    const bench = await SynthBench.create();
    await bench.send(requestOf(1));
    const messages = await bench.ask(requestOf(0), 2000);
    assert.deepEqual(
      messages.map(({ length }) => length),
      [4104, 163],
    );
  });

  it('falls silent when recording stops', async () => {
    const bench = await SynthBench.create();
    await bench.send(requestOf(2));
    await bench.clock.advanceAsync(500);
    await bench.client.stop();
    assert.equal(bench.clock.pendingTimers, 0);
  });
});
