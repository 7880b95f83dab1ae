/** What the facts mean to a person: a judge a section. */

import type { SequencerState } from '../backend.js';
import type { DeviceFacts } from '../capturing/device-facts.js';
import { describeLosses } from '../capturing/loss-report.js';
import { formatCounted } from '../terminal/figures.js';
import type { Facts } from './doctor-facts.js';
import { type Finding, findingsIn, type Section } from './doctor-findings.js';
import type { ListenAnswer } from './doctor-listen.js';

/** Oldest Node.js that midirec is made for. */
const OLDEST_NODE = 20;

const CALLBACKS = {
  'machine-code': 'callbacks run machine code: the fastest way',
  register: 'callbacks run JavaScript: slower, but it works',
  direct: 'callbacks are direct: the drivers are part of midirec',
} as const;

/** What is said of the ALSA sequencer, and what to do. */
const SEQUENCER: Record<SequencerState, readonly [what: string, advice?: string]> = {
  used: ['the ALSA sequencer is there: programs and devices are listed as it has them'],
  'not-wanted': [
    'raw MIDI devices, for --raw was given: one program at a time has one, and no program is listed',
  ],
  'no-sequencer': [
    'no ALSA sequencer (/dev/snd/seq): programs, Bluetooth and network MIDI cannot be recorded',
    'For MIDI of other programs, Bluetooth and network: sudo modprobe snd-seq (for good: echo snd-seq | sudo tee /etc/modules-load.d/snd-seq.conf).',
  ],
  'no-library': [
    'the ALSA sequencer needs libasound.so.2, which cannot be loaded: only raw MIDI devices are there',
    'Install libasound.so.2: the package is libasound2 or libasound2t64 on Debian and Ubuntu, alsa-lib elsewhere.',
  ],
  refused: [
    '/dev/snd/seq may not be opened: only raw MIDI devices are there',
    'You have no permission to use the ALSA sequencer: run sudo usermod -aG audio "$USER", then log out and in again.',
  ],
};

export function judge(facts: Facts): Finding[] {
  return [
    ...judgeSystem(facts),
    ...judgeWindows(facts),
    ...judgeBackend(facts),
    ...judgeInputs(facts),
    ...judgeListening(facts),
    ...judgeOutputs(facts),
    ...judgeEnvironment(facts),
  ];
}

function* judgeSystem({ system, soundDevices, backend }: Facts): Generator<Finding> {
  const { ok, note, problem } = findingsIn('System');
  const { platform, release, node } = system;
  const name = platform === 'win32' ? system.version : system.system;
  const wine = system.isWine ? ', under Wine' : '';
  yield ok('operating-system', `${name} ${release}, ${system.arch}${wine}`);
  yield Number.parseInt(node, 10) < OLDEST_NODE
    ? problem(
        'old-node',
        `Node.js ${node}`,
        `midirec needs Node.js ${OLDEST_NODE} or newer: install one.`,
      )
    : ok('node', `Node.js ${node}`);
  if (platform === 'linux' && /microsoft/i.test(release)) {
    yield note(
      'windows-subsystem',
      'this is Windows Subsystem for Linux, which has no MIDI devices',
      'Run midirec in Windows itself: there it finds the MIDI devices of the machine.',
    );
  }
  // What the sequencer has is listed once, as it has it.
  if (backend.sequencer === 'used') return;
  if (soundDevices === null || soundDevices?.length === 0) {
    const what =
      soundDevices === null ? 'no sound devices (/dev/snd)' : 'no MIDI device in /dev/snd';
    yield note(
      'no-sound-device',
      `${what}: only the demo devices and --port are there`,
      'To record an instrument, plug in a USB MIDI interface; a serial line or a FIFO can be given with --port.',
    );
  }
  for (const { path, readable, writable } of soundDevices ?? []) {
    yield readable && writable
      ? ok('sound-device', `${path} may be read and written`)
      : problem(
          'forbidden-sound-device',
          `${path} may not be ${readable ? 'written' : 'read'}: permission denied`,
          'You have no permission to use the sound devices: run sudo usermod -aG audio "$USER", then log out and in again.',
        );
  }
}

