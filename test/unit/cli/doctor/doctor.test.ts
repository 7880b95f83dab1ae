/** The doctor's findings: what each state of a machine is called, and what is advised. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { CaptureSession } from '../../../../src/capture/session.js';
import type { SequencerState } from '../../../../src/cli/backend.js';
import type { Facts } from '../../../../src/cli/doctor/doctor-facts.js';
import { adviceOf, type Finding } from '../../../../src/cli/doctor/doctor-findings.js';
import { heardText, judge } from '../../../../src/cli/doctor/doctor-judges.js';
import { type ListenAnswer, listen } from '../../../../src/cli/doctor/doctor-listen.js';
import { reportDocument, reportLines } from '../../../../src/cli/doctor/doctor-report.js';
import {
  inspectEnvironment,
  inspectSoundDevices,
  inspectSystem,
} from '../../../../src/cli/doctor/doctor-system.js';
import { readRegistry, readServiceState } from '../../../../src/cli/doctor/doctor-windows.js';
import { createBuiltInWinMm } from '../../../../src/embedded/drivers/built-in.js';
import { sleep } from '../../../../src/midi/waiting.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { temporaryFolder } from '../../../support/run-midirec.js';

/** A machine on which all is well, with `changes`. */
function factsOf(changes: Partial<Facts>): Facts {
  return {
    system: {
      platform: 'linux',
      system: 'Linux',
      release: '6.1',
      version: '#1',
      arch: 'x64',
      node: '20.1.0',
      isWine: false,
    },
    environment: {},
    backend: {
      name: 'embedded',
      reason: 'the default',
      callbackKind: 'direct',
      callbackReason: '',
    },
    ...changes,
  };
}

function devicesOf(...names: string[]) {
  return names.map((name, id) => {
    return { id, name, manufacturerId: 1, productId: 2, driverVersion: '1.0' };
  });
}

/** What is found on such a machine beyond what is always said. */
function judged(changes: Partial<Facts>): Finding[] {
  const usual = ['operating-system', 'node', 'backend', 'callback'];
  return judge(factsOf(changes)).filter(({ id }) => !usual.includes(id));
}

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
  return findings.map(({ status, subject, text }) =>
    [`${status}:`, ...(subject?.id === undefined ? [] : [subject.id, subject.name]), text].join(
      ' ',
    ),
  );
}

test('inputs: what came, in use, failed, the same name twice, none', () => {
  const inputs = devicesOf('Keys', 'Keys', 'Drum pad');
  const findings = judged({
    inputs,
    listed: { inputs: 4, outputs: 0 },
    listening: {
      ms: 1000,
      inputs: [
        answerOf({ messages: { note: 4, clock: 2, sense: 1 }, notes: 2, channels: [1, 10] }),
        answerOf({ id: 1, state: 'in use', error: '…' }),
        answerOf({ id: 2, name: 'Drum pad', state: 'failed', error: 'midiInOpen failed' }),
      ],
    },
  });
  assert.deepEqual(textsOf(findings), [
    'ok: 0 Keys 2 notes on channels 1 and 10, 2 clocks, active sensing',
    'note: 1 Keys in use by another program',
    'problem: 2 Drum pad midiInOpen failed',
    'note: 2 have the same name: Keys (0, 1)',
    'note: the driver says nothing about 1 of 4: it cannot be opened',
  ]);
  assert.match(adviceOf(findings)[0] ?? '', /^Drum pad cannot be used/);
  assert.deepEqual(textsOf(judged({ inputs: [], outputs: [] })), [
    'problem: there is no MIDI input',
    'note: there is no MIDI output: no request can be sent',
  ]);
  assert.deepEqual(textsOf(judged({ inputs: devicesOf('Pad'), outputs: devicesOf('Synth') })), [
    'ok: 0 Pad ',
    'ok: 0 Synth ',
  ]);
});

test('nothing came, only clock came, something was lost', () => {
  const idsOf = (...inputs: ListenAnswer[]) =>
    judged({ listening: { ms: 1000, inputs } }).map(({ id }) => id);
  assert.deepEqual(idsOf(), []);
  assert.deepEqual(idsOf(answerOf({ messages: { note: 1 } })), []);
  assert.deepEqual(idsOf(answerOf({})), ['nothing-arrived']);
  assert.deepEqual(idsOf(answerOf({ messages: { clock: 48 } }), answerOf({ id: 1 })), [
    'nothing-played',
  ]);
  const lossy = answerOf({
    messages: { note: 1 },
    losses: [{ kind: 'bad-time-stamp', device: 7, count: 3, firstMs: 0, lastMs: 9, detail: '' }],
  });
  assert.deepEqual(textsOf(judged({ listening: { ms: 1000, inputs: [lossy] } })), [
    'note: Keys: 3 time stamps of the driver cannot be right: the time of arrival was used, at 0.0 s',
  ]);
});

