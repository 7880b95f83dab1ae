/** Outputs that stall for a while. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PatientOutput } from '../../../src/output/patient-output.js';
import { MMSYSERR_ERROR, MMSYSERR_NODRIVER } from '../../../src/winmm/constants.js';
import { MmresultError } from '../../../src/winmm/mmresult.js';
import { FakeClock } from '../../support/fake-clock.js';

const ON = 0x403c90;
const OFF = 0x403c80;
const OTHER_ON = 0x403e90;

function makeBed() {
  const clock = new FakeClock();
  const sent: number[] = [];
  const stalls: string[] = [];
  const driver = { result: 0 };
  const send = async (packed: number) => {
    if (driver.result !== 0) throw new MmresultError('midiOutShortMsg', driver.result, 'Synth');
    sent.push(packed);
  };
  const sendBytes = (bytes: Uint8Array) => send(bytes.length);
  const output = new PatientOutput(
    { name: 'Synth', sendShort: send, sendLong: sendBytes, submit: sendBytes },
    clock,
    ({ message }) => stalls.push(message),
  );
  return { clock, sent, stalls, driver, output };
}

test('what is refused is counted and said once, note-offs among it are sent again, and it goes on', async () => {
  const { clock, sent, stalls, driver, output } = makeBed();
  await output.sendShort(ON);
  driver.result = MMSYSERR_ERROR;
  for (const packed of [OFF, OTHER_ON]) await output.sendShort(packed);
  await output.submit(Uint8Array.of(0xf0, 0xf7));
  assert.equal(output.missed, 3);
  await clock.advanceAsync(3000);
  driver.result = 0;
  await clock.advanceAsync(150);
  assert.deepEqual(sent, [ON, OFF]);
  assert.equal(output.missed, 2);
  await output.sendShort(OTHER_ON);
  assert.deepEqual(sent, [ON, OFF, OTHER_ON]);
  assert.equal(stalls.length, 1);
  assert.match(stalls[0]!, /MMSYSERR_ERROR \(1\)/);
});

test('a note-off that the next note-on of its key has overtaken is not sent into that note', async () => {
  const { clock, sent, driver, output } = makeBed();
  driver.result = MMSYSERR_ERROR;
  await output.sendShort(OFF);
  driver.result = 0;
  await output.sendShort(ON);
  await clock.advanceAsync(1000);
  assert.deepEqual(sent, [ON]);
});

test('ten seconds without success are the end; any other error is at once', async () => {
  const { clock, driver, output } = makeBed();
  driver.result = MMSYSERR_ERROR;
  await output.sendShort(ON);
  await clock.advanceAsync(9900);
  await output.sendShort(ON);
  await clock.advanceAsync(200);
  await assert.rejects(output.sendShort(ON), /MMSYSERR_ERROR/);
  driver.result = MMSYSERR_NODRIVER;
  await assert.rejects(output.sendShort(ON), /MMSYSERR_NODRIVER/);
});

test('at the end the note-offs that are owed are tried for, not for ever', async () => {
  for (const [afterMs, expected] of [
    [1000, [OFF]],
    [60_000, []],
  ] as const) {
    const { clock, sent, driver, output } = makeBed();
    driver.result = MMSYSERR_ERROR;
    await output.sendShort(OFF);
    clock.setTimer(afterMs, () => {
      driver.result = 0;
    });
    let isSettled = false;
    output.settle().then(() => {
      isSettled = true;
    });
    await clock.advanceAsync(4500);
    assert.ok(isSettled);
    assert.deepEqual(sent, expected);
  }
});
