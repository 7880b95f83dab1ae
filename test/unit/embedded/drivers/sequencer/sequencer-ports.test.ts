/** The ports of the sequencer over a scripted libasound. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { deviceName } from '../../../../../src/embedded/drivers/device-name.js';
import type { ListedPort } from '../../../../../src/embedded/drivers/sequencer/sequencer.js';
import {
  createSequencerPorts,
  openSequencer,
  type SequencerPorts,
} from '../../../../../src/embedded/drivers/sequencer/sequencer-ports.js';
import type { KernelInput, PortReceiver } from '../../../../../src/embedded/kernel-port.js';
import {
  MIDIERR_NODEVICE,
  MMSYSERR_ALLOCATED,
  MMSYSERR_NOERROR,
} from '../../../../../src/winmm/constants.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import {
  announcement,
  midiEvent,
  ScriptedSequencer,
} from '../../../../support/scripted-sequencer.js';

const CLIENT_EXIT = 61;
const PORT_EXIT = 64;
const UNSUBSCRIBED = 67;
const ENOSPC = 28;
const EAGAIN = 11;
const ENOENT = 2;
const EBUSY = 16;
/** Read and write, and being connected for both. */
const BOTH = 1 | 2 | 32 | 64;
const READ_ONLY = 1 | 32;

const KEYS: ListedPort = {
  client: 20,
  port: 0,
  clientName: 'Keys',
  portName: 'Keys MIDI 1',
  capability: BOTH,
  card: -1,
  isKernel: true,
};

class Receiver implements PortReceiver {
  readonly events: string[] = [];

  deliver(bytes: Uint8Array, timeMs?: number): undefined {
    this.events.push(`${timeMs}: ${Buffer.from(bytes).toString('hex')}`);
  }

  lost(): void {
    this.events.push('lost');
  }

  gone(): void {
    this.events.push('gone');
  }
}

interface Bed {
  clock: FakeClock;
  library: ScriptedSequencer;
  ports: SequencerPorts;
}

function makeBed(...listed: ListedPort[]): Bed {
  const clock = new FakeClock(5000);
  const library = new ScriptedSequencer();
  library.ports = listed;
  return { clock, library, ports: createSequencerPorts(library, clock)! };
}

function openInput({ library }: Bed, input: KernelInput) {
  const receiver = new Receiver();
  assert.equal(input.open(receiver), MMSYSERR_NOERROR);
  input.start();
  return { receiver, client: library.clients.at(-1)!, watcher: library.clients[0]! };
}

describe('ports of the sequencer', () => {
  test('the ports of all clients that others may connect with, by client and port', () => {
    const { ports } = makeBed(
      { ...KEYS, client: 0, clientName: 'System', portName: 'Announce' },
      { ...KEYS, client: 14, clientName: 'Midi Through', portName: 'Midi Through Port-0' },
      { ...KEYS, capability: READ_ONLY },
      { ...KEYS, client: 129, capability: BOTH | 128 },
      { ...KEYS, client: 130, capability: 1 | 2 },
    );
    const shown = ports.list().map(({ name, address, isThrough, input, output }) => {
      const sides = `${input ? 'in' : ''}${output ? 'out' : ''}`;
      return `${address} ${name} ${sides}${isThrough ? ' through' : ''}`;
    });
    assert.deepEqual(shown, ['14:0 Midi Through, Port-0 inout through', '20:0 Keys, MIDI 1 in']);
  });

  test('the list is read again when something is announced, and the same port stays the same object', () => {
    const bed = makeBed(KEYS);
    const [keys] = bed.ports.list();
    bed.library.ports = [KEYS, { ...KEYS, client: 128, clientName: 'Synth', portName: 'in' }];
    assert.equal(bed.ports.list().length, 1);
    bed.library.clients[0]!.incoming.push(announcement(CLIENT_EXIT - 1, 128));
    const names = bed.ports.list().map(({ name }) => name);
    assert.deepEqual(names, ['Keys, MIDI 1', 'Synth, in']);
    assert.equal(bed.ports.list()[0], keys);
  });

  test('who wants to know of changes is told, while nothing is open, until he ends it', async () => {
    const { library, ports } = makeBed(KEYS);
    let told = 0;
    const end = ports.onChange(() => told++);
    const announce = async () => {
      library.clients[0]!.incoming.push(announcement(CLIENT_EXIT, 128));
      await library.wake();
    };
    await announce();
    await announce();
    assert.equal(told, 2);
    end();
    await announce();
    assert.equal(told, 2);
  });

  test('names keep what tells ports apart within 31 characters', () => {
    const nameOf = (clientName: string, portName: string) => deviceName({ clientName, portName });
    assert.equal(nameOf('Keys', 'Keys'), 'Keys');
    assert.equal(nameOf('Keys', 'Keyside'), 'Keys, Keyside');
    assert.equal(nameOf('Virtual Raw MIDI 0-0', 'VirMIDI 0-0'), 'Virtual Raw MIDI …, VirMIDI 0-0');
    const long = nameOf('A', 'the port with a very long name indeed, number 12');
    assert.equal(long.length, 31);
    assert.match(long, /^….*number 12$/);
  });

  test('no ports where the library opens no client', () => {
    const library = new ScriptedSequencer();
    library.openResult = -ENOENT;
    assert.equal(createSequencerPorts(library, new FakeClock()), undefined);
  });
});

