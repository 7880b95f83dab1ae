/** Several inputs on one clock: in one order, independent of each other, closed together. */
import assert from 'node:assert/strict';
import type { CaptureSession } from '../../../src/capture/session.js';
import type { CloseReport } from '../../../src/winmm/calls/device-close.js';
import { MMSYSERR_ALLOCATED, MMSYSERR_ERROR } from '../../../src/winmm/constants.js';
import type { ScriptedFunction } from '../../support/call-scripts.js';
import {
  type CaptureBed,
  captureTest,
  lossesOf,
  rowsOf,
  sysexOf,
} from '../../support/capture-bed.js';
import { hex } from '../../support/input-client.js';

const NOTE_ON = 0x403c90;
const TWO = ['keys', 'pads'];

async function close(bed: CaptureBed, session: CaptureSession) {
  const closing = session.close();
  const tookMs = await bed.timeUntil(closing);
  return { reports: await closing, tookMs };
}

captureTest(
  'many inputs share the buffers that can be given back in time, a few have what they were to have',
  async (bed) => {
    const session = await bed.openSession({ buffers: 2048 });
    assert.deepEqual(
      session.inputs.map(({ buffers }) => buffers.count),
      Array(40).fill(Math.floor(65_536 / 40)),
    );
    await close(bed, session);
  },
  Array.from({ length: 40 }, (_, index) => `keys ${index}`),
);

function withoutProblem(reports: CloseReport[]): boolean {
  return reports.every(({ closed, hung, problem }) => closed && !hung && problem === '');
}

captureTest('one input: events come as they are polled', async (bed) => {
  const session = await bed.startSession();
  await bed.clock.advanceAsync(50);
  bed.device.short(NOTE_ON);
  await bed.clock.advanceAsync(50);
  assert.deepEqual(bed.rows, [[50, 0, 'short', '90 3c 40']]);
  assert.equal(session.nowMs, 100);
  assert.equal(session.buffersQueued, 4);
  assert.ok(withoutProblem((await close(bed, session)).reports));
});

captureTest(
  'two inputs that start at different moments are on one clock',
  async (bed) => {
    const [keys, pads] = bed.winmm.devices;
    bed.winmm.script('midiInStart', { device: 'pads', delayMs: 300 });
    const session = await bed.openSession();
    const starting = session.start((batch) => bed.rows.push(...rowsOf(batch)));
    await bed.clock.advanceAsync(100);
    keys!.short(0x013090);
    await bed.timeUntil(starting);
    await bed.clock.advanceAsync(200);
    keys!.short(0x024090);
    pads!.short(0x035090);
    await bed.clock.advanceAsync(100);
    // midiInStart of the second took 300 ms: its first message tells where in there its zero was.
    assert.deepEqual(bed.rows, [
      [100, 0, 'short', '90 30 01'],
      [500, 0, 'short', '90 40 02'],
      [500, 1, 'short', '90 50 03'],
    ]);
    await close(bed, session);
  },
  TWO,
);

