/** Contract cases: the sentences of "Managing MIDI Recording". */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_STILLPLAYING,
  MIM_DATA,
  MIM_LONGDATA,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_NOERROR,
} from '../../src/winmm/constants.js';
import { eventually, pause } from '../support/contract-fixture.js';
import {
  ContractInput,
  type ContractOutput,
  withInput,
  withOutput,
} from '../support/contract-port.js';
import type { Fixture } from './winmm-contract.js';

const NOTE_ON = [0x90, 0x3c, 0x40] as const;
const NOTE_OFF = [0x80, 0x3c, 0x40] as const;
const SYSEX = [0xf0, 0x7d, 0x01, 0x02, 0x03, 0xf7] as const;
/** How long "nothing arrives" is watched. */
const QUIET_MS = 60;

export function defineRecordingCases(fixture: Fixture): void {
  const withLoop = (use: (input: ContractInput, output: ContractOutput) => Promise<void>) => {
    const { winmm, inputId, synchronousOutputId } = fixture();
    return withInput(winmm, inputId, (input) =>
      withOutput(winmm, synchronousOutputId, (output) => use(input, output)),
    );
  };
  const begin = async (input: ContractInput) => {
    assert.equal(await input.start(), MMSYSERR_NOERROR);
  };

  describe('managing MIDI recording', () => {
    it('"after you open a MIDI device, you can begin recording MIDI data"', () =>
      withLoop(async (input, output) => {
        await begin(input);
        assert.equal(await output.shortMsg(...NOTE_ON), MMSYSERR_NOERROR);
        const [message] = await input.waitFor(MIM_DATA);
        assert.equal(message?.dwParam1, 0x403c90);
      }));

    it('midiInStart "starts MIDI recording": nothing arrives before it', () =>
      withLoop(async (input, output) => {
        await output.shortMsg(...NOTE_ON);
        await pause(QUIET_MS);
        assert.deepEqual(input.shorts, []);
        await begin(input);
        await output.shortMsg(...NOTE_OFF);
        await input.waitFor(MIM_DATA);
        assert.deepEqual(input.shorts, [0x403c80]);
      }));

    it('midiInStart "resets the time stamp to zero", at the first start and at every other', () =>
      withLoop(async (input, output) => {
        for (const round of [1, 2]) {
          await pause(150);
          const before = performance.now();
          await begin(input);
          await output.shortMsg(...NOTE_ON);
          const message = (await input.waitFor(MIM_DATA, round))[round - 1];
          assert.ok(message !== undefined && message.dwParam2 <= performance.now() - before + 1);
          assert.equal(await input.stop(), MMSYSERR_NOERROR);
        }
      }));

    it('a second midiInStart changes nothing: time goes on', () =>
      withLoop(async (input, output) => {
        await begin(input);
        await pause(150);
        await begin(input);
        await output.shortMsg(...NOTE_ON);
        const [message] = await input.waitFor(MIM_DATA);
        assert.ok(message !== undefined && message.dwParam2 >= 149);
      }));

    it('midiInStop "stops MIDI recording"', () =>
      withLoop(async (input, output) => {
        await begin(input);
        await output.shortMsg(...NOTE_ON);
        await input.waitFor(MIM_DATA);
        assert.equal(await input.stop(), MMSYSERR_NOERROR);
        await output.shortMsg(...NOTE_OFF);
        await pause(QUIET_MS);
        assert.deepEqual(input.shorts, [0x403c90]);
      }));

    it('midiInStop keeps empty buffers in the queue, and a sysex after the next start goes into them', () =>
      withLoop(async (input, output) => {
        const buffer = await input.queue(64);
        await begin(input);
        assert.equal(await input.stop(), MMSYSERR_NOERROR);
        assert.ok(buffer.has(MHDR_INQUEUE));
        assert.equal(input.received(MIM_LONGDATA).length, 0);
        await begin(input);
        await output.send(SYSEX);
        assert.deepEqual((await input.waitFor(MIM_LONGDATA))[0]?.recorded, [...SYSEX]);
      }));

    it('midiInReset "stops MIDI recording"', () =>
      withLoop(async (input, output) => {
        await begin(input);
        assert.equal(await input.reset(), MMSYSERR_NOERROR);
        await output.shortMsg(...NOTE_ON);
        await pause(QUIET_MS);
        assert.deepEqual(input.shorts, []);
      }));

    it('midiInReset "marks all pending buffers as done", without data, each told once and in order', () =>
      withLoop(async (input) => {
        const buffers = [await input.queue(16), await input.queue(16), await input.queue(16)];
        await begin(input);
        assert.equal(await input.reset(), MMSYSERR_NOERROR);
        const told = await input.waitFor(MIM_LONGDATA, buffers.length);
        assert.deepEqual(
          told.map(({ dwParam1 }) => dwParam1),
          buffers.map(({ address }) => address),
        );
        for (const { header } of buffers) {
          assert.equal(header.dwFlags, MHDR_PREPARED | MHDR_DONE);
          assert.equal(header.dwBytesRecorded, 0);
        }
      }));

    it('midiInReset marks pending buffers as done on an input that was never started', () =>
      withLoop(async (input) => {
        const buffer = await input.queue(16);
        assert.equal(await input.reset(), MMSYSERR_NOERROR);
        await input.waitFor(MIM_LONGDATA);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
      }));

    it('midiInReset and midiInStop are no errors when there is nothing to stop', () =>
      withLoop(async (input) => {
        assert.equal(await input.stop(), MMSYSERR_NOERROR);
        assert.equal(await input.reset(), MMSYSERR_NOERROR);
        assert.equal(await input.reset(), MMSYSERR_NOERROR);
        assert.equal(input.received(MIM_LONGDATA).length, 0);
      }));

    it('"before closing the device, mark any pending data blocks as being done by calling midiInReset": otherwise MIDIERR_STILLPLAYING', async () => {
      const { winmm, refusedInputId, differences } = fixture();
      const input = new ContractInput(winmm);
      await input.open(refusedInputId);
      const buffer = await input.queue(16);
      await begin(input);
      assert.equal(await input.close(), MIDIERR_STILLPLAYING);
      assert.ok(buffer.has(MHDR_INQUEUE));
      if (differences.refusedCloseLosesHandle) {
        assert.equal(await input.reset(), MMSYSERR_INVALHANDLE);
        return;
      }
      assert.equal(await input.reset(), MMSYSERR_NOERROR);
      assert.equal(await input.unprepare(buffer), MMSYSERR_NOERROR);
      assert.equal(await input.close(), MMSYSERR_NOERROR);
      await input.dispose();
    });

    it('midiInAddBuffer "sends a buffer to the device driver so it can be filled with recorded system-exclusive MIDI data"', () =>
      withLoop(async (input, output) => {
        const buffer = await input.queue(64);
        await begin(input);
        await output.send(SYSEX);
        await input.waitFor(MIM_LONGDATA);
        assert.deepEqual(buffer.recorded, [...SYSEX]);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
        assert.equal(buffer.header.dwBufferLength, 64);
      }));

    it('"the application is notified as the buffers are filled": MIM_LONGDATA with the address of the header', () =>
      withLoop(async (input, output) => {
        const buffer = await input.queue(64);
        await begin(input);
        await output.send(SYSEX);
        const [message] = await input.waitFor(MIM_LONGDATA);
        assert.equal(message?.dwParam1, buffer.address);
      }));

    it('buffers are filled in the order in which they were added', () =>
      withLoop(async (input, output) => {
        const buffers = [await input.queue(64), await input.queue(64), await input.queue(64)];
        await begin(input);
        for (const number of [1, 2, 3]) await output.send([0xf0, 0x7d, number, 0xf7]);
        const told = await input.waitFor(MIM_LONGDATA, 3);
        assert.deepEqual(
          told.map(({ dwParam1, recorded }) => [dwParam1, recorded[2]]),
          buffers.map(({ address }, index) => [address, index + 1]),
        );
      }));

    it('a buffer can be added again when it has been returned', () =>
      withLoop(async (input, output) => {
        const buffer = await input.queue(64);
        await begin(input);
        for (const round of [1, 2, 3]) {
          await output.send([0xf0, 0x7d, round, 0xf7]);
          const message = (await input.waitFor(MIM_LONGDATA, round))[round - 1];
          assert.deepEqual(message?.recorded, [0xf0, 0x7d, round, 0xf7]);
          assert.equal(await input.add(buffer), MMSYSERR_NOERROR);
        }
      }));

    it('a sysex larger than a buffer goes on in the next; only the last piece ends with F7', () =>
      withLoop(async (input, output) => {
        for (let count = 0; count < 4; count++) await input.queue(16);
        const sysex = [0xf0, ...Array.from({ length: 38 }, (_, index) => index), 0xf7];
        await begin(input);
        await output.send(sysex);
        const told = await input.waitFor(MIM_LONGDATA, 3);
        assert.deepEqual(
          told.map(({ recorded }) => recorded.length),
          [16, 16, 8],
        );
        assert.deepEqual(
          told.flatMap(({ recorded }) => recorded),
          sysex,
        );
      }));

    it('"send at least one buffer to the driver before starting recording": without any, sysex is lost and notes are not', () =>
      withLoop(async (input, output) => {
        await begin(input);
        await output.send(SYSEX);
        await output.shortMsg(...NOTE_ON);
        await input.waitFor(MIM_DATA);
        assert.deepEqual(input.shorts, [0x403c90]);
        assert.equal(input.received(MIM_LONGDATA).length, 0);
      }));

    it('midiInStop returns the buffer that a sysex is going into, with what there is of it', () =>
      withLoop(async (input, output) => {
        const first = await input.queue(64);
        const second = await input.queue(64);
        await begin(input);
        await output.send([0xf0, 0x7d, 0x01, 0x02]);
        await output.shortMsg(0xfe);
        await input.waitFor(MIM_DATA);
        assert.equal(input.received(MIM_LONGDATA).length, 0);
        assert.equal(await input.stop(), MMSYSERR_NOERROR);
        const [message] = await input.waitFor(MIM_LONGDATA);
        assert.equal(message?.dwParam1, first.address);
        assert.deepEqual(message?.recorded, [0xf0, 0x7d, 0x01, 0x02]);
        assert.ok(second.has(MHDR_INQUEUE));
      }));

    it('"applications that require time-stamped data use a callback function": dwParam2 counts milliseconds', () =>
      withLoop(async (input, output) => {
        await begin(input);
        const sentMs: number[] = [];
        for (const key of [60, 61, 62]) {
          sentMs.push(performance.now());
          await output.shortMsg(0x90, key, 64);
          await eventually('a note', () => input.shorts.length === sentMs.length);
          await pause(100);
        }
        const times = input.received(MIM_DATA).map(({ dwParam2 }) => dwParam2);
        for (let index = 1; index < times.length; index++) {
          const passed = times[index]! - times[index - 1]!;
          const sent = sentMs[index]! - sentMs[index - 1]!;
          // What is late to be sent or stamped, on a busy machine, may be so by tens of milliseconds.
          assert.ok(Math.abs(passed - sent) < 50, `${passed} ms stamped, ${sent} ms passed`);
        }
      }));

    it('MIM_LONGDATA has a time stamp as well', () =>
      withLoop(async (input, output) => {
        await input.queue(64);
        await begin(input);
        await pause(100);
        const beforeMs = performance.now();
        await output.shortMsg(...NOTE_ON);
        await output.send(SYSEX);
        const [data] = await input.waitFor(MIM_DATA);
        const [long] = await input.waitFor(MIM_LONGDATA);
        assert.ok(data !== undefined && long !== undefined);
        assert.ok(data.dwParam2 >= 99 && long.dwParam2 >= data.dwParam2);
        assert.ok(long.dwParam2 - data.dwParam2 <= performance.now() - beforeMs + 1);
      }));

    it('the counter of the callback runs with the clock', () =>
      withLoop(async (input, output) => {
        const { winmm } = fixture();
        await begin(input);
        const before = winmm.readCounter();
        await output.shortMsg(...NOTE_ON);
        const [message] = await input.waitFor(MIM_DATA);
        const after = winmm.readCounter();
        assert.ok(message !== undefined);
        assert.ok(before.counter <= message.counter && message.counter <= after.counter);
        assert.ok(before.timeMs <= after.timeMs);
      }));
  });
}