describe('an input of the sequencer', () => {
  test("is connected while open, and has the kernel's times", async () => {
    const bed = makeBed(KEYS);
    const { receiver, client } = openInput(bed, bed.ports.list()[0]!.input!);
    assert.deepEqual(client.connections, [{ client: 20, port: 0 }]);
    bed.clock.advance(100);
    bed.library.queueMs = 100;
    client.incoming.push(
      midiEvent(60, 0x90, 0x3c, 0x40),
      midiEvent(61, 0xf0, 1),
      midiEvent(62, 0xf7),
    );
    await bed.library.wake();
    assert.deepEqual(receiver.events, ['5060: 903c40', '5061: f001', '5062: f7']);
  });

  test('an overrun is a loss', async () => {
    const bed = makeBed(KEYS);
    const { receiver, client } = openInput(bed, bed.ports.list()[0]!.input!);
    client.incoming.push(-ENOSPC, midiEvent(0, 0xfe));
    await bed.library.wake();
    assert.deepEqual(receiver.events, ['lost', '5000: fe']);
  });

  for (const [what, ...said] of [
    ['its client goes', CLIENT_EXIT, 20, 0],
    ['its port goes', PORT_EXIT, 20, 0],
    ['it is disconnected', UNSUBSCRIBED, 20, 0, 129, 0],
  ] as const) {
    test(`is gone when ${what}, after what it sent last`, async () => {
      const bed = makeBed(KEYS);
      const { receiver, client, watcher } = openInput(bed, bed.ports.list()[0]!.input!);
      const [type, ...data] = said;
      watcher.incoming.push(announcement(type, 21, ...data.slice(1)));
      await bed.library.wake();
      assert.deepEqual(receiver.events, []);
      watcher.incoming.push(announcement(type, ...data));
      client.incoming.push(midiEvent(0, 0xfe));
      await bed.library.wake();
      assert.deepEqual(receiver.events, ['5000: fe', 'gone']);
    });
  }

  test('is gone when it is missing after announcements were lost', async () => {
    const bed = makeBed(KEYS);
    const { receiver, watcher } = openInput(bed, bed.ports.list()[0]!.input!);
    watcher.incoming.push(-ENOSPC);
    await bed.library.wake();
    assert.deepEqual(receiver.events, []);
    bed.library.ports = [];
    watcher.incoming.push(-ENOSPC);
    await bed.library.wake();
    assert.deepEqual(receiver.events, ['gone']);
  });

  test('delivers nothing before it is started and after it is stopped, and closes its client', async () => {
    const bed = makeBed(KEYS);
    const input = bed.ports.list()[0]!.input!;
    const { receiver, client } = openInput(bed, input);
    input.stop();
    client.incoming.push(midiEvent(0, 0xfe), -ENOSPC);
    await bed.library.wake();
    assert.deepEqual(receiver.events, []);
    input.close();
    assert.ok(client.isClosed);
  });

  test('what cannot be connected is not open', () => {
    const bed = makeBed(KEYS);
    bed.library.connectResult = -EBUSY;
    const input = bed.ports.list()[0]!.input!;
    assert.equal(input.open(new Receiver()), MMSYSERR_ALLOCATED);
    assert.ok(bed.library.clients.at(-1)!.isClosed);
  });

  test('a port of its own has its name, and stays when others leave it', async () => {
    const bed = makeBed();
    const { receiver, client, watcher } = openInput(bed, bed.ports.createOwn('Recorder').input!);
    assert.equal(client.name, 'Recorder');
    assert.deepEqual(client.connections, []);
    watcher.incoming.push(announcement(CLIENT_EXIT, 20));
    client.incoming.push(announcement(UNSUBSCRIBED, 20, 0, 129, 0), midiEvent(0, 0xfe));
    await bed.library.wake();
    assert.deepEqual(receiver.events, ['5000: fe']);
  });
});

