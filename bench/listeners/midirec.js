// Listens with midirec's own capture session, with the settings of `midirec record`.
import { pathToFileURL } from 'node:url';
import { Collector, nowTicks, readOrders } from './collector.js';

const orders = readOrders();
const dist = pathToFileURL(`${orders.dist}/`).href;
const { CaptureSession } = await import(`${dist}capture/session.js`);
const { systemClock } = await import(`${dist}midi/clock.js`);
const { EventKind } = await import(`${dist}midi/event-batch.js`);
const { createNativeWinMm } = await import(`${dist}winmm/native/native-winmm.js`);

const winmm = await createNativeWinMm({
  forceRegister: process.env.MIDIREC_CALLBACK === 'register',
});
const collector = new Collector(orders);
/** When each callback ran according to midirec, and the time of each message, in milliseconds of the take. */
const stampsMs = [];
const timesMs = [];
const session = await CaptureSession.open({
  winmm,
  clock: systemClock,
  devices: [{ deviceId: 0, name: 'Bench' }],
});
await session.start((batch) => {
  for (let row = 0; row < batch.count; row++) {
    if (batch.kind[row] === EventKind.SHORT) {
      collector.takeShort(batch.packed[row]);
      if (!orders.keepTimes) continue;
      stampsMs.push(batch.stampMs[row]);
      timesMs.push(batch.timeMs[row]);
    } else {
      collector.takeSysex(batch.payload[row]);
    }
  }
});
collector.watch(async (result) => {
  /** The take's zero in the driver's ticks; it is known for good only after the first message. */
  const zeroTicks = nowTicks() - session.nowMs * 10_000;
  await session.close();
  winmm.dispose();
  const inTicks = (ms) => zeroTicks + ms * 10_000;
  collector.leave({
    ...result,
    stampTicks: stampsMs.map(inTicks),
    timesMs,
    timeTicks: timesMs.map(inTicks),
  });
});
