/** The doctor's findings: what each state of a machine is called, and what is advised. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { CaptureSession } from '../../../../src/capture/session.js';
import {
  judgeInputs,
  judgeListening,
  judgeOutputs,
} from '../../../../src/cli/doctor/doctor-devices.js';
import { heardText, type ListenAnswer, listen } from '../../../../src/cli/doctor/doctor-listen.js';
import { adviceOf, type Finding, reportLines } from '../../../../src/cli/doctor/doctor-report.js';
import {
  inspectEnvironment,
  inspectSoundDevices,
  inspectSystem,
  judgeSoundDevices,
  judgeSystem,
  readServiceState,
} from '../../../../src/cli/doctor/doctor-system.js';
import { createBuiltInWinMm } from '../../../../src/embedded/drivers/built-in.js';
import { sleep } from '../../../../src/midi/clock.js';
import { FakeClock } from '../../../support/fake-clock.js';

function answerOf(changes: Partial<ListenAnswer>): ListenAnswer {
  return {
    id: 0,
    name: 'Keys',
    state: 'heard',
    error: undefined,
    messages: {},
    notes: 0,
    channels: [],
    losses: [],
    ...changes,
  };
}

function textsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ status, text }) => `${status}: ${text}`);
}

test('inputs: what came, in use, failed, the same name twice, none', () => {
  const inputs = [
    { id: 0, name: 'Keys' },
    { id: 1, name: 'Keys' },
    { id: 2, name: 'Drum pad' },
  ];
  const findings = judgeInputs(inputs, 4, [
    answerOf({ messages: { note: 4, clock: 2, sense: 1 }, notes: 2, channels: [1, 10] }),
    answerOf({ id: 1, state: 'in use', error: '…' }),
    answerOf({ id: 2, name: 'Drum pad', state: 'failed', error: 'midiInOpen failed' }),
  ]);
  assert.deepEqual(textsOf(findings), [
    'ok:  0  Keys      2 notes on channels 1 and 10, 2 clocks, active sensing',
    'note:  1  Keys      in use by another program',
    'problem:  2  Drum pad  midiInOpen failed',
    'note: 2 have the same name: Keys (0, 1)',
    'note: 1 of 4 tell nothing about themselves, and cannot be opened',
  ]);
  assert.match(adviceOf(findings)[0] ?? '', /^Drum pad cannot be used/);
  assert.deepEqual(textsOf(judgeInputs([], 0, [])), ['problem: there is no MIDI input']);
  assert.deepEqual(textsOf(judgeInputs(inputs.slice(2), 1, [])), ['ok:  2  Drum pad']);
  assert.deepEqual(textsOf(judgeOutputs([], 0)), [
    'note: there is no MIDI output: no request can be sent',
  ]);
});

test('nothing came, only clock came, something was lost', () => {
  assert.deepEqual(judgeListening([]), []);
  assert.deepEqual(judgeListening([answerOf({ messages: { note: 1 } })]), []);
  assert.deepEqual(textsOf(judgeListening([answerOf({})])), ['note: nothing arrived']);
  const [alive] = judgeListening([answerOf({ messages: { clock: 48 } }), answerOf({ id: 1 })]);
  assert.match(alive?.advice ?? '', /^The cable is right/);
  const lossy = answerOf({
    messages: { note: 1 },
    losses: [{ kind: 'bad-time-stamp', device: 7, count: 3, firstMs: 0, lastMs: 9, detail: '' }],
  });
  assert.deepEqual(textsOf(judgeListening([lossy])), [
    'note: Keys: 3 time stamps of the driver cannot be right: the time of arrival was used, at 0.0 s',
  ]);
});

test('what was heard, in words', () => {
  assert.equal(heardText(answerOf({})), 'nothing');
  assert.equal(
    heardText(answerOf({ messages: { cc: 1, sysex: 2, transport: 1, system: 3 }, channels: [3] })),
    '1 controller event on channel 3, 2 sysex, 1 start or stop message, 3 system messages',
  );
});

test('listening: what plays is heard, what another has open is in use', async () => {
  const clock = new FakeClock();
  const winmm = createBuiltInWinMm(clock);
  const other = await CaptureSession.open({
    winmm,
    clock,
    devices: [{ deviceId: 2, name: 'midirec loopback' }],
  });
  const devices = [
    { id: 50, name: 'Demo keyboard' }, // It had this id once, and has moved.
    { id: 2, name: 'midirec loopback' },
    { id: 77, name: 'gone' },
  ];
  let answers: ListenAnswer[] | undefined;
  const listening = listen(winmm, clock, devices, sleep(clock, 100)).then((all) => {
    answers = all;
  });
  while (answers === undefined) await clock.advanceAsync(20);
  await listening;
  await other.close();
  winmm.dispose();
  assert.deepEqual(
    answers.map(({ state }) => state),
    ['heard', 'in use', 'failed'],
  );
  assert.ok(answers[0]!.notes >= 5);
  assert.deepEqual(answers[0]!.channels, [1, 2, 3]);
  assert.match(answers[1]!.error ?? '', /MMSYSERR_ALLOCATED/);
});

test('the state of a service, whatever the language of Windows', () => {
  const english =
    '\r\nSERVICE_NAME: midisrv \r\n        TYPE               : 30  WIN32  \r\n        STATE              : 4  RUNNING \r\n                                (STOPPABLE, NOT_PAUSABLE)\r\n        WIN32_EXIT_CODE    : 0  (0x0)\r\n';
  assert.equal(readServiceState(english), 'running');
  const german = english.replace('TYPE ', 'TYP  ').replace('STATE ', 'STATUS');
  assert.equal(readServiceState(german.replace(': 4', ': 1')), 'stopped');
  assert.equal(readServiceState('nonsense'), 'unknown');
});

test('sound devices: none, free, forbidden', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(inspectSoundDevices(join(folder, 'none')), undefined);
  assert.equal(judgeSoundDevices(undefined)[0]?.status, 'note');
  mkdirSync(join(folder, 'by-path'));
  writeFileSync(join(folder, 'midiC0D0'), '');
  writeFileSync(join(folder, 'pcmC0D0p'), '');
  const devices = inspectSoundDevices(folder);
  assert.deepEqual(devices, [{ path: join(folder, 'midiC0D0'), readable: true, writable: true }]);
  assert.equal(judgeSoundDevices(devices)[0]?.status, 'ok');
  const [forbidden] = judgeSoundDevices([{ path: '/dev/x', readable: false, writable: false }]);
  assert.equal(forbidden?.status, 'problem');
  assert.match(forbidden?.advice ?? '', /usermod -aG audio/);
});

test('the system: an old Node.js, Windows Subsystem for Linux, variables that matter', () => {
  const facts = inspectSystem();
  assert.ok(judgeSystem(facts).every(({ status }) => status === 'ok'));
  assert.equal(judgeSystem({ ...facts, node: '18.20.0' })[1]?.status, 'problem');
  assert.match(judgeSystem({ ...facts, isWine: true })[0]?.text ?? '', /, under Wine$/);
  const wsl = judgeSystem({ ...facts, platform: 'linux', release: '5.15-microsoft-standard-WSL2' });
  assert.match(wsl[2]?.advice ?? '', /in Windows itself/);
  assert.deepEqual(inspectEnvironment({ TERM: 'dumb', NO_COLOR: '', HOME: '/root' }), {
    TERM: 'dumb',
  });
});

test('the report: by section, advice once and in lines that fit', () => {
  const advice = 'Close the program that has it open, or choose another input.';
  const findings: Finding[] = [
    { section: 'Inputs', status: 'note', text: 'one', advice },
    { section: 'System', status: 'ok', text: 'Linux' },
    { section: 'Inputs', status: 'note', text: 'two', advice },
    { section: 'Inputs', status: 'problem', text: 'three', advice: 'Restart.' },
  ];
  const chalk = new Chalk({ level: 0 });
  assert.deepEqual(reportLines(findings, chalk, 40), [
    'System',
    '  ok       Linux',
    '',
    'Inputs',
    '  note     one',
    '  note     two',
    '  problem  three',
    '',
    'What to do',
    '  1. Restart.',
    '  2. Close the program that has it open,',
    '     or choose another input.',
  ]);
  assert.deepEqual(reportLines([], chalk, 40), ['Nothing is wrong.']);
});
