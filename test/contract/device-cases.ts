/** Contract cases: enumerating, opening and closing devices, and handles that are none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CALLBACK_EVENT,
  CALLBACK_WINDOW,
  MIM_CLOSE,
  MIM_DATA,
  MIM_OPEN,
  MMSYSERR_ALLOCATED,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_NOERROR,
  MOM_CLOSE,
  MOM_OPEN,
} from '../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../src/winmm/structures.js';
import { pause } from '../support/contract-fixture.js';
import { ContractInput, ContractOutput, withInput, withOutput } from '../support/contract-port.js';
import type { Fixture } from './winmm-contract.js';

export function defineDeviceCases(fixture: Fixture): void {
  describe('devices', () => {
    it('device identifiers are 0, 1, 2 and so on: each has capabilities, the one after the last has none', () => {
      const { winmm } = fixture();
      const inputs = winmm.midiInGetNumDevs();
      const outputs = winmm.midiOutGetNumDevs();
      assert.ok(inputs > 0 && outputs > 0);
      for (let id = 0; id < inputs; id++) {
        const { result, caps } = winmm.midiInGetDevCaps(id);
        assert.equal(result, MMSYSERR_NOERROR);
        assert.ok(caps !== undefined && caps.szPname.length > 0 && caps.szPname.length < 32);
      }
      for (let id = 0; id < outputs; id++) {
        const { result, caps } = winmm.midiOutGetDevCaps(id);
        assert.equal(result, MMSYSERR_NOERROR);
        assert.ok(caps !== undefined && caps.szPname.length > 0 && caps.wTechnology > 0);
      }
      assert.deepEqual(winmm.midiInGetDevCaps(inputs), { result: MMSYSERR_BADDEVICEID });
      assert.deepEqual(winmm.midiOutGetDevCaps(outputs), { result: MMSYSERR_BADDEVICEID });
    });

    it('opening an identifier that no device has is MMSYSERR_BADDEVICEID and gives no handle', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async ({ ring }) => {
        const refused = { result: MMSYSERR_BADDEVICEID, handle: 0 };
        assert.deepEqual(await winmm.midiInOpen(winmm.midiInGetNumDevs(), ring), refused);
        assert.deepEqual(await winmm.midiOutOpen(winmm.midiOutGetNumDevs(), ring), refused);
      });
    });

    it('opening an input tells its callback MIM_OPEN, closing it MIM_CLOSE before midiInClose has returned', async () => {
      const { winmm, inputId } = fixture();
      const input = new ContractInput(winmm);
      await input.open(inputId);
      assert.equal(input.received(MIM_OPEN).length, 1);
      assert.equal(input.received(MIM_CLOSE).length, 0);
      assert.equal(await input.close(), MMSYSERR_NOERROR);
      assert.equal(input.received(MIM_CLOSE).length, 1);
      await input.dispose();
    });

    it('opening an output tells its callback MOM_OPEN, closing it MOM_CLOSE before midiOutClose has returned', async () => {
      const { winmm, asynchronousOutputId } = fixture();
      const output = new ContractOutput(winmm);
      await output.open(asynchronousOutputId);
      assert.equal(output.received(MOM_OPEN).length, 1);
      assert.equal(await output.close(), MMSYSERR_NOERROR);
      assert.equal(output.received(MOM_CLOSE).length, 1);
      await output.dispose();
    });

    it('a device that is in use is MMSYSERR_ALLOCATED, and can be opened again once it is closed', async () => {
      const { winmm, inputId, synchronousOutputId } = fixture();
      const inUse = { result: MMSYSERR_ALLOCATED, handle: 0 };
      await withInput(winmm, inputId, async ({ ring }) => {
        assert.deepEqual(await winmm.midiInOpen(inputId, ring), inUse);
      });
      await withInput(winmm, inputId, async () => {});
      await withOutput(winmm, synchronousOutputId, async ({ ring }) => {
        assert.deepEqual(await winmm.midiOutOpen(synchronousOutputId, ring), inUse);
      });
      await withOutput(winmm, synchronousOutputId, async () => {});
    });

    /** The input opens with this kind of callback or does not; in any case it receives nothing. */
    const assertReceivesNothing = async (fdwOpen: number, expected: number) => {
      const { winmm, inputId, synchronousOutputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        // The device is free again: only the kind of callback may be the reason.
        assert.equal(await input.close(), MMSYSERR_NOERROR);
        const { result, handle } = await winmm.midiInOpen(inputId, input.ring, fdwOpen);
        assert.equal(result, expected);
        assert.equal(handle === 0, result !== MMSYSERR_NOERROR);
        if (handle === 0) return;
        assert.equal(await winmm.midiInStart(handle), MMSYSERR_NOERROR);
        await withOutput(winmm, synchronousOutputId, async (output) => {
          await output.shortMsg(0x90, 0x3c, 0x40);
          await pause(50);
        });
        assert.equal(await winmm.midiInReset(handle), MMSYSERR_NOERROR);
        assert.equal(await winmm.midiInClose(handle), MMSYSERR_NOERROR);
        assert.equal(input.received(MIM_DATA).length, 0);
      });
    };

    it('"you cannot use an event callback to receive MIDI data"', () =>
      assertReceivesNothing(CALLBACK_EVENT, fixture().differences.openWithEventCallback));

    it('a window callback needs a window: without one nothing is received', () =>
      assertReceivesNothing(CALLBACK_WINDOW, fixture().differences.openWithWindowCallback));

    it('every input function answers MMSYSERR_INVALHANDLE to what is not a handle', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const { address } = input.newBuffer(16);
        const closed = input.handle;
        assert.equal(await input.close(), MMSYSERR_NOERROR);
        for (const handle of [0, closed]) {
          assert.deepEqual(
            [
              await winmm.midiInPrepareHeader(handle, address, MIDIHDR_SIZE),
              await winmm.midiInAddBuffer(handle, address, MIDIHDR_SIZE),
              await winmm.midiInStart(handle),
              await winmm.midiInStop(handle),
              await winmm.midiInReset(handle),
              await winmm.midiInClose(handle),
            ],
            Array(6).fill(MMSYSERR_INVALHANDLE),
          );
        }
      });
    });

    it('every output function answers MMSYSERR_INVALHANDLE to what is not a handle', async () => {
      const { winmm, synchronousOutputId } = fixture();
      await withOutput(winmm, synchronousOutputId, async (output) => {
        const { address } = output.newBuffer(16);
        const closed = output.handle;
        assert.equal(await output.close(), MMSYSERR_NOERROR);
        for (const handle of [0, closed]) {
          assert.deepEqual(
            [
              await winmm.midiOutPrepareHeader(handle, address, MIDIHDR_SIZE),
              await winmm.midiOutShortMsg(handle, 0x403c90),
              await winmm.midiOutLongMsg(handle, address, MIDIHDR_SIZE),
              await winmm.midiOutReset(handle),
              await winmm.midiOutClose(handle),
            ],
            Array(5).fill(MMSYSERR_INVALHANDLE),
          );
        }
      });
    });

    it('an input and an output are open side by side, and each keeps its own callback', async () => {
      const { winmm, inputId, asynchronousOutputId } = fixture();
      await withInput(winmm, inputId, (input) =>
        withOutput(winmm, asynchronousOutputId, async (output) => {
          assert.notEqual(input.handle, output.handle);
          assert.equal(output.received(MIM_OPEN).length, 0);
          assert.equal(input.received(MOM_OPEN).length, 0);
        }),
      );
    });
  });
}