function* judgeWindows({ windows, backend }: Facts): Generator<Finding> {
  if (windows === undefined) return;
  const { ok, note, problem } = findingsIn('System');
  const { midiService, hasMidiServices, useLegacyMidi, smartAppControl } = windows;
  yield ok('windows-midi-services', `Windows MIDI Services: ${midiService}`);
  if (hasMidiServices && useLegacyMidi !== 1) {
    yield ok(
      'midi-stack',
      'winmm.dll leads to Windows MIDI Services: several programs can open an input; devices are renamed in the app MIDI Settings',
    );
  } else if (hasMidiServices !== undefined) {
    yield ok('midi-stack', 'winmm.dll leads to the drivers: most let one program open an input');
  }
  if (useLegacyMidi !== 0) {
    const what =
      useLegacyMidi === 1
        ? 'Windows MIDI Services is not used'
        : 'only devices with drivers of MIDI 1.0 are seen';
    yield note(
      'use-legacy-midi',
      `UseLegacyMidi is ${useLegacyMidi}: ${what}`,
      'If a device is missing: in the registry, set UseLegacyMidi to 0 under HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Drivers32, and restart.',
    );
  }
  if (smartAppControl !== 'on') {
    yield ok('smart-app-control', `Smart App Control: ${smartAppControl}`);
  } else if (backend.callbackKind !== undefined) {
    yield ok('smart-app-control', 'Smart App Control: on, and does not block midirec');
  } else {
    yield problem(
      'smart-app-control',
      'Smart App Control is on: it blocks programs that are not signed',
      'Smart App Control may be what blocks midirec: Windows Security, App & browser control, says so and turns it off. --backend embedded works all the same.',
    );
  }
}

