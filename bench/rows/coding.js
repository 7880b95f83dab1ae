// The encoder that every note of a take goes through, and the parser that every byte of a cable goes through,
// beside packages of npm that do the same work on the same data.
import { createRequire } from 'node:module';
import { FLUSH_BYTES } from '../../build/dist/files/growing/take-flusher.js';
import { TrackEncoder } from '../../build/dist/files/smf/smf-encoding.js';
import { ByteStreamParser } from '../../build/dist/midi/byte-stream-parser.js';
import { describePeer, loadPeer } from '../peers.js';
import { formatMedian, formatNumber, median } from '../statistics.js';

const require = createRequire(import.meta.url);

const ROUNDS = 9;

/** Notes, controllers and pitch bend, a few ticks apart. */
function makeMessages(count) {
  const messages = [];
  let tick = 0;
  for (let index = 0; index < count; index++) {
    const channel = (index >>> 9) & 15;
    const data = index & 127;
    tick += (index * 7) % 5;
    if (index % 8 === 6) messages.push({ tick, bytes: [0xb0 | channel, 1, data] });
    else if (index % 8 === 7) messages.push({ tick, bytes: [0xe0 | channel, data, 64] });
    else messages.push({ tick, bytes: [(index & 1 ? 0x80 : 0x90) | channel, data, 64] });
  }
  return messages;
}

/** As dwParam1 has it. */
function pack([status, first, second]) {
  return status | (first << 8) | (second << 16);
}

/** `convert` for every message, with its delta. */
function withDeltas(messages, convert) {
  let before = 0;
  return messages.map(({ tick, bytes }) => {
    const event = convert(tick - before, bytes);
    before = tick;
    return event;
  });
}

/** An event as midi-file wants it. */
function asMidiFileEvent(deltaTime, [status, first, second]) {
  const channel = status & 15;
  const command = status & 0xf0;
  if (command === 0xe0) {
    return { deltaTime, type: 'pitchBend', channel, value: (first | (second << 7)) - 0x2000 };
  }
  if (command === 0xb0) {
    return { deltaTime, type: 'controller', channel, controllerType: first, value: second };
  }
  const type = command === 0x90 ? 'noteOn' : 'noteOff';
  return { deltaTime, type, channel, noteNumber: first, velocity: second };
}

/** Milliseconds of each round of each contender, in turn; a first round, which is not counted, warms all of them up. */
function race(contenders, rounds) {
  const times = contenders.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { run }] of contenders.entries()) {
      const beginMs = performance.now();
      run();
      if (round > 0) times[index].push(performance.now() - beginMs);
    }
  }
  return times;
}

function reportRace(report, contenders, times, count) {
  const perSecond = times.map((ms) => ms.map((one) => (count * 1000) / one));
  const own = median(perSecond[0]);
  report.table(
    ['', 'messages per second', 'midirec is × as fast'],
    contenders.map(({ title }, index) => [
      title,
      formatMedian(perSecond[index]),
      formatNumber(own / median(perSecond[index])),
    ]),
  );
  const best = Math.max(...perSecond.slice(1).map(median));
  report.goal('ahead of each', `${formatNumber(own / best)} × the next`, own > best);
}

export const encoderRow = {
  name: 'encoder',
  needs: ['peers'],
  async measure({ report, isQuick }) {
    const count = isQuick ? 100_000 : 1_000_000;
    const messages = makeMessages(count);
    const contenders = [encodeOwn(messages), encodeMidiFile(messages), encodeMidiEvents(messages)];
    const own = Buffer.concat(contenders[0].run());
    const others = contenders.slice(1).map(({ run }) => Buffer.from(run()));
    for (const [index, bytes] of others.entries()) {
      if (!bytes.includes(own)) throw new Error(`${contenders[index + 1].title} made other bytes`);
    }
    const times = race(contenders, ROUNDS);
    report.section(
      'Encoding Standard MIDI Files',
      `${formatNumber(count)} notes, controllers and pitch bends, from each one's own events to the bytes of a ` +
        `track, which are the same; one core, median of ${ROUNDS} rounds (smallest to largest). midirec hands the ` +
        'bytes on in pieces of a mebibyte, as it does while it records.',
    );
    reportRace(report, contenders, times, count);
  },
};

