/** An opened input or output as the contract suite handles it: what its callback was told, and its buffers. */
import assert from 'node:assert/strict';
import { CallbackRing, type RingVisitor } from '../../src/winmm/callback-ring.js';
import {
  MIM_DATA,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MMSYSERR_NOERROR,
} from '../../src/winmm/constants.js';
import type { Address, MemoryBlock, NativeMemory } from '../../src/winmm/memory.js';
import { MIDIHDR_SIZE, MidiHdr } from '../../src/winmm/structures.js';
import type { DeviceKind, MidiHandle, Mmresult, WinMm } from '../../src/winmm/winmm.js';
import { eventually } from './contract-fixture.js';

const RING_SLOTS = 1 << 15;
/** Where a buffer's data begins in its block, behind the header. */
const DATA_OFFSET = 128;

/** A MIDIHDR and its data, in memory that drivers may use. */
export class ContractBuffer {
  readonly header: MidiHdr;
  readonly data: Uint8Array;
  readonly block: MemoryBlock;

  constructor(memory: NativeMemory, capacity: number, content: readonly number[] = []) {
    this.block = memory.allocate(DATA_OFFSET + capacity);
    this.header = new MidiHdr(this.block.bytes);
    this.data = this.block.bytes.subarray(DATA_OFFSET, DATA_OFFSET + capacity);
    this.header.lpData = this.block.address + DATA_OFFSET;
    this.header.dwBufferLength = capacity;
    this.data.set(content);
  }

  get address(): Address {
    return this.block.address;
  }

  /** A copy of what the driver recorded. */
  get recorded(): number[] {
    return [...this.data.subarray(0, this.header.dwBytesRecorded)];
  }

  has(flag: number): boolean {
    return (this.header.dwFlags & flag) !== 0;
  }
}

export interface ReceivedMessage {
  wMsg: number;
  dwParam1: number;
  dwParam2: number;
  counter: number;
  /** For MIM_LONGDATA and MIM_LONGERROR: what was in the buffer when the message was taken. */
  recorded: number[];
}

abstract class ContractPort implements RingVisitor {
  readonly messages: ReceivedMessage[] = [];
  protected readonly winmm: WinMm;
  readonly #kind: DeviceKind;
  readonly #buffers: ContractBuffer[] = [];
  readonly #ring: CallbackRing;
  #handle: MidiHandle = 0;
  #isOpen = false;

