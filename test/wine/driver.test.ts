/** The test driver plays Windows MIDI Services as its script says: seen from a C program that calls winmm.dll, without midirec. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MIDIERR_STILLPLAYING,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_ERROR,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
  MMSYSERR_NOTSUPPORTED,
} from '../../src/winmm/constants.js';
import { type Calls, callWinMm } from '../support/wine-calls.js';

/** midirec never asks with too little room. */
const MMSYSERR_MOREDATA = 21;
const LONG = ['MIM_LONGDATA', 'MIM_LONGERROR'];
const NOTE_PACKED = 0x403c90;
/** How far apart two readings of the clock may be that mean the same moment. */
const SAME_MS = 2000;

const repeated = (count: number, value: number) => Array.from({ length: count }, () => value);

/** Names by kind, as `names` has printed them from line `from` on. */
function names(calls: Calls, kind: 'input' | 'output', times: number): string[][] {
  const found = calls.lines.filter((line) => line[kind] !== undefined).map(({ name }) => name!);
  const each = found.length / times;
  return Array.from({ length: times }, (_, time) => found.slice(time * each, (time + 1) * each));
}

describe('the test driver as Windows MIDI Services', { concurrency: 2 }, () => {
  it('loading 1500ms: the first call waits, and no other', async () => {
    const calls = await callWinMm(['loading 1500ms', 'input "Keys"'], ['in 0', 'in 1', 'names']);
    const [first, second] = calls.lines.filter(({ call }) => call === 'midiInOpen');
    assert.ok(first!.ms! >= 1500, `${first!.ms} ms`);
    assert.ok(second!.ms! < 1000, `${second!.ms} ms`);
    const [loading, loaded] = calls.log.filter(({ event }) => event.startsWith('load')).slice(1);
    assert.ok(loaded!.qpc - loading!.qpc >= 15_000_000);
  });

  it('removal windows: only closing answers, STILLPLAYING; the device comes back and is opened again beside it', async () => {
    const script = ['input "Keys"', 'removal windows', 'replay continue', 'wait 200ms'];
    const calls = await callWinMm(
      [...script, 'stream f07d01', 'vanish 2s', 'short 903c40'],
      [
        ...['in 0', 'buffers 0 3 16', 'start 0', 'wait 600', 'stop 0', 'reset 0', 'unprepare 0'],
        ...['close 0', 'names', 'wait 2000', 'names', 'in 0', 'buffers 1 2 16', 'start 1'],
        ...['until 3', 'stop 1', 'reset 1', 'unprepare 1', 'close 1'],
      ],
    );
    assert.deepEqual(calls.results('midiInStop'), [MMSYSERR_NODRIVER, MMSYSERR_NOERROR]);
    assert.deepEqual(calls.results('midiInReset'), [MMSYSERR_NODRIVER, MMSYSERR_NOERROR]);
    assert.deepEqual(calls.results('midiInUnprepareHeader'), [
      ...repeated(3, MIDIERR_STILLPLAYING),
      ...repeated(2, MMSYSERR_NOERROR),
    ]);
    assert.deepEqual(calls.results('midiInClose'), [MIDIERR_STILLPLAYING, MMSYSERR_NOERROR]);
    assert.deepEqual(names(calls, 'input', 1), [['Keys']], 'listed only when it is back');
    const returned = calls.messages(...LONG).map(({ handle }) => handle);
    assert.deepEqual(returned, [1, 1], 'no buffer of the first opening ever returns');
    assert.equal(calls.messages('MIM_DATA')[0]?.handle, 1);
    const { opening, buffers, size } = calls.log.find(({ event }) => event === 'removed')!;
    assert.deepEqual([opening, buffers, size], [1, 3, 48], 'the half-filled buffer among them');
  });

  it('removal windows: twelve times over, a new open is accepted each time', async () => {
    const rounds = 12;
    const round = (handle: number) => [
      ...['in 0', `buffers ${handle} 2 16`, `start ${handle}`, 'wait 150', `close ${handle}`],
      'wait 150',
    ];
    const calls = await callWinMm(
      [
        'input "Keys"',
        'removal windows',
        'replay continue',
        `repeat ${rounds}`,
        'vanish 100ms',
        'end',
      ],
      Array.from({ length: rounds }, (_, handle) => round(handle)).flat(),
    );
    assert.deepEqual(calls.results('midiInOpen'), repeated(rounds, MMSYSERR_NOERROR));
    assert.deepEqual(calls.results('midiInAddBuffer'), repeated(rounds * 2, MMSYSERR_NOERROR));
    assert.deepEqual(calls.results('midiInClose'), repeated(rounds, MIDIERR_STILLPLAYING));
    const openings = calls.log.filter(({ event }) => event === 'removed');
    assert.deepEqual(
      openings.map(({ opening }) => opening),
      Array.from({ length: rounds }, (_, index) => index + 1),
    );
  });

  it('removal windows: an output that is gone answers NODRIVER, and can be closed', async () => {
    const calls = await callWinMm(
      ['output "Synth"', 'removal windows', 'vanish-after 1 forever'],
      ['out 0', 'short 0 903c40', 'short 0 803c40', 'long 0 f07d01f7', 'close 0'],
    );
    assert.deepEqual(calls.results('midiOutShortMsg'), [MMSYSERR_NOERROR, MMSYSERR_NODRIVER]);
    assert.notEqual(calls.results('midiOutLongMsg')[0], MMSYSERR_NOERROR);
    assert.deepEqual(calls.results('midiOutClose'), [MMSYSERR_NOERROR]);
    assert.equal(calls.messages('MOM_CLOSE').length, 1);
  });

  it('stop windows: half a sysex comes back as MIM_LONGERROR, and all that returns has the uptime for a stamp', async () => {
    const calls = await callWinMm(
      ['input "Keys"', 'stop windows', 'stream f07d01', 'short 903c40'],
      ['in 0', 'buffers 0 3 16', 'start 0', 'until 2', 'stop 0', 'reset 0', 'close 0'],
    );
    const { uptimeMs } = calls.lines[0]!;
    // A note in the middle ends the sysex only in the stream of a port; here it comes by itself.
    assert.ok(calls.messages('MIM_DATA')[0]!.timeMs! < SAME_MS);
    const returned = calls.messages(...LONG);
    assert.deepEqual(
      returned.map(({ message, bytes }) => [message, bytes]),
      [
        ['MIM_LONGERROR', 'f07d01'],
        ['MIM_LONGDATA', ''],
        ['MIM_LONGDATA', ''],
      ],
    );
    for (const { timeMs } of returned) {
      assert.ok(
        timeMs! >= uptimeMs! && timeMs! < uptimeMs! + SAME_MS,
        `${timeMs}, not ${uptimeMs}`,
      );
    }
    assert.equal(calls.log.find(({ event }) => event === 'cut')?.size, 3);
  });

  it('stop windows: a paced sysex has come as far as the line had brought it', async () => {
    const calls = await callWinMm(
      ['input "Keys"', 'stop windows', 'pace 1000', 'sysex size=900'],
      ['in 0', 'buffers 0 1 1000', 'start 0', 'wait 300', 'stop 0', 'reset 0', 'close 0'],
    );
    const [cut] = calls.messages(...LONG);
    assert.equal(cut?.message, 'MIM_LONGERROR');
    assert.ok(cut.size! >= 250 && cut.size! < 850, `${cut.size} bytes`);
  });

  it('rename: a device has another name while it is open and plays on; twins change theirs', async () => {
    const calls = await callWinMm(
      [
        ...['input "Keys"', 'rename "2- Keys"', 'rename input 1 "Keys"'],
        ...['rename output 0 "Keys (2)"', 'short 903c40', 'input "2- Keys"', 'output "Keys"'],
      ],
      ['in 0', 'names', 'start 0', 'until 2', 'names', 'stop 0', 'close 0'],
    );
    assert.deepEqual(names(calls, 'input', 2), [
      ['Keys', '2- Keys'],
      ['2- Keys', 'Keys'],
    ]);
    assert.deepEqual(names(calls, 'output', 2), [['Keys'], ['Keys (2)']]);
    assert.equal(calls.messages('MIM_DATA')[0]?.packed, NOTE_PACKED);
    assert.deepEqual(calls.results('midiInClose'), [MMSYSERR_NOERROR]);
  });

  it('vanish TIME "NAME": it comes back under another name', async () => {
    const calls = await callWinMm(
      ['input "Keys"', 'vanish 300ms "2- Keys"'],
      ['in 0', 'names', 'start 0', 'wait 600', 'names'],
    );
    assert.deepEqual(names(calls, 'input', 2), [['Keys'], ['2- Keys']]);
  });

  it('stall-after: the first call waits a second and fails, others fail at once; all of it is heard late, in order', async () => {
    const calls = await callWinMm(
      ['output "Synth"', 'stall-after 1 1500ms'],
      [
        ...['out 0', 'short 0 903c40', 'short 0 803c40', 'short 0 903d40', 'long 0 f07d01f7'],
        ...['wait 900', 'short 0 803d40', 'close 0'],
      ],
    );
    const sent = calls.lines.filter(({ call }) => /midiOut(Short|Long)Msg/.test(call ?? ''));
    assert.deepEqual(
      sent.map(({ result }) => result),
      [MMSYSERR_NOERROR, ...repeated(3, MMSYSERR_ERROR), MMSYSERR_NOERROR],
    );
    assert.ok(sent[1]!.ms! >= 1000 && sent[1]!.ms! < 1500, `${sent[1]!.ms} ms`);
    assert.ok(sent[2]!.ms! + sent[3]!.ms! < 200, 'the others do not wait');
    assert.equal(calls.messages('MOM_DONE').length, 0, 'no MOM_DONE after an error');
    const heard = calls.log.filter(({ bytes }) => bytes !== undefined).map(({ bytes }) => bytes);
    assert.deepEqual(heard, ['903c40', '803c40', '903d40', 'f07d01f7', '803d40']);
  });

  it('stall-after … lost: what failed is never heard', async () => {
    const calls = await callWinMm(
      ['output "Synth"', 'stall-after 1 1200ms lost'],
      ['out 0', 'short 0 903c40', 'short 0 803c40', 'wait 500', 'short 0 903d40', 'close 0'],
    );
    const { NOERROR, ERROR } = { NOERROR: MMSYSERR_NOERROR, ERROR: MMSYSERR_ERROR };
    assert.deepEqual(calls.results('midiOutShortMsg'), [NOERROR, ERROR, NOERROR]);
    const heard = calls.log.filter(({ bytes }) => bytes !== undefined).map(({ bytes }) => bytes);
    assert.deepEqual(heard, ['903c40', '903d40']);
  });

  it('stall-after: a stall shorter than a second is only a wait', async () => {
    const calls = await callWinMm(
      ['output "Synth"', 'stall-after 1 300ms'],
      ['out 0', 'short 0 903c40', 'short 0 803c40', 'close 0'],
    );
    assert.deepEqual(calls.results('midiOutShortMsg'), repeated(2, MMSYSERR_NOERROR));
  });

  it('starve windows: a sysex that finds no buffer in its middle takes the status byte behind it along', async () => {
    const calls = await callWinMm(
      [
        'input "Keys"',
        'starve windows',
        'wait 100ms',
        'stream f07d0102903c40913c40',
        'short 923c40',
      ],
      ['in 0', 'buffers 0 1 4', 'start 0', 'until 4', 'wait 100', 'stop 0', 'close 0'],
    );
    assert.deepEqual(
      calls.messages(...LONG, 'MIM_DATA').map(({ bytes, packed }) => bytes ?? packed),
      ['f07d0102', 0x403c91, 0x403c92],
      'the note-on of channel 1 is lost',
    );
    const [starved] = calls.log.filter(({ event }) => event === 'starved');
    const [lost] = calls.log.filter(({ event }) => event === 'lost');
    assert.equal(lost?.bytes, '90');
    assert.ok(lost.qpc - starved!.qpc >= 95_000, 'after 10 ms');
  });

  it('starve windows: at F0 it waits a millisecond, and not again until there was a buffer', async () => {
    const sysex = 'stream f07d01f7';
    const calls = await callWinMm(
      ['input "Keys"', 'starve windows', 'wait 100ms', sysex, sysex, sysex, sysex, 'short 903c40'],
      ['in 0', 'buffers 0 1 16', 'start 0', 'until 3', 'wait 100', 'stop 0', 'close 0'],
    );
    assert.deepEqual(
      calls.messages(...LONG).map(({ bytes }) => bytes),
      ['f07d01f7'],
    );
    assert.equal(
      calls.messages('MIM_ERROR').length,
      0,
      'nothing is said of the bytes of a dropped sysex',
    );
    assert.equal(calls.log.filter(({ event }) => event === 'starved').length, 1);
    assert.equal(calls.log.filter(({ event }) => event === 'lost').length, 3);
  });

  it('path: told for inputs and outputs by their ids, in bytes; else NOTSUPPORTED, as older drivers answer', async () => {
    const path = '\\\\?\\swd#mmdevapi#midiu_ks_1.keys#{504be32c}';
    const calls = await callWinMm(
      ['input "Older"', 'input "Keys"', `path "${path}"`, 'output "Keys"', `path "${path}"`],
      ['names', 'path in 0', 'path in 1', 'path in 2', 'path out 0', 'in 1', 'close 0'],
    );
    const size = (path.length + 1) * 2;
    const answers = calls.lines.filter(({ call }) => call?.startsWith('DRV_QUERY'));
    const known = [
      [MMSYSERR_NOERROR, size],
      [MMSYSERR_MOREDATA, ''],
      [MMSYSERR_NOERROR, path],
    ];
    assert.deepEqual(
      answers.map((line) => [line.result, line.size ?? line.path]),
      [[MMSYSERR_NOTSUPPORTED, 0], ...known, [MMSYSERR_BADDEVICEID, 0], ...known],
    );
    assert.deepEqual(calls.results('midiInClose'), [MMSYSERR_NOERROR], 'handles work as before');
  });
});