function encodeOwn(messages) {
  const ticks = Float64Array.from(messages, ({ tick }) => tick);
  const packed = Uint32Array.from(messages, ({ bytes }) => pack(bytes));
  return {
    title: 'midirec',
    run() {
      const track = new TrackEncoder(2 * FLUSH_BYTES);
      const pieces = [];
      for (let index = 0; index < ticks.length; index++) {
        track.addShort(ticks[index], packed[index]);
        if (track.length < FLUSH_BYTES) continue;
        pieces.push(track.detach(new Uint8Array(2 * FLUSH_BYTES)));
      }
      pieces.push(track.view());
      return pieces;
    },
  };
}

function encodeMidiFile(messages) {
  const { writeMidi } = require('midi-file');
  const { version } = require('midi-file/package.json');
  const track = withDeltas(messages, asMidiFileEvent);
  const header = { format: 0, numTracks: 1, ticksPerBeat: 480 };
  return {
    title: `midi-file ${version}`,
    run: () => writeMidi({ header, tracks: [track] }, { running: false }),
  };
}

function encodeMidiEvents(messages) {
  const MIDIEvents = loadPeer('midievents');
  const events = withDeltas(messages, (delta, [status, param1, param2]) => ({
    delta,
    type: MIDIEvents.EVENT_MIDI,
    subtype: status >> 4,
    channel: status & 15,
    param1,
    param2,
  }));
  return {
    title: describePeer('midievents'),
    run() {
      const bytes = new Uint8Array(MIDIEvents.getRequiredBufferLength(events));
      MIDIEvents.writeToTrack(events, bytes);
      return bytes;
    },
  };
}

/** What a cable brings: messages with their status bytes, MIDI clock between them, a sysex now and then. */
function makeCable(messages) {
  const sysex = [0xf0, 0x7d, ...new Array(97).fill(0x55), 0xf7];
  const bytes = [];
  let count = 0;
  for (const [index, message] of messages.entries()) {
    bytes.push(...message.bytes);
    if (index % 24 === 0) bytes.push(0xf8);
    if (index % 1000 === 0) bytes.push(...sysex);
    count += 1 + (index % 24 === 0) + (index % 1000 === 0);
  }
  return { bytes: Uint8Array.from(bytes), count };
}

export const parserRow = {
  name: 'parser',
  needs: ['peers'],
  async measure({ report, isQuick }) {
    const { bytes, count } = makeCable(makeMessages(isQuick ? 100_000 : 1_000_000));
    const contenders = [parseOwn(bytes), parseMidiParser(bytes), parseMidiMessages(bytes)];
    for (const { title, run } of contenders) {
      const found = run();
      if (found !== count) throw new Error(`${title} found ${found} of ${count} messages`);
    }
    const times = race(contenders, ROUNDS);
    report.section(
      'Parsing a byte stream',
      `${formatNumber(count)} messages as a cable brings them, ${formatNumber(bytes.length)} bytes, with MIDI clock ` +
        `and sysex in between; one core, median of ${ROUNDS} rounds (smallest to largest).`,
    );
    reportRace(report, contenders, times, count);
  },
};

function parseOwn(bytes) {
  return {
    title: 'midirec',
    run() {
      let count = 0;
      const visitor = {
        onShort: () => {
          count++;
        },
        onSysexBytes() {},
        onSysexEnd: () => {
          count++;
        },
        onInvalid() {},
      };
      new ByteStreamParser(true).feed(bytes, visitor);
      return count;
    },
  };
}

function parseMidiParser(bytes) {
  const Parser = loadPeer('midi-parser');
  return {
    title: describePeer('midi-parser'),
    run() {
      let count = 0;
      const parser = new Parser();
      parser.on('midi', () => {
        count++;
      });
      parser.on('sysex', () => {
        count++;
      });
      parser.write(bytes);
      return count;
    },
  };
}

function parseMidiMessages(bytes) {
  const { decode } = loadPeer('@lachenmayer/midi-messages', 'lib/decode');
  return {
    title: describePeer('@lachenmayer/midi-messages'),
    run() {
      let count = 0;
      decode(bytes, () => {
        count++;
      });
      return count;
    },
  };
}
