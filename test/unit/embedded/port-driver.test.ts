/** The port driver's answers to messages about devices, and to what it does not know. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DRVM_EXIT,
  MIDM_GETDEVCAPS,
  MIDM_GETNUMDEVS,
  MIDM_OPEN,
  MIDM_PREPARE,
  MIDM_START,
  MIM_OPEN,
  MMSYSERR_ALLOCATED,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
  MMSYSERR_NOMEM,
  MMSYSERR_NOTENABLED,
  MMSYSERR_NOTSUPPORTED,
  MODM_CACHEDRUMPATCHES,
  MODM_CACHEPATCHES,
  MODM_GETDEVCAPS,
  MODM_GETNUMDEVS,
  MODM_GETVOLUME,
  MODM_OPEN,
  MODM_PREPARE,
  MODM_SETVOLUME,
  MODM_UNPREPARE,
} from '../../../src/winmm/constants.js';
import { MIDIINCAPSW, MIDIOUTCAPSW } from '../../../src/winmm/structures.js';
import { DriverBench } from '../../support/driver-bench.js';

test('counts its devices and describes them', () => {
  const { driver, memory } = new DriverBench();
  assert.equal(driver.midMessage(0, MIDM_GETNUMDEVS, 0, 0, 0), 1);
  assert.equal(driver.modMessage(0, MODM_GETNUMDEVS, 0, 0, 0), 1);
  const { address, bytes } = memory.allocate(MIDIOUTCAPSW.size);
  assert.equal(driver.midMessage(0, MIDM_GETDEVCAPS, 0, address, MIDIINCAPSW.size), 0);
  assert.deepEqual(MIDIINCAPSW.read(bytes), {
    wMid: 0xffff,
    wPid: 99,
    vDriverVersion: 0x0100,
    szPname: 'fake port',
    dwSupport: 0,
  });
  assert.equal(driver.modMessage(0, MODM_GETDEVCAPS, 0, address, MIDIOUTCAPSW.size), 0);
  assert.equal(MIDIOUTCAPSW.read(bytes).wTechnology, 1);
});

test('refuses to describe what is not there, or into too little memory', () => {
  const { driver, memory } = new DriverBench();
  const { address } = memory.allocate(MIDIINCAPSW.size - 1);
  const { address: roomy } = memory.allocate(MIDIOUTCAPSW.size);
  const caps = (id: number, at: number, size: number) =>
    driver.midMessage(id, MIDM_GETDEVCAPS, 0, at, size);
  assert.equal(caps(1, roomy, MIDIINCAPSW.size), MMSYSERR_BADDEVICEID);
  assert.equal(caps(0, roomy, MIDIINCAPSW.size - 1), MMSYSERR_INVALPARAM);
  assert.equal(caps(0, address, MIDIINCAPSW.size), MMSYSERR_INVALPARAM);
});

test('opens each device once, and gives every client a number of its own', () => {
  const bench = new DriverBench();
  const input = bench.open(MIDM_OPEN);
  const output = bench.open(MODM_OPEN);
  assert.deepEqual([input.result, output.result], [MMSYSERR_NOERROR, MMSYSERR_NOERROR]);
  assert.notEqual(input.instance, output.instance);
  assert.equal(bench.open(MIDM_OPEN).result, MMSYSERR_ALLOCATED);
  assert.equal(bench.open(MODM_OPEN).result, MMSYSERR_ALLOCATED);
  assert.equal(bench.open(MIDM_OPEN, 1).result, MMSYSERR_BADDEVICEID);
  assert.equal(bench.callbacks.filter(({ dwMsg }) => dwMsg === MIM_OPEN).length, 1);
});

test("answers with the port's reason if it cannot be opened, and can be asked again", () => {
  const bench = new DriverBench();
  bench.port.openResult = MMSYSERR_NOMEM;
  assert.equal(bench.open(MIDM_OPEN).result, MMSYSERR_NOMEM);
  assert.deepEqual(bench.callbacks, []);
  bench.port.openResult = MMSYSERR_NOERROR;
  assert.equal(bench.open(MIDM_OPEN).result, MMSYSERR_NOERROR);
});

test('leaves preparing to winmm, and has neither volume nor patches', () => {
  const bench = new DriverBench();
  const input = bench.open(MIDM_OPEN).instance;
  const output = bench.open(MODM_OPEN).instance;
  assert.equal(bench.driver.midMessage(0, MIDM_PREPARE, input, 0, 0), MMSYSERR_NOTSUPPORTED);
  const messages = [
    MODM_PREPARE,
    MODM_UNPREPARE,
    MODM_GETVOLUME,
    MODM_SETVOLUME,
    MODM_CACHEPATCHES,
    MODM_CACHEDRUMPATCHES,
    9999,
  ];
  for (const message of messages) {
    assert.equal(bench.driver.modMessage(0, message, output, 0, 0), MMSYSERR_NOTSUPPORTED);
  }
});

test('does not know instances that it never gave out', () => {
  const { driver } = new DriverBench();
  assert.equal(driver.midMessage(0, MIDM_START, 1234, 0, 0), MMSYSERR_INVALHANDLE);
  assert.equal(driver.modMessage(0, MODM_PREPARE, 1234, 0, 0), MMSYSERR_INVALHANDLE);
});

test('after DRVM_EXIT has no devices and does nothing', () => {
  const bench = new DriverBench();
  assert.equal(bench.driver.midMessage(0, DRVM_EXIT, 0, 0, 0), MMSYSERR_NOERROR);
  assert.equal(bench.driver.midMessage(0, MIDM_GETNUMDEVS, 0, 0, 0), 0);
  assert.equal(bench.open(MIDM_OPEN).result, MMSYSERR_NOTENABLED);
});
