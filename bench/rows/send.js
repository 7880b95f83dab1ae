// Sysex out on the embedded WinMm: how well a pace is kept, how even its pauses are, and how fast it goes without one.
import { createEmbeddedWinMm } from '../../build/src/embedded/embedded-winmm.js';
import { PortDriver } from '../../build/src/embedded/port-driver.js';
import { systemClock } from '../../build/src/midi/clock.js';
import { Output } from '../../build/src/output/output.js';
import { PacedSender } from '../../build/src/output/paced-sender.js';
import { messageDurationMs } from '../../build/src/output/pacing.js';
import { findSendPreset } from '../../build/src/output/send-presets.js';
import { formatNumber, median, percentile } from '../statistics.js';

const BANK_BYTES = 4104;
const MESSAGES = 10_000;
const GOAL_PERCENT = 5;

export const sendRow = {
  name: 'send',
  async measure({ report }) {
    const rows = [];
    for (const name of ['midi', 'roland', 'yamaha', 'casio-cz']) {
      rows.push([name, await sendPaced(findSendPreset(name))]);
    }
    report.section(
      'Pace of sysex-send',
      `A bank of ${formatNumber(BANK_BYTES)} bytes to an output that takes everything at once, by preset; pauses from piece to piece.`,
    );
    report.table(
      ['', 'wanted ms', 'took ms', 'pieces', 'pause ms', '5 %', '95 %', 'longest'],
      rows.map(([name, { wantedMs, tookMs, pauses }]) => [
        name,
        formatNumber(wantedMs),
        formatNumber(tookMs),
        pauses.length + 1,
        ...[median(pauses), ...[5, 95, 100].map((p) => percentile(pauses, p))].map(formatNumber),
      ]),
    );
    const [, { wantedMs, tookMs }] = rows[0];
    const offPercent = (Math.abs(tookMs - wantedMs) / wantedMs) * 100;
    report.goal(
      `the bank at 3,125 bytes/s in 1.31 s within ${GOAL_PERCENT} %`,
      `${(tookMs / 1000).toFixed(2)} s`,
      offPercent < GOAL_PERCENT,
    );
    report.note(
      `${formatNumber(MESSAGES)} messages of 5 bytes without a pace: ${formatNumber(await sendUnpaced())} ms.`,
    );
  },
};

async function sendPaced(pace) {
  const { output, timesMs } = await openSink();
  const sender = new PacedSender(output, systemClock, pace);
  const beganMs = systemClock.nowMs();
  await sender.send(new Uint8Array(BANK_BYTES));
  await sender.finish();
  const tookMs = systemClock.nowMs() - beganMs;
  await output.close();
  return {
    wantedMs: messageDurationMs(pace, BANK_BYTES),
    tookMs,
    pauses: timesMs.slice(1).map((timeMs, index) => timeMs - timesMs[index]),
  };
}

async function sendUnpaced() {
  const { output } = await openSink();
  const beganMs = systemClock.nowMs();
  for (let number = 0; number < MESSAGES; number++) {
    await output.submit(Uint8Array.of(0xf0, 0x7d, number >> 7, number & 0x7f, 0xf7));
  }
  await output.drain();
  const tookMs = systemClock.nowMs() - beganMs;
  await output.close();
  return tookMs;
}

/** An output that takes note of when it is given something. */
async function openSink() {
  const timesMs = [];
  const sink = {
    open: () => 0,
    play() {
      timesMs.push(systemClock.nowMs());
      return 0;
    },
    cancel() {},
    close() {},
  };
  const ports = [{ name: 'sink', wPid: 1, wTechnology: 1, output: sink }];
  const winmm = createEmbeddedWinMm(systemClock, [
    (host) => new PortDriver(host, systemClock, () => ports, 'synchronous'),
  ]);
  const output = await Output.open({ winmm, clock: systemClock, deviceId: 0, name: 'sink' });
  return { output, timesMs };
}
