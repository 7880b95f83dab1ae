/** Raw MIDI devices are found and named from what the kernel says about them. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  createAlsaPortSource,
  findAlsaRawDevices,
  holderOn,
} from '../../../../../src/embedded/drivers/streams/alsa-raw-devices.js';
import type {
  RawControl,
  RawSubdevice,
} from '../../../../../src/embedded/drivers/streams/raw-control.js';
import { RawWait } from '../../../../../src/embedded/drivers/streams/raw-reader.js';
import type { PortSource } from '../../../../../src/embedded/kernel-port.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { temporaryFolder } from '../../../../support/run-midirec.js';

const asound = temporaryFolder({ after });
const folders = { asound, devices: '/dev/snd' };

/** What the kernel writes for a device with one substream a side. */
function describeDevice(name: string, ...sides: string[]): string {
  const bytes = { Output: 'Tx bytes', Input: 'Rx bytes' } as Record<string, string>;
  return `${name}\n\n${sides.map((side) => `${side} 0\n  ${bytes[side]}     : 0\n`).join('')}`;
}

function addDevice(card: number, device: number, description: string): string {
  const path = join(asound, `card${card}`, `midi${device}`);
  mkdirSync(join(asound, `card${card}`), { recursive: true });
  writeFileSync(path, description);
  return path;
}

addDevice(10, 0, describeDevice('LPK25', 'Output', 'Input'));
addDevice(2, 1, describeDevice('Input only', 'Input'));
addDevice(2, 0, describeDevice('', 'Output'));
mkdirSync(join(asound, 'card0'));
mkdirSync(join(asound, 'seq'));
writeFileSync(join(asound, 'cards'), ' 2 [U]: USB-Audio - U');

test('by card and device number, with name and sides', () => {
  assert.deepEqual(
    findAlsaRawDevices(folders).map(({ name, path, input, output }) => [name, path, input, output]),
    [
      ['MIDI 2,0', '/dev/snd/midiC2D0', false, true],
      ['Input only', '/dev/snd/midiC2D1', true, false],
      ['LPK25', '/dev/snd/midiC10D0', true, true],
    ],
  );
});

test('none where there is no ALSA', () => {
  assert.deepEqual(findAlsaRawDevices({ asound: '/nowhere', devices: '/nowhere' }), []);
});

test('a device is the same port as long as it stays, and another one when it comes back', () => {
  const ports = createAlsaPortSource(new FakeClock(), undefined, folders);
  const [first, second, third] = ports();
  assert.deepEqual(ports(), [first, second, third]);
  assert.ok(ports()[2] === third && third?.input && third.output && !first?.input);
  rmSync(join(asound, 'card10', 'midi0'));
  assert.deepEqual(ports(), [first, second]);
  addDevice(10, 0, describeDevice('LPK25', 'Output', 'Input'));
  assert.notEqual(ports()[2], third);
});

test('who has a device is named, unless it is this process or has gone', () => {
  const owner = (id: number) => `  Owner PID    : ${id}\n  Mode         : native\n`;
  const describe = (output: number, input: number) =>
    `Held\n\nOutput 0\n  Tx bytes     : 0\n${owner(output)}Input 0\n  Rx bytes     : 0\n${owner(input)}`;
  const program = readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim();
  addDevice(11, 0, describe(process.pid, process.ppid));
  assert.equal(holderOn({ card: 11 }, 'midiIn', folders), `${program}, process ${process.ppid}`);
  assert.equal(holderOn({ card: 11 }, 'midiOut', folders), undefined);
  addDevice(11, 0, describe(2 ** 30, 2 ** 30));
  assert.equal(holderOn({ card: 11 }, 'midiIn', folders), undefined);
  assert.equal(holderOn({ card: 12 }, 'midiIn', folders), undefined);
});

test('each line of a device is a port with its own name, and knows who has it', () => {
  addDevice(
    12,
    0,
    `Box\n\nOutput 0\n  Tx bytes     : 0\nInput 0\n  Rx bytes     : 0\nInput 1\n  Owner PID    : ${process.ppid}\n`,
  );
  const box = (ports: PortSource) => ports().filter(({ name }) => name.startsWith('Box'));
  const names = new Map([[0, 'Box MIDI 1']]);
  const control: Pick<RawControl, 'nameOf'> = {
    nameOf: ({ subdevice }: RawSubdevice) => names.get(subdevice) ?? '',
  };
  const rawWait = new RawWait(control as RawControl);
  const [one, two] = box(createAlsaPortSource(new FakeClock(), rawWait, folders));
  assert.deepEqual([one?.name, two?.name], ['Box, MIDI 1', 'Box, 2']);
  assert.notEqual(one?.wPid, two?.wPid);
  assert.ok(one?.output && one.input && two?.input && !two.output);
  assert.equal(one?.holderOf?.('midiIn'), undefined);
  assert.match(two?.holderOf?.('midiIn') ?? '', new RegExp(`, process ${process.ppid}$`));
  const alone = box(createAlsaPortSource(new FakeClock(), undefined, folders));
  assert.deepEqual(
    alone.map(({ name }) => name),
    ['Box'],
  );
});
