/** Contract cases: what goes out comes in, byte for byte and in order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MIM_DATA,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MMSYSERR_NOERROR,
  MOM_DONE,
} from '../../src/winmm/constants.js';
import {
  type ContractInput,
  type ContractOutput,
  withInput,
  withOutput,
} from '../support/contract-port.js';
import { sysexContent } from '../support/wine-script.js';
import type { Fixture } from './winmm-contract.js';

export function defineRoundTripCases(fixture: Fixture): void {
  const withLoop = (use: (input: ContractInput, output: ContractOutput) => Promise<void>) => {
    const { winmm, inputId, asynchronousOutputId } = fixture();
    return withInput(winmm, inputId, (input) =>
      withOutput(winmm, asynchronousOutputId, (output) => use(input, output)),
    );
  };

  describe('round trips', () => {
    it('every kind of short message arrives as it was sent, its unused bytes 0', () =>
      withLoop(async (input, output) => {
        const messages = [
          [0x80, 0x3c, 0x40],
          [0x9f, 0x7f, 0x7f],
          [0xa3, 0x01, 0x02],
          [0xb1, 0x40, 0x7f],
          [0xc2, 0x7f],
          [0xd4, 0x11],
          [0xe5, 0x00, 0x40],
          [0xf1, 0x23],
          [0xf2, 0x01, 0x02],
          [0xf3, 0x05],
          [0xf6],
          [0xf8],
          [0xfa],
          [0xfb],
          [0xfc],
          [0xfe],
          [0xff],
        ];
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        for (const bytes of messages)
          assert.equal(await output.shortMsg(...bytes), MMSYSERR_NOERROR);
        await input.waitFor(MIM_DATA, messages.length);
        assert.deepEqual(
          input.shorts.map((packed) => packed.toString(16)),
          messages.map(([a = 0, b = 0, c = 0]) => (a | (b << 8) | (c << 16)).toString(16)),
        );
      }));

    it('10,000 short messages arrive in order, with time stamps that never go back', () =>
      withLoop(async (input, output) => {
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        const sent: number[] = [];
        for (let index = 0; index < 10_000; index++) {
          const bytes = [0x90 | (index & 15), (index >> 4) & 127, 1 + ((index >> 11) & 63)];
          sent.push(bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16));
          assert.equal(await output.shortMsg(...bytes), MMSYSERR_NOERROR);
          // Lets an implementation without threads pass them on.
          if (index % 1000 === 999) await input.waitFor(MIM_DATA, index + 1);
        }
        const received = await input.waitFor(MIM_DATA, sent.length);
        assert.deepEqual(input.shorts, sent);
        for (let index = 1; index < received.length; index++) {
          assert.ok(received[index]!.dwParam2 >= received[index - 1]!.dwParam2);
        }
      }));

    it('running status in a buffer comes out as whole messages', () =>
      withLoop(async (input, output) => {
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        await output.send([0x90, 0x3c, 0x40, 0x3e, 0x41, 0x40, 0x42]);
        await input.waitFor(MIM_DATA, 3);
        assert.deepEqual(input.shorts, [0x403c90, 0x413e90, 0x424090]);
      }));

    it('a sysex of two bytes arrives', () =>
      withLoop(async (input, output) => {
        await input.queue(16);
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        await output.send([0xf0, 0xf7]);
        assert.deepEqual((await input.waitFor(MIM_LONGDATA))[0]?.recorded, [0xf0, 0xf7]);
      }));

    it('a sysex of 100,000 bytes arrives whole, over buffers that are given back again and again', () =>
      withLoop(async (input, output) => {
        for (let count = 0; count < 4; count++) await input.queue(4096);
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        const sysex = [...sysexContent({ size: 100_000, seed: 5 })];
        await output.send(sysex);
        const received: number[] = [];
        for (let pieces = 1; received.length < sysex.length; pieces++) {
          const piece = (await input.waitFor(MIM_LONGDATA, pieces))[pieces - 1]!;
          received.push(...piece.recorded);
          const { winmm } = fixture();
          assert.equal(
            await winmm.midiInAddBuffer(input.handle, piece.dwParam1, 112),
            MMSYSERR_NOERROR,
          );
        }
        assert.deepEqual(received, sysex);
        await output.waitFor(MOM_DONE);
      }));

    it('realtime inside a sysex passes it by, and does not end it', () =>
      withLoop(async (input, output) => {
        await input.queue(64);
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        await output.send([0xf0, 0x7d, 0xf8, 0x01, 0xfe, 0x02, 0xf7]);
        const [long] = await input.waitFor(MIM_LONGDATA);
        assert.deepEqual(long?.recorded, [0xf0, 0x7d, 0x01, 0x02, 0xf7]);
        assert.deepEqual(input.shorts, [0xf8, 0xfe]);
      }));

    it('a sysex sent in two buffers arrives as one', () =>
      withLoop(async (input, output) => {
        await input.queue(64);
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        await output.send([0xf0, 0x7d, 0x01]);
        await output.send([0x02, 0x03, 0xf7]);
        const [long] = await input.waitFor(MIM_LONGDATA);
        assert.deepEqual(long?.recorded, [0xf0, 0x7d, 0x01, 0x02, 0x03, 0xf7]);
      }));

    it('a sysex broken by another message comes as MIM_LONGERROR, with what there was of it', () =>
      withLoop(async (input, output) => {
        await input.queue(64);
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        await output.send([0xf0, 0x7d, 0x01, 0x90, 0x3c, 0x40]);
        const [long] = await input.waitFor(MIM_LONGERROR);
        assert.deepEqual(long?.recorded, [0xf0, 0x7d, 0x01]);
        await input.waitFor(MIM_DATA);
        assert.deepEqual(input.shorts, [0x403c90]);
      }));

    it('short and long messages sent in turn arrive in the order of the calls', () =>
      withLoop(async (input, output) => {
        for (let count = 0; count < 10; count++) await input.queue(32);
        assert.equal(await input.start(), MMSYSERR_NOERROR);
        for (let number = 0; number < 10; number++) {
          await output.send([0xf0, 0x7d, number, 0xf7]);
          await output.waitFor(MOM_DONE, number + 1);
          await output.shortMsg(0x90, number, 0x40);
        }
        await input.waitFor(MIM_DATA, 10);
        const order = input.messages
          .filter(({ wMsg }) => wMsg === MIM_DATA || wMsg === MIM_LONGDATA)
          .map(({ wMsg, dwParam1, recorded }) =>
            wMsg === MIM_DATA ? (dwParam1 >> 8) & 0x7f : recorded[2],
          );
        assert.deepEqual(
          order,
          Array.from({ length: 20 }, (_, index) => index >> 1),
        );
      }));
  });
}