function* judgeBackend({ backend, system, soundDevices }: Facts): Generator<Finding> {
  const { ok, note, problem } = findingsIn('MIDI');
  const { name, reason, error, hint, callbackKind, callbackReason } = backend;
  if (callbackKind === undefined) {
    const advice = hint && `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
    yield problem('broken-backend', `backend ${name} (${reason}) does not work: ${error}`, advice);
    return;
  }
  yield ok('backend', `backend ${name}: ${reason}`);
  // Where there are no sound devices at all that is said, and why it is so.
  if (backend.sequencer !== undefined && soundDevices !== null) {
    const [what, advice] = SEQUENCER[backend.sequencer];
    yield advice === undefined ? ok('sequencer', what) : note('sequencer', what, advice);
  }
  if (name === 'winmm') yield ok('winmm-dll', 'winmm.dll was found and loaded');
  const why = callbackReason ? ` (${callbackReason})` : '';
  const isSlow = callbackKind === 'register';
  yield (isSlow ? note : ok)('callback', `${CALLBACKS[callbackKind]}${why}`);
  if (name === 'embedded' && system.platform === 'win32') {
    yield note(
      'devices-of-windows-unused',
      'the devices of Windows are not used: this backend has devices of its own',
      'For the devices of Windows, give --backend winmm, and clear MIDIREC_BACKEND if it is set.',
    );
  }
}

function* judgeInputs({ inputs, listed, listening }: Facts): Generator<Finding> {
  const { ok, note, problem } = findingsIn('Inputs');
  if (inputs === undefined) return;
  if (inputs.length === 0) {
    yield problem(
      'no-input',
      'there is no MIDI input',
      'No MIDI input: plug the instrument or the interface in and switch it on. If it is, install its driver, or try another USB port and cable. --backend embedded has demo devices to try midirec with.',
    );
  }
  for (const device of inputs) {
    const { name } = device;
    const answer = listening?.inputs.find(({ id }) => id === device.id);
    if (answer?.state === 'in use') {
      yield note(
        'input-in-use',
        answer.holder === undefined ? 'in use by another program' : `in use: ${answer.holder}`,
        `${name} is in use: close the program that has it open (a sequencer, a browser with a MIDI page, the editor of the instrument), or choose another input.`,
        device,
      );
    } else if (answer?.state === 'failed') {
      yield problem(
        'broken-input',
        answer.error ?? '',
        `${name} cannot be used: unplug it and plug it in again, and look whether there is a newer driver.`,
        device,
      );
    } else yield ok('input', answer === undefined ? '' : heardText(answer), undefined, device);
  }
  yield* judgeList('Inputs', inputs, listed?.inputs);
}

/** What follows from all that was heard; nothing if nobody listened. */
function* judgeListening({ inputs, listening }: Facts): Generator<Finding> {
  const { note } = findingsIn('Inputs');
  const demos = new Set(inputs?.filter(({ demo }) => demo).map(({ id }) => id));
  const answers = listening?.inputs.filter(({ id }) => !demos.has(id)) ?? [];
  const heard = answers.filter(({ state }) => state === 'heard');
  if (heard.length > 0 && !heard.some(isPlayed)) {
    yield heard.some(({ messages }) => Object.keys(messages).length > 0)
      ? note(
          'nothing-played',
          'an instrument is there, but nothing was played',
          'The cable is right, for clock or active sensing arrives. If you did play: look whether the instrument transmits notes (Local, MIDI Out, the channel it sends on).',
        )
      : note(
          'nothing-arrived',
          'nothing arrived',
          'Nothing arrived. If you did play: the cable goes from the MIDI OUT of the instrument to the MIDI IN of the interface; the instrument is on and set to transmit; and it is this input that it is connected to.',
        );
  }
  for (const { name, losses } of answers) {
    const advice = `${name} does not deliver everything as it should: try another USB port, without a hub, and a newer driver.`;
    for (const line of describeLosses(losses, [name])) {
      yield note('loss', `${name}: ${line}`, advice, { name });
    }
  }
}

function* judgeOutputs({ outputs, listed }: Facts): Generator<Finding> {
  const { ok, note } = findingsIn('Outputs');
  if (outputs === undefined) return;
  if (outputs.length === 0) {
    yield note('no-output', 'there is no MIDI output: no request can be sent');
  }
  for (const device of outputs) yield ok('output', '', undefined, device);
  yield* judgeList('Outputs', outputs, listed?.outputs);
}

/** What is remarkable about devices together. */
function* judgeList(
  section: Section,
  devices: readonly DeviceFacts[],
  listed = devices.length,
): Generator<Finding> {
  const { note } = findingsIn(section);
  for (const name of new Set(devices.map((device) => device.name))) {
    const ids = devices.filter((device) => device.name === name).map(({ id }) => id);
    if (ids.length === 1) continue;
    yield note(
      'same-name',
      `${ids.length} have the same name: ${name} (${ids.join(', ')})`,
      `Several devices are called ${name}: name the one you mean by its id, and look at midirec list again after plugging.`,
      { name },
    );
  }
  const unknown = listed - devices.length;
  if (unknown > 0) {
    yield note(
      'undescribed-device',
      `the driver says nothing about ${unknown} of ${listed}: ${unknown === 1 ? 'it' : 'they'} cannot be opened`,
      'A driver lists a device that it says nothing about: unplug it and plug it in again, or restart.',
    );
  }
}

function* judgeEnvironment({ environment }: Facts): Generator<Finding> {
  const { ok } = findingsIn('Environment');
  for (const [name, value] of Object.entries(environment)) {
    yield ok('environment-variable', `${name}=${value}`);
  }
}

/** `15 notes on channels 1, 2 and 3, 1 sysex`; `nothing` if nothing came. */
export function heardText({ messages, notes, channels }: ListenAnswer): string {
  const { cc = 0, pc = 0, pb = 0, at = 0 } = messages;
  const { sysex = 0, clock = 0, transport = 0, sense = 0, system = 0 } = messages;
  const controls = cc + pc + pb + at;
  const played = [
    ...(notes > 0 ? [formatCounted(notes, 'note')] : []),
    ...(controls > 0 ? [formatCounted(controls, 'controller event')] : []),
  ].join(', ');
  const where = `on ${channels.length === 1 ? 'channel' : 'channels'} ${joined(channels)}`;
  const parts = [
    ...(played === '' ? [] : [`${played} ${where}`]),
    ...(sysex > 0 ? [formatCounted(sysex, 'sysex', 'sysex')] : []),
    ...(clock > 0 ? [formatCounted(clock, 'clock')] : []),
    ...(transport > 0 ? [formatCounted(transport, 'start or stop message')] : []),
    ...(sense > 0 ? ['active sensing'] : []),
    ...(system > 0 ? [formatCounted(system, 'system message')] : []),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** Whether anything came that is played, not sent by itself. */
function isPlayed({ messages }: ListenAnswer): boolean {
  const { clock, sense, ...others } = messages;
  return Object.keys(others).length > 0;
}

function joined(numbers: readonly number[]): string {
  if (numbers.length < 2) return numbers.join('');
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}