describe('an output of the sequencer', () => {
  test('of its own is unheard while it is open and nobody has connected', () => {
    const bed = makeBed();
    const own = bed.ports.createOwn('Player');
    assert.equal(own.isUnheard(), false);
    own.output!.open();
    assert.equal(own.isUnheard(), true);
    bed.library.readerCount = 1;
    assert.equal(own.isUnheard(), false);
  });

  test('sends no more ahead than a line takes, but short messages at once', async () => {
    const { clock, library, ports } = makeBed(KEYS);
    const output = ports.list()[0]!.output!;
    assert.equal(output.open(), MMSYSERR_NOERROR);
    const sent = output.play(new Uint8Array(3125));
    const bytesSent = () => library.sent.flat().length;
    assert.ok(bytesSent() >= 1024 && bytesSent() <= 1280, `${bytesSent()}`);
    assert.equal(output.play(Uint8Array.of(0xf8)), MMSYSERR_NOERROR);
    await clock.advanceAsync(500);
    assert.ok(bytesSent() < 500 * 3.125 + 1024 + 256 + 2, `${bytesSent()}`);
    await clock.advanceAsync(1000);
    assert.equal(await sent, MMSYSERR_NOERROR);
    assert.equal(bytesSent(), 3126);
    assert.equal(clock.pendingTimers, 0);
  });

  test('sends again what there was no room for', async () => {
    const { clock, library, ports } = makeBed(KEYS);
    const output = ports.list()[0]!.output!;
    output.open();
    library.writeResults = [-EAGAIN, -EAGAIN];
    const sent = output.play(Uint8Array.of(0x90, 0x3c, 0x40));
    await clock.advanceAsync(10);
    assert.equal(await sent, MMSYSERR_NOERROR);
    assert.deepEqual(library.sent, [[0x90, 0x3c, 0x40]]);
  });

  test('a wait for room is broken off', async () => {
    const { clock, library, ports } = makeBed(KEYS);
    const output = ports.list()[0]!.output!;
    output.open();
    library.writeResults = [-EAGAIN];
    const sent = output.play(Uint8Array.of(0xfe));
    output.cancel();
    assert.equal(await sent, MMSYSERR_NOERROR);
    assert.deepEqual(library.sent, []);
    assert.equal(clock.pendingTimers, 0);
  });

  test('a receiver that is not there any more is said', () => {
    const { library, ports } = makeBed(KEYS);
    const output = ports.list()[0]!.output!;
    output.open();
    library.writeResults = [-ENOENT];
    assert.equal(output.play(Uint8Array.of(0xfe)), MIDIERR_NODEVICE);
    output.close();
    assert.equal(output.play(Uint8Array.of(0xfe)), MIDIERR_NODEVICE);
  });
});

const MAPS = '/proc/self/maps';

test('where the kernel has no sequencer nothing is loaded', {
  skip: existsSync('/dev/snd/seq') || !existsSync(MAPS),
}, async () => {
  assert.equal(await openSequencer(new FakeClock()), 'no-sequencer');
  assert.doesNotMatch(readFileSync(MAPS, 'utf8'), /koffi|libasound/);
});
