/** Contract cases: MIDIHDR, from prepare to unprepare. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_STILLPLAYING,
  MIDIERR_UNPREPARED,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
} from '../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../src/winmm/structures.js';
import { withInput, withOutput } from '../support/contract-port.js';
import type { Fixture } from './winmm-contract.js';

/** Too small for any version of the structure: it ends before dwFlags. */
const TOO_SMALL = 20;

export function defineHeaderCases(fixture: Fixture): void {
  describe('headers', () => {
    it('preparing sets MHDR_PREPARED, unpreparing clears it', async () => {
      const { winmm, inputId, synchronousOutputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const buffer = await input.prepare(16);
        assert.ok(buffer.has(MHDR_PREPARED));
        assert.equal(await input.unprepare(buffer), MMSYSERR_NOERROR);
        assert.ok(!buffer.has(MHDR_PREPARED));
      });
      await withOutput(winmm, synchronousOutputId, async (output) => {
        const buffer = await output.prepare([0xf0, 0xf7]);
        assert.ok(buffer.has(MHDR_PREPARED));
        assert.equal(await output.unprepare(buffer), MMSYSERR_NOERROR);
        assert.ok(!buffer.has(MHDR_PREPARED));
      });
    });

    it('preparing twice changes nothing', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const { address, header } = await input.prepare(16);
        assert.equal(
          await winmm.midiInPrepareHeader(input.handle, address, MIDIHDR_SIZE),
          MMSYSERR_NOERROR,
        );
        assert.equal(header.dwFlags, MHDR_PREPARED);
      });
    });

    it('unpreparing what was not prepared is no error', async () => {
      const { winmm, inputId, differences } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const buffer = input.newBuffer(16);
        assert.equal(await input.unprepare(buffer), differences.unprepareUnprepared);
      });
    });

    it('a header without data cannot be prepared: MMSYSERR_INVALPARAM', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const { address, header } = input.newBuffer(16);
        header.lpData = 0;
        assert.equal(
          await winmm.midiInPrepareHeader(input.handle, address, MIDIHDR_SIZE),
          MMSYSERR_INVALPARAM,
        );
      });
    });

    it('a cbmh that is too small is MMSYSERR_INVALPARAM', async () => {
      const { winmm, inputId, synchronousOutputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const { address } = input.newBuffer(16);
        const { handle } = input;
        assert.equal(
          await winmm.midiInPrepareHeader(handle, address, TOO_SMALL),
          MMSYSERR_INVALPARAM,
        );
        const prepared = await input.prepare(16);
        assert.equal(
          await winmm.midiInAddBuffer(handle, prepared.address, TOO_SMALL),
          MMSYSERR_INVALPARAM,
        );
        assert.ok(!prepared.has(MHDR_INQUEUE));
      });
      await withOutput(winmm, synchronousOutputId, async (output) => {
        const { address } = output.newBuffer(16);
        const { handle } = output;
        assert.equal(
          await winmm.midiOutPrepareHeader(handle, address, TOO_SMALL),
          MMSYSERR_INVALPARAM,
        );
        const prepared = await output.prepare([0xf0, 0xf7]);
        assert.equal(
          await winmm.midiOutLongMsg(handle, prepared.address, TOO_SMALL),
          MMSYSERR_INVALPARAM,
        );
        assert.ok(!prepared.has(MHDR_INQUEUE));
      });
    });

    it('adding a buffer that is not prepared is MIDIERR_UNPREPARED', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const buffer = input.newBuffer(16);
        assert.equal(await input.add(buffer), MIDIERR_UNPREPARED);
        assert.ok(!buffer.has(MHDR_INQUEUE));
      });
    });

    it('adding a buffer sets MHDR_INQUEUE and clears MHDR_DONE', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const buffer = await input.prepare(16);
        buffer.header.dwFlags |= MHDR_DONE;
        assert.equal(await input.add(buffer), MMSYSERR_NOERROR);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
      });
    });

    it('a buffer that the driver has cannot be added again: MIDIERR_STILLPLAYING', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const buffer = await input.queue(16);
        assert.equal(await input.add(buffer), MIDIERR_STILLPLAYING);
        assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
      });
    });

    it('a buffer that the driver has cannot be unprepared: MIDIERR_STILLPLAYING', async () => {
      const { winmm, inputId } = fixture();
      await withInput(winmm, inputId, async (input) => {
        const buffer = await input.queue(16);
        assert.equal(await input.unprepare(buffer), MIDIERR_STILLPLAYING);
        assert.ok(buffer.has(MHDR_PREPARED));
        assert.equal(await input.reset(), MMSYSERR_NOERROR);
        assert.equal(await input.unprepare(buffer), MMSYSERR_NOERROR);
      });
    });
  });
}