  constructor(winmm: WinMm, kind: DeviceKind) {
    this.winmm = winmm;
    this.#kind = kind;
    this.#ring = new CallbackRing(
      winmm.memory.allocate(CallbackRing.byteLength(RING_SLOTS)),
      RING_SLOTS,
    );
  }

  get handle(): MidiHandle {
    return this.#handle;
  }

  get ring(): CallbackRing {
    return this.#ring;
  }

  onRingMessage(wMsg: number, dwParam1: number, dwParam2: number, counter: number): void {
    const isLong = wMsg === MIM_LONGDATA || wMsg === MIM_LONGERROR;
    const buffer = isLong ? this.#buffers.find(({ address }) => address === dwParam1) : undefined;
    this.messages.push({ wMsg, dwParam1, dwParam2, counter, recorded: buffer?.recorded ?? [] });
  }

  /** The messages of this kind so far. */
  received(wMsg: number): ReceivedMessage[] {
    this.#ring.drain(this);
    return this.messages.filter((message) => message.wMsg === wMsg);
  }

  /** Waits until there are `count` messages of this kind. */
  async waitFor(wMsg: number, count = 1): Promise<ReceivedMessage[]> {
    const what = `${count} messages 0x${wMsg.toString(16)}`;
    await eventually(what, () => this.received(wMsg).length >= count);
    return this.received(wMsg);
  }

  async open(deviceId: number): Promise<void> {
    const { result, handle } = await this.winmm[`${this.#kind}Open`](deviceId, this.#ring);
    assert.equal(result, MMSYSERR_NOERROR);
    this.#handle = handle;
    this.#isOpen = true;
  }

  newBuffer(capacity: number, content: readonly number[] = []): ContractBuffer {
    const buffer = new ContractBuffer(this.winmm.memory, capacity, content);
    this.#buffers.push(buffer);
    return buffer;
  }

  /** A prepared buffer that is not with the driver, and holds `content`. */
  protected async prepareBuffer(
    capacity: number,
    content: readonly number[] = [],
  ): Promise<ContractBuffer> {
    const buffer = this.newBuffer(capacity, content);
    const prepare = this.winmm[`${this.#kind}PrepareHeader`];
    const result = await prepare(this.#handle, buffer.address, MIDIHDR_SIZE);
    assert.equal(result, MMSYSERR_NOERROR);
    return buffer;
  }

  unprepare(buffer: ContractBuffer): Promise<Mmresult> {
    const unprepare = this.winmm[`${this.#kind}UnprepareHeader`];
    return unprepare(this.#handle, buffer.address, MIDIHDR_SIZE);
  }

  reset(): Promise<Mmresult> {
    return this.winmm[`${this.#kind}Reset`](this.#handle);
  }

  async close(): Promise<Mmresult> {
    const result = await this.winmm[`${this.#kind}Close`](this.#handle);
    if (result === MMSYSERR_NOERROR) this.#isOpen = false;
    return result;
  }

  /** Whatever a test left behind: stopped, returned, closed, freed. */
  async dispose(): Promise<void> {
    if (this.#isOpen) {
      await this.reset();
      for (const buffer of this.#buffers) await this.unprepare(buffer);
      assert.equal(await this.close(), MMSYSERR_NOERROR);
    }
    this.received(MIM_DATA);
    for (const { block } of this.#buffers) this.winmm.memory.free(block);
    this.winmm.memory.free(this.#ring.block);
  }
}

export class ContractInput extends ContractPort {
  constructor(winmm: WinMm) {
    super(winmm, 'midiIn');
  }

  /** A prepared buffer that is not with the driver. */
  prepare(capacity: number): Promise<ContractBuffer> {
    return this.prepareBuffer(capacity);
  }

  async add(buffer: ContractBuffer): Promise<Mmresult> {
    return this.winmm.midiInAddBuffer(this.handle, buffer.address, MIDIHDR_SIZE);
  }

  /** A buffer that the driver has got. */
  async queue(capacity: number): Promise<ContractBuffer> {
    const buffer = await this.prepare(capacity);
    assert.equal(await this.add(buffer), MMSYSERR_NOERROR);
    return buffer;
  }

  start(): Promise<Mmresult> {
    return this.winmm.midiInStart(this.handle);
  }

  stop(): Promise<Mmresult> {
    return this.winmm.midiInStop(this.handle);
  }

  /** The packed short messages so far. */
  get shorts(): number[] {
    return this.received(MIM_DATA).map(({ dwParam1 }) => dwParam1);
  }
}

export class ContractOutput extends ContractPort {
  constructor(winmm: WinMm) {
    super(winmm, 'midiOut');
  }

  /** A prepared buffer that holds `content`. */
  prepare(content: readonly number[]): Promise<ContractBuffer> {
    return this.prepareBuffer(content.length, content);
  }

  longMsg(buffer: ContractBuffer): Promise<Mmresult> {
    return this.winmm.midiOutLongMsg(this.handle, buffer.address, MIDIHDR_SIZE);
  }

  /** Sends bytes as one buffer, and waits for nothing. */
  async send(content: readonly number[]): Promise<ContractBuffer> {
    const buffer = await this.prepare(content);
    assert.equal(await this.longMsg(buffer), MMSYSERR_NOERROR);
    return buffer;
  }

  async shortMsg(...bytes: number[]): Promise<Mmresult> {
    const packed = bytes.reduce((sum, byte, index) => sum | (byte << (8 * index)), 0);
    return this.winmm.midiOutShortMsg(this.handle, packed);
  }
}

async function withPort<Port extends ContractPort>(
  port: Port,
  deviceId: number,
  use: (port: Port) => Promise<void>,
): Promise<void> {
  await port.open(deviceId);
  try {
    await use(port);
  } finally {
    await port.dispose();
  }
}

/** Opens an input for one test. */
export function withInput(
  winmm: WinMm,
  deviceId: number,
  use: (input: ContractInput) => Promise<void>,
): Promise<void> {
  return withPort(new ContractInput(winmm), deviceId, use);
}

/** Opens an output for one test. */
export function withOutput(
  winmm: WinMm,
  deviceId: number,
  use: (output: ContractOutput) => Promise<void>,
): Promise<void> {
  return withPort(new ContractOutput(winmm), deviceId, use);
}
