/** Contract cases: the sentences of MODM_LONGDATA, as a client of midiOutLongMsg sees them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_NOTREADY,
  MIDIERR_STILLPLAYING,
  MIDIERR_UNPREPARED,
  MIM_DATA,
  MIM_LONGDATA,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_NOERROR,
  MOM_DONE,
} from '../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../src/winmm/structures.js';
import { eventually } from '../support/contract-fixture.js';
import {
  type ContractInput,
  ContractOutput,
  withInput,
  withOutput,
} from '../support/contract-port.js';
import type { Fixture } from './winmm-contract.js';

const SYSEX = [0xf0, 0x7d, 0x01, 0x02, 0x03, 0xf7] as const;

export function defineLongDataCases(fixture: Fixture): void {
  for (const kind of ['synchronous', 'asynchronous'] as const) {
    const withOne = (use: (output: ContractOutput) => Promise<void>) =>
      withOutput(fixture().winmm, outputIdOf(kind), use);
    const outputIdOf = (which: typeof kind) =>
      which === 'synchronous' ? fixture().synchronousOutputId : fixture().asynchronousOutputId;
    const withLoop = (use: (input: ContractInput, output: ContractOutput) => Promise<void>) =>
      withInput(fixture().winmm, fixture().inputId, (input) =>
        withOne((output) => use(input, output)),
      );

    describe(`MODM_LONGDATA, ${kind} driver`, () => {
      it('"if the MHDR_PREPARED flag is not set, the driver should return MIDIERR_UNPREPARED"', () =>
        withLoop(async (input, output) => {
          await input.queue(64);
          assert.equal(await input.start(), MMSYSERR_NOERROR);
          const buffer = output.newBuffer(SYSEX.length, SYSEX);
          assert.equal(await output.longMsg(buffer), MIDIERR_UNPREPARED);
          assert.equal(buffer.header.dwFlags, 0);
          await output.send([0xf0, 0x7d, 0x7f, 0xf7]);
          const [message] = await input.waitFor(MIM_LONGDATA);
          assert.equal(message?.recorded[2], 0x7f, 'what was refused must not be sent');
        }));

      it('"the driver should return MMSYSERR_NOERROR if the operation succeeds"', () =>
        withOne(async (output) => {
          assert.equal(await output.longMsg(await output.prepare(SYSEX)), MMSYSERR_NOERROR);
          await output.waitFor(MOM_DONE);
        }));

      it('"when the buffer contents have been sent": MHDR_DONE set, MHDR_INQUEUE cleared, MOM_DONE with the header', () =>
        withOne(async (output) => {
          const buffer = await output.send(SYSEX);
          const done = await output.waitFor(MOM_DONE);
          assert.deepEqual(
            done.map(({ dwParam1 }) => dwParam1),
            [buffer.address],
          );
          assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
          assert.equal(await output.unprepare(buffer), MMSYSERR_NOERROR);
        }));

      it('"one or more MIDI events, including system-exclusive events": all that is in the buffer, in order', () =>
        withLoop(async (input, output) => {
          await input.queue(64);
          await input.queue(64);
          assert.equal(await input.start(), MMSYSERR_NOERROR);
          await output.send([
            ...[0x90, 0x3c, 0x40],
            ...SYSEX,
            ...[0x80, 0x3c, 0x40],
            ...[0xc0, 0x05],
            ...[0xf0, 0x7d, 0x09, 0xf7],
          ]);
          await input.waitFor(MIM_LONGDATA, 2);
          await input.waitFor(MIM_DATA, 3);
          const events = input.messages
            .filter(({ wMsg }) => wMsg === MIM_DATA || wMsg === MIM_LONGDATA)
            .map(({ wMsg, dwParam1, recorded }) => (wMsg === MIM_DATA ? dwParam1 : recorded));
          assert.deepEqual(events, [
            0x403c90,
            [...SYSEX],
            0x403c80,
            0x05c0,
            [0xf0, 0x7d, 0x09, 0xf7],
          ]);
        }));

      it('a single short event in the buffer is sent as such', () =>
        withLoop(async (input, output) => {
          assert.equal(await input.start(), MMSYSERR_NOERROR);
          await output.send([0xb0, 0x07, 0x64]);
          const [message] = await input.waitFor(MIM_DATA);
          assert.equal(message?.dwParam1, 0x6407b0);
        }));

      it('dwBufferLength says how much is sent, whatever dwBytesRecorded says', () =>
        withLoop(async (input, output) => {
          await input.queue(64);
          assert.equal(await input.start(), MMSYSERR_NOERROR);
          const buffer = await output.prepare([...SYSEX, 0xf0, 0x01, 0xf7]);
          buffer.header.dwBufferLength = SYSEX.length;
          buffer.header.dwBytesRecorded = 3;
          assert.equal(await output.longMsg(buffer), MMSYSERR_NOERROR);
          const [message] = await input.waitFor(MIM_LONGDATA);
          assert.deepEqual(message?.recorded, [...SYSEX]);
        }));

      it('buffers are sent in the order of the calls, and returned in that order', () =>
        withLoop(async (input, output) => {
          for (let count = 0; count < 20; count++) await input.queue(16);
          assert.equal(await input.start(), MMSYSERR_NOERROR);
          const sent = [];
          for (let number = 0; number < 20; number++) {
            sent.push(await output.send([0xf0, 0x7d, number, 0xf7]));
          }
          const done = await output.waitFor(MOM_DONE, 20);
          assert.deepEqual(
            done.map(({ dwParam1 }) => dwParam1),
            sent.map(({ address }) => address),
          );
          const received = await input.waitFor(MIM_LONGDATA, 20);
          assert.deepEqual(
            received.map(({ recorded }) => recorded[2]),
            sent.map((_, index) => index),
          );
        }));

      it('midiOutReset with nothing queued answers MMSYSERR_NOERROR, and calls nobody back', () =>
        withOne(async (output) => {
          await output.send(SYSEX);
          await output.waitFor(MOM_DONE);
          assert.equal(await output.reset(), MMSYSERR_NOERROR);
          assert.equal(output.received(MOM_DONE).length, 1);
        }));

      it('a returned buffer can be sent again: MHDR_DONE is cleared on the way', () =>
        withOne(async (output) => {
          const buffer = await output.send(SYSEX);
          await output.waitFor(MOM_DONE, 1);
          assert.equal(await output.longMsg(buffer), MMSYSERR_NOERROR);
          await output.waitFor(MOM_DONE, 2);
          assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
        }));
    });
  }

  describe('MODM_LONGDATA, when it returns', () => {
    const withSlow = (use: (output: ContractOutput) => Promise<void>) =>
      withOutput(fixture().winmm, fixture().slowOutputId, use);
    const withSlowSynchronous = (use: (output: ContractOutput) => Promise<void>) =>
      withOutput(fixture().winmm, fixture().slowSynchronousOutputId, use);
    const long = Array.from({ length: 300 }, (_, index) => index & 0x7f);
    const slowSysex = [0xf0, ...long, 0xf7];

    it('"synchronously, not returning until the message has been sent"', async () => {
      const { winmm, synchronousOutputId } = fixture();
      await withOutput(winmm, synchronousOutputId, async (output) => {
        const buffer = await output.send(SYSEX);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
        assert.equal(output.received(MOM_DONE).length, 1);
      });
    });

    it('a synchronous driver at work: MHDR_DONE cleared, MHDR_INQUEUE set; it returns with the buffer done and MOM_DONE told', () =>
      withSlowSynchronous(async (output) => {
        const buffer = await output.prepare(slowSysex);
        buffer.header.dwFlags |= MHDR_DONE;
        const sending = output.longMsg(buffer);
        await eventually('the buffer is queued', () => buffer.has(MHDR_INQUEUE));
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
        assert.equal(output.received(MOM_DONE).length, 0);
        assert.equal(await sending, MMSYSERR_NOERROR);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
        assert.equal(output.received(MOM_DONE).length, 1);
      }));

    it('midiOutReset breaks off what a synchronous driver is sending: the call returns, the buffer is done', () =>
      withSlowSynchronous(async (output) => {
        // Ten seconds of the slow line, which nobody waits for.
        const buffer = await output.prepare([0xf0, ...new Array<number>(10_000).fill(1), 0xf7]);
        const beganMs = performance.now();
        const sending = output.longMsg(buffer);
        await eventually('the buffer is queued', () => buffer.has(MHDR_INQUEUE));
        assert.equal(await output.reset(), MMSYSERR_NOERROR);
        assert.equal(await sending, MMSYSERR_NOERROR);
        assert.ok(performance.now() - beganMs < 5000, 'it was sent to its end');
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
        assert.equal((await output.waitFor(MOM_DONE)).length, 1);
      }));

    it('"otherwise it should return one of the MMSYSERR or MIDIERR error codes": no MOM_DONE, and the buffer is the client\'s', async () => {
      const { winmm, refusingOutputId } = fixture();
      await withOutput(winmm, refusingOutputId, async (output) => {
        const buffer = await output.prepare(SYSEX);
        assert.equal(await output.longMsg(buffer), MIDIERR_NOTREADY);
        assert.ok(!buffer.has(MHDR_INQUEUE));
        assert.equal(await output.unprepare(buffer), MMSYSERR_NOERROR);
        assert.equal(output.received(MOM_DONE).length, 0);
      });
    });

    it('of two outputs that are open at once, each sends its own buffers, and tells its own client', async () => {
      const { winmm, synchronousOutputId, asynchronousOutputId } = fixture();
      await withOutput(winmm, synchronousOutputId, (one) =>
        withOutput(winmm, asynchronousOutputId, async (two) => {
          const addresses = [await one.send(SYSEX), await two.send(SYSEX)].map(
            ({ address }) => address,
          );
          await two.waitFor(MOM_DONE);
          const told = [one, two].flatMap((output) => output.received(MOM_DONE));
          assert.deepEqual(
            told.map(({ dwParam1 }) => dwParam1),
            addresses,
          );
        }),
      );
    });

    it('"or asynchronously, returning immediately": MHDR_DONE cleared, MHDR_INQUEUE set until it has been sent', () =>
      withSlow(async (output) => {
        const buffer = await output.prepare(slowSysex);
        buffer.header.dwFlags |= MHDR_DONE;
        assert.equal(await output.longMsg(buffer), MMSYSERR_NOERROR);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
        assert.equal(output.received(MOM_DONE).length, 0);
        await output.waitFor(MOM_DONE);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
      }));

    it('a buffer under way can neither be sent again nor unprepared: MIDIERR_STILLPLAYING', () =>
      withSlow(async (output) => {
        const buffer = await output.send(slowSysex);
        assert.equal(await output.longMsg(buffer), MIDIERR_STILLPLAYING);
        assert.equal(await output.unprepare(buffer), MIDIERR_STILLPLAYING);
        assert.ok(buffer.has(MHDR_PREPARED));
      }));

    it('an output with buffers under way cannot be closed: MIDIERR_STILLPLAYING', async () => {
      const { winmm, refusedOutputId, differences } = fixture();
      const output = new ContractOutput(winmm);
      await output.open(refusedOutputId);
      const buffer = await output.send(slowSysex);
      assert.equal(await output.close(), MIDIERR_STILLPLAYING);
      await output.waitFor(MOM_DONE);
      assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
      if (differences.refusedCloseLosesHandle) {
        assert.equal(await output.unprepare(buffer), MMSYSERR_INVALHANDLE);
        return;
      }
      await output.dispose();
    });

    it('midiOutReset returns every buffer, sent or not, with MHDR_DONE and MOM_DONE', () =>
      withSlow(async (output) => {
        const buffers = [];
        for (let count = 0; count < 3; count++) buffers.push(await output.send(slowSysex));
        assert.equal(await output.reset(), MMSYSERR_NOERROR);
        await output.waitFor(MOM_DONE, 3);
        for (const buffer of buffers) {
          assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
          assert.equal(
            await fixture().winmm.midiOutUnprepareHeader(
              output.handle,
              buffer.address,
              MIDIHDR_SIZE,
            ),
            MMSYSERR_NOERROR,
          );
        }
        assert.equal(await output.close(), MMSYSERR_NOERROR);
      }));
  });
}