captureTest(
  'events of two inputs come in order of time, and none is held back for long',
  async (bed) => {
    const session = await bed.startSession();
    const [keys, pads] = bed.winmm.devices;
    for (let step = 0; step < 200; step++) {
      (step % 3 === 0 ? keys : pads)!.short(0xf8);
      if (step % 10 === 0) assert.equal((step % 20 === 0 ? keys : pads)!.sysex(sysexOf(20)), 0);
      await bed.clock.advanceAsync(3);
    }
    await bed.clock.advanceAsync(15);
    assert.equal(bed.rows.length, 220);
    const times = bed.rows.map(([timeMs]) => timeMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.deepEqual(session.counts, { shortMessages: 200, sysexMessages: 20, sysexBytes: 400 });
    await close(bed, session);
  },
  TWO,
);

captureTest(
  'a message that comes late, with a time before what was handed on, keeps the order',
  async (bed) => {
    const session = await bed.startSession();
    const [keys, pads] = bed.winmm.devices;
    await bed.clock.advanceAsync(500);
    keys!.short(0xf8);
    await bed.clock.advanceAsync(60);
    pads!.short(0xfa, 450);
    await bed.clock.advanceAsync(60);
    assert.deepEqual(bed.rows, [
      [500, 0, 'short', 'f8'],
      [500, 1, 'short', 'fa'],
    ]);
    await close(bed, session);
  },
  TWO,
);

captureTest('closing hands on what is still there, and an unfinished sysex', async (bed) => {
  const session = await bed.startSession();
  await bed.clock.advanceAsync(20);
  bed.device.short(NOTE_ON);
  bed.device.long([0xf0, 1, 2]);
  await bed.clock.advanceAsync(100);
  assert.equal(session.sysexPauseMs, 3000);
  assert.equal(session.lastSysexMs, 20);
  await close(bed, session);
  assert.deepEqual(bed.rows, [
    [20, 0, 'short', '90 3c 40'],
    [20, 0, 'broken', 'f0 01 02'],
  ]);
  assert.deepEqual(lossesOf(session.ledger), { 'incomplete-sysex': 1 });
});

captureTest(
  'a sysex is seen in the buffer that is being filled, and when it goes on',
  async (bed) => {
    const session = await bed.startSession();
    bed.device.partly([0xf0, 1, 0]);
    await bed.clock.advanceAsync(20);
    assert.equal(session.sysexPauseMs, 16 / 3.125, 'what a line needs to fill a buffer');
    const seenMs = session.lastSysexMs!;
    await bed.clock.advanceAsync(100);
    assert.equal(session.lastSysexMs, seenMs);
    bed.device.partly([0xf0, 1, 0, 2]);
    await bed.clock.advanceAsync(20);
    assert.ok(session.lastSysexMs! >= 120);
    for (let round = 0; round < 5; round++) {
      bed.device.long([0xf0, 1, 0, 2, 0xf7]);
      await bed.clock.advanceAsync(20);
    }
    assert.equal(session.sysexPauseMs, 0, 'what stood in a buffer before is not taken for news');
    await close(bed, session);
    assert.deepEqual(lossesOf(session.ledger), {});
  },
);

captureTest('closing from within a batch: no event twice, none lost', async (bed) => {
  const session = await bed.openSession();
  let closing: Promise<CloseReport[]> | undefined;
  await session.start((batch) => {
    bed.rows.push(...rowsOf(batch));
    closing ??= session.close();
  });
  bed.device.short(NOTE_ON);
  bed.device.short(0xf8);
  await bed.clock.advanceAsync(60);
  assert.ok(closing !== undefined);
  assert.ok(withoutProblem(await closing));
  assert.deepEqual(
    bed.rows.map((row) => row[3]),
    ['90 3c 40', 'f8'],
  );
});

captureTest(
  'closing while the start is under way, and polling after the close',
  async (bed) => {
    bed.winmm.script('midiInStart', { delayMs: 30 });
    const session = await bed.openSession();
    const starting = session.start(() => {});
    assert.equal(session.nowMs, 0);
    const { reports } = await close(bed, session);
    await starting;
    assert.ok(withoutProblem(reports));
    await bed.clock.advanceAsync(1000);
    assert.equal(session.poll(), 0);
  },
  TWO,
);

captureTest('close can be called again, and before start', async (bed) => {
  const session = await bed.openSession();
  const { reports } = await close(bed, session);
  assert.equal(await session.close(), reports);
});

captureTest(
  'an input that cannot be opened: everything is closed again and the error thrown',
  async (bed) => {
    bed.winmm.script('midiInOpen', { device: 'pads', result: MMSYSERR_ALLOCATED });
    const opening = bed.openSession();
    await bed.timeUntil(opening);
    await assert.rejects(opening, /midiInOpen failed: MMSYSERR_ALLOCATED/);
  },
  TWO,
);

captureTest(
  'an input that cannot be opened may be left out',
  async (bed) => {
    bed.winmm.script('midiInOpen', { device: 'keys', result: MMSYSERR_ALLOCATED });
    const failures: string[] = [];
    const session = await bed.startSession({
      onOpenFailure: ({ name }, error) => {
        failures.push(`${name}: ${(error as Error).message}`);
        return true;
      },
    });
    assert.match(failures.join(), /^keys: midiInOpen failed/);
    bed.winmm.devices[1]!.short(NOTE_ON);
    await bed.clock.advanceAsync(60);
    assert.deepEqual(bed.rows, [[0, 0, 'short', '90 3c 40']]);
    assert.deepEqual(
      session.inputs.map(({ name }) => name),
      ['pads'],
    );
    await close(bed, session);
  },
  TWO,
);

captureTest(
  'inputs that cannot be started are left out if that is allowed, unless none is left',
  async (bed) => {
    bed.winmm.script('midiInStart', { device: 'keys', result: MMSYSERR_ERROR });
    const failures: string[] = [];
    const onOpenFailure = ({ name }: { name: string }, error: unknown) => {
      failures.push(`${name}: ${(error as Error).message}`);
      return true;
    };
    const session = await bed.startSession({ onOpenFailure });
    assert.match(failures.join(), /^keys: midiInStart failed/);
    assert.deepEqual(session.startedNames, ['pads']);
    bed.winmm.devices[1]!.short(NOTE_ON);
    await bed.clock.advanceAsync(60);
    assert.deepEqual(bed.rows, [[0, 1, 'short', '90 3c 40']]);
    await close(bed, session);

    bed.winmm.script('midiInStart', { device: 'pads', result: MMSYSERR_ERROR });
    const none = await bed.openSession({ onOpenFailure });
    await assert.rejects(
      none.start(() => {}),
      /midiInStart failed/,
    );
    await close(bed, none);
  },
  TWO,
);

for (const name of ['midiInOpen', 'midiInStart'] as const) {
  captureTest(
    `${name} of one input hangs: the other is recorded, and no driver is asked for the list`,
    async (bed) => {
      bed.winmm.script(name, { device: 'keys', hangs: true });
      const starting = bed.startSession({ onOpenFailure: () => true });
      await bed.timeUntil(starting);
      bed.winmm.midiInGetNumDevs = () => assert.fail('this might hang as well');
      await bed.clock.advanceAsync(5000);
      bed.winmm.devices[1]!.short(NOTE_ON);
      await bed.clock.advanceAsync(300);
      assert.equal(bed.rows.length, 1);
      await close(bed, await starting);
      const openHandles = name === 'midiInStart' ? 1 : 0;
      bed.leaves = { liveBlocks: 2, openHandles, pendingTimers: 0 };
    },
    TWO,
  );
}

captureTest(
  'without any input that could be opened there is nothing to start, and nothing is thrown',
  async (bed) => {
    for (const device of ['keys', 'pads']) {
      bed.winmm.script('midiInOpen', { device, result: MMSYSERR_ALLOCATED });
    }
    const session = await bed.startSession({ onOpenFailure: () => true });
    assert.deepEqual(session.inputs, []);
    await close(bed, session);
  },
  TWO,
);

captureTest(
  'one that fails to start: the error is thrown, the session can be closed',
  async (bed) => {
    bed.winmm.script('midiInStart', { device: 'pads', result: MMSYSERR_ERROR });
    const session = await bed.openSession();
    await assert.rejects(
      session.start(() => {}),
      /midiInStart failed/,
    );
    assert.ok(withoutProblem((await close(bed, session)).reports));
  },
  TWO,
);

captureTest(
  'eight inputs share the ring slots and close at once',
  async (bed) => {
    const session = await bed.startSession();
    for (const device of bed.winmm.devices) {
      bed.winmm.script('midiInClose', { device: device.name, delayMs: 1000, times: 1 });
      device.short(0xf8);
    }
    const { reports, tookMs } = await close(bed, session);
    assert.ok(withoutProblem(reports));
    assert.equal(tookMs, 1000);
    assert.deepEqual(
      bed.rows.map(([, device]) => device),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
  },
  ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
);

const AT_THE_END: ScriptedFunction[] = [
  'midiInStop',
  'midiInReset',
  'midiInUnprepareHeader',
  'midiInClose',
];

for (const name of AT_THE_END) {
  for (const [how, script] of [
    ['fails', { result: MMSYSERR_ERROR }],
    ['hangs', { hangs: true }],
  ] as const) {
    captureTest(
      `${name} of one input ${how}: the take is whole, the other input untouched`,
      async (bed) => {
        const session = await bed.startSession();
        const [keys, pads] = bed.winmm.devices;
        bed.winmm.script(name, { device: 'keys', ...script });
        keys!.short(NOTE_ON);
        assert.equal(pads!.sysex(sysexOf(40)), 0);
        await bed.clock.advanceAsync(10);
        keys!.short(0xf8);
        const { reports, tookMs } = await close(bed, session);
        assert.ok(tookMs <= 5000);
        assert.deepEqual(
          bed.rows.map(([, device, kind, bytes]) => `${device} ${kind} ${bytes}`),
          ['0 short 90 3c 40', `1 sysex ${hex(sysexOf(40))}`, '0 short f8'],
        );
        assert.deepEqual(reports[1], {
          name: 'pads',
          closed: true,
          hung: false,
          gone: false,
          problem: '',
        });
        assert.equal(reports[0]?.hung, how === 'hangs');
        const isKept = reports[0]?.closed === false;
        if (isKept) bed.leaves = { liveBlocks: 2, openHandles: 1, pendingTimers: 0 };
        // A fake driver whose midiInReset did nothing takes what follows for misuse.
        if (name === 'midiInReset') bed.winmm.misuse.length = 0;
      },
      TWO,
    );
  }
}

captureTest(
  'an input is looked at when something has come, and else about once a second',
  async (bed) => {
    const session = await bed.startSession();
    const { winmm, clock } = bed;
    let looks = 0;
    const readCounter = winmm.readCounter.bind(winmm);
    winmm.readCounter = () => {
      looks++;
      return readCounter();
    };
    for (let count = 0; count < 30; count++) {
      bed.device.short(0xf8);
      await clock.advanceAsync(1000 / 3);
    }
    assert.ok(looks <= 31, `${looks} looks at 30 messages in 10 s`);
    looks = 0;
    await clock.advanceAsync(60_000);
    assert.ok(looks <= 68, `${looks} looks in a minute of silence`);
    assert.equal(bed.rows.length, 30);
    await bed.timeUntil(session.close());
  },
);

captureTest('more inputs than a row can number are refused, and nothing is opened', async (bed) => {
  const devices = Array.from({ length: 257 }, (_, deviceId) => ({
    deviceId,
    name: `in ${deviceId}`,
  }));
  await assert.rejects(
    bed.openSession({ devices }),
    /^MidirecError: 257 inputs at once: 256 at most$/,
  );
  assert.deepEqual(bed.winmm.calls, []);
});

captureTest(
  'while who gets the batches is behind nothing is read, and nothing is lost',
  async (bed) => {
    let isBehind = true;
    const session = await bed.startSession({ isBehind: () => isBehind });
    bed.device.short(NOTE_ON);
    await bed.clock.advanceAsync(200);
    assert.deepEqual(bed.rows, []);
    isBehind = false;
    await bed.clock.advanceAsync(1000);
    assert.equal(bed.rows.length, 1);
    isBehind = true;
    bed.device.short(NOTE_ON);
    await bed.clock.advanceAsync(200);
    assert.equal(bed.rows.length, 1);
    await close(bed, session);
    assert.equal(bed.rows.length, 2, 'the end reads what there is');
    assert.deepEqual(bed.losses, {});
  },
);

captureTest(
  'sysex is handed on 1 MiB at a time, and no more of it to who is behind',
  async (bed) => {
    const buffers = { buffers: 1024, bufferSize: 4096 };
    const batches: number[] = [];
    const session = await bed.openSession({ ...buffers, isBehind: () => batches.length === 2 });
    await session.start(({ count }) => batches.push(count));
    for (let count = 0; count < 1000; count++) bed.device.sysex(sysexOf(4096));
    await bed.clock.advanceAsync(100);
    session.poll();
    assert.equal(batches.length, 2, 'whoever polls');
    batches.push(0);
    await bed.clock.advanceAsync(1000);
    assert.ok(Math.max(...batches) <= 512, `${batches}`);
    assert.equal(
      batches.reduce((sum, count) => sum + count),
      1000,
    );
    await close(bed, session);
    assert.deepEqual(bed.losses, {});
  },
);

captureTest(
  'of an input that was not read to its end nothing is overtaken by what another one sent later',
  async (bed) => {
    const [keys, pads] = bed.winmm.devices;
    const batches: number[] = [];
    const buffers = { buffers: 1024, bufferSize: 4096 };
    const session = await bed.openSession({ ...buffers, isBehind: () => batches.length === 1 });
    await session.start((batch) => {
      batches.push(batch.count);
      bed.rows.push(...rowsOf(batch));
    });
    for (let ms = 0; ms < 100; ms++) {
      for (let count = 0; count < 10; count++) keys!.sysex(sysexOf(4096));
      pads!.short(NOTE_ON);
      bed.clock.stall(1);
    }
    await bed.clock.advanceAsync(100);
    assert.equal(batches.length, 1);
    await bed.clock.advanceAsync(100);
    batches.push(0);
    await bed.clock.advanceAsync(1000);
    assert.ok(Math.max(...batches) <= 600, `${batches}`);
    assert.equal(bed.rows.length, 1100);
    for (const [device, each] of [
      [0, 10],
      [1, 1],
    ] as const) {
      const times = bed.rows.filter((row) => row[1] === device).map(([timeMs]) => timeMs);
      assert.deepEqual(
        times.map((timeMs) => timeMs - times[0]!),
        Array.from({ length: 100 * each }, (_, index) => Math.floor(index / each)),
      );
    }
    await close(bed, session);
    assert.deepEqual(bed.losses, {});
  },
  TWO,
);
