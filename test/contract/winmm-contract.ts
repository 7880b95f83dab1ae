/** The contract of WinMm: one suite for every implementation, each case a sentence of the documentation. */
import { after, before, describe } from 'node:test';
import type { WinMmFixture } from '../support/contract-fixture.js';
import { defineDeviceCases } from './device-cases.js';
import { defineDriverMessageCases } from './driver-message-cases.js';
import { defineHeaderCases } from './header-cases.js';
import { defineLongDataCases } from './long-data-cases.js';
import { defineRecordingCases } from './recording-cases.js';
import { defineRoundTripCases } from './round-trip-cases.js';

/** Hands a test the fixture, which is there once the suite has begun. */
export type Fixture = () => WinMmFixture;

export function defineWinMmContract(name: string, makeFixture: () => Promise<WinMmFixture>): void {
  describe(`WinMm contract: ${name}`, () => {
    let made: WinMmFixture | undefined;
    const fixture: Fixture = () => {
      if (made === undefined) throw new Error('the fixture is there only while the suite runs');
      return made;
    };
    before(async () => {
      made = await makeFixture();
    });
    after(async () => {
      await made?.dispose();
    });
    defineDeviceCases(fixture);
    defineHeaderCases(fixture);
    defineRecordingCases(fixture);
    defineLongDataCases(fixture);
    defineDriverMessageCases(fixture);
    defineRoundTripCases(fixture);
  });
}
