// Opens, starts and closes midirec's capture session again and again; or stalls JavaScript while it is open.
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const orders = JSON.parse(process.argv[2]);
const dist = pathToFileURL(`${orders.dist}/`).href;
const { CaptureSession } = await import(`${dist}capture/session.js`);
const { systemClock } = await import(`${dist}midi/clock.js`);
const { createNativeWinMm } = await import(`${dist}winmm/native/native-winmm.js`);

const winmm = await createNativeWinMm();
const rounds = [];
for (let round = 0; round < (orders.rounds ?? 1); round++) {
  const beforeMs = performance.now();
  const session = await CaptureSession.open({
    winmm,
    clock: systemClock,
    devices: [{ deviceId: 0, name: 'Bench' }],
  });
  await session.start(() => {});
  const openedMs = performance.now();
  if (orders.stallMs !== undefined) {
    await pause(orders.stallAfterMs);
    while (performance.now() < openedMs + orders.stallAfterMs + orders.stallMs);
    await pause(orders.thenMs);
  }
  const closingMs = performance.now();
  await session.close();
  const closedMs = performance.now();
  const losses = session.ledger.entries().map(({ kind, count }) => [kind, count]);
  rounds.push({
    openMs: openedMs - beforeMs,
    closeMs: closedMs - closingMs,
    counts: session.counts,
    losses,
  });
}
winmm.dispose();
writeFileSync(orders.resultFile, JSON.stringify({ rounds }));