test('the silence of a demo device is no reason to look for cables', () => {
  const [demo] = devicesOf('midirec loopback');
  const listening = { ms: 1000, inputs: [answerOf({})] };
  assert.deepEqual(textsOf(judged({ inputs: [{ ...demo!, demo: true }], listening })), [
    'ok: 0 midirec loopback nothing',
  ]);
});

test('the backend: does not work, calls JavaScript, is not that of Windows', () => {
  const broken = {
    name: 'winmm',
    reason: 'the default',
    error: 'no winmm.dll',
    hint: 'take another',
  };
  assert.deepEqual(
    judged({ backend: broken as Facts['backend'] }).map(({ text, advice }) => [text, advice]),
    [['backend winmm (the default) does not work: no winmm.dll', 'Take another.']],
  );
  const slow = { name: 'winmm', reason: 'given', callbackKind: 'register', callbackReason: 'ARM' };
  assert.deepEqual(textsOf(judge(factsOf({ backend: slow as Facts['backend'] }))).slice(2), [
    'ok: backend winmm: given',
    'ok: winmm.dll was found and loaded',
    'note: callbacks run JavaScript: slower, but it works (ARM)',
  ]);
  const windows = { ...factsOf({}).system, platform: 'win32' } as const;
  assert.deepEqual(
    judged({ system: windows }).map(({ id }) => id),
    ['devices-of-windows-unused'],
  );
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
  let isOver = false;
  const listening = listen(winmm, clock, devices, sleep(clock, 100)).finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.advanceAsync(20);
  const { answers, haveClosed } = await listening;
  await other.close();
  winmm.dispose();
  assert.ok(haveClosed);
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

test('Windows: which MIDI stack, what may block koffi', () => {
  const drivers = (line: string) =>
    readRegistry(
      `\r\nHKEY_LOCAL_MACHINE\\…\\Drivers32\r\n    midi    REG_SZ    wdmaud.drv\r\n${line}\r\n`,
      '',
    );
  assert.equal(drivers('').hasMidiServices, false);
  assert.equal(drivers('    midi1    REG_SZ    wdmaud2.drv').hasMidiServices, true);
  assert.equal(drivers('    UseLegacyMidi    REG_DWORD    0x2').useLegacyMidi, 2);
  const policy = (state: string) =>
    readRegistry('', `    VerifiedAndReputablePolicyState    REG_DWORD    ${state}\r\n`);
  assert.deepEqual(policy('0x1'), {
    hasMidiServices: undefined,
    useLegacyMidi: 0,
    smartAppControl: 'on',
  });
  assert.equal(policy('0x2').smartAppControl, 'evaluating');
  assert.equal(policy('').smartAppControl, 'unknown');

  const windows = {
    midiService: 'running',
    hasMidiServices: true,
    useLegacyMidi: 0,
    smartAppControl: 'on',
  } as const;
  const broken = { name: 'winmm', reason: 'this is Windows', error: 'koffi …' } as const;
  const textsFor = (changes: object, backend: Facts['backend'] = factsOf({}).backend) =>
    textsOf(judged({ windows: { ...windows, ...changes }, backend }));
  assert.deepEqual(textsFor({}), [
    'ok: Windows MIDI Services: running',
    'ok: winmm.dll leads to Windows MIDI Services: several programs can open an input; devices are renamed in the app MIDI Settings',
    'ok: Smart App Control: on, and does not block midirec',
  ]);
  assert.deepEqual(textsFor({ useLegacyMidi: 1, smartAppControl: 'off' }).slice(1), [
    'ok: winmm.dll leads to the drivers: most let one program open an input',
    'note: UseLegacyMidi is 1: Windows MIDI Services is not used',
    'ok: Smart App Control: off',
  ]);
  assert.match(textsFor({}, broken)[2]!, /^problem: Smart App Control is on/);
});

test('sound devices: none, free, forbidden', (t) => {
  const statusesOf = (soundDevices: Facts['soundDevices']) =>
    judged({ soundDevices: soundDevices ?? null }).map(({ status }) => status);
  const folder = temporaryFolder(t);
  assert.equal(inspectSoundDevices(join(folder, 'none')), undefined);
  assert.deepEqual(statusesOf(null), ['note']);
  mkdirSync(join(folder, 'by-path'));
  writeFileSync(join(folder, 'midiC0D0'), '');
  writeFileSync(join(folder, 'pcmC0D0p'), '');
  const devices = inspectSoundDevices(folder);
  assert.deepEqual(devices, [{ path: join(folder, 'midiC0D0'), readable: true, writable: true }]);
  assert.deepEqual(statusesOf(devices), ['ok']);
  const forbidden = [{ path: '/dev/x', readable: false, writable: false }];
  assert.deepEqual(statusesOf(forbidden), ['problem']);
  assert.match(adviceOf(judged({ soundDevices: forbidden }))[0] ?? '', /usermod -aG audio/);
});

test('what the ALSA sequencer has is listed once; what is missing is said with what to do', () => {
  const soundDevices = [{ path: '/dev/snd/midiC0D0', readable: true, writable: true }];
  const findings = (sequencer: SequencerState) =>
    judged({ soundDevices, backend: { ...factsOf({}).backend, sequencer } });
  assert.deepEqual(textsOf(findings('used')), [
    'ok: the ALSA sequencer is there: programs and devices are listed as it has them',
  ]);
  assert.match(textsOf(findings('not-wanted'))[0]!, /midiC0D0/);
  for (const [lack, advice] of [
    ['no-sequencer', /modprobe snd-seq/],
    ['no-library', /libasound2/],
    ['refused', /usermod -aG audio/],
  ] as const) {
    assert.match(adviceOf(findings(lack)).join(), advice);
  }
});

test('the system: an old Node.js, Windows Subsystem for Linux, variables that matter', () => {
  const system = inspectSystem();
  const findings = (changes: object) => judge(factsOf({ system: { ...system, ...changes } }));
  assert.ok(findings({}).every(({ status }) => status === 'ok'));
  assert.equal(findings({ node: '18.20.0' })[1]?.status, 'problem');
  assert.match(findings({ isWine: true })[0]?.text ?? '', /, under Wine$/);
  const wsl = findings({ platform: 'linux', release: '5.15-microsoft-standard-WSL2' });
  assert.match(wsl[2]?.advice ?? '', /in Windows itself/);
  assert.deepEqual(inspectEnvironment({ TERM: 'dumb', NO_COLOR: '', HOME: '/root' }), {
    TERM: 'dumb',
  });
});

test('the report: by section, advice once and in lines that fit', async () => {
  const advice = 'Close the program that has it open, or choose another input.';
  const findings: Finding[] = [
    {
      id: 'a',
      section: 'Inputs',
      status: 'note',
      subject: { id: 1, name: '鍵盤' },
      text: 'one',
      advice,
    },
    { id: 'b', section: 'System', status: 'ok', text: 'Linux' },
    {
      id: 'a',
      section: 'Inputs',
      status: 'note',
      subject: { id: 2, name: 'Keys 3' },
      text: 'two',
      advice,
    },
    {
      id: 'c',
      section: 'Inputs',
      status: 'problem',
      subject: { name: 'x' },
      text: 'three',
      advice: 'Restart.',
    },
  ];
  const look = { chalk: new Chalk({ level: 0 }), columns: 40, pictures: true, unicode: true };
  assert.deepEqual(await reportLines(findings, look), [
    'System',
    '  ok       Linux',
    '',
    'Inputs',
    '  note      1  鍵盤    one',
    '  note      2  Keys 3  two',
    '  problem  three',
    '',
    'What to do',
    '  1. Restart.',
    '  2. Close the program that has it open,',
    '     or choose another input.',
  ]);
  assert.deepEqual(await reportLines([], look), ['Nothing is wrong.']);
  assert.deepEqual(JSON.parse(JSON.stringify(reportDocument(findings.slice(0, 2)))), {
    findings: [
      { id: 'a', section: 'Inputs', status: 'note', subject: '鍵盤', text: '1  鍵盤  one', advice },
      { id: 'b', section: 'System', status: 'ok', text: 'Linux' },
    ],
    advice: [advice],
  });
});
