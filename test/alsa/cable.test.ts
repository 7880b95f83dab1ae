/** `doctor --cable` on a real USB MIDI device, whose own side sends back what it gets. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { AlsaRun, cardOf, UsbDevice } from '../support/alsa-bed.js';
import { pause } from '../support/contract-fixture.js';
import { temporaryFolder } from '../support/run-midirec.js';

describe('the cable test on a USB MIDI device', () => {
  for (const [what, filter, verdict] of [
    ['sound', 'cat', /^ {2}ok +sysex is whole up to [\d,]+ bytes at full speed$/m],
    [
      'one that loses the byte 55',
      "tr -d '\\125'",
      /^ {2}problem +.*(is missing|are missing|arrive changed)/m,
    ],
  ] as const) {
    test(`a line that is ${what}`, async (test) => {
      const device = new UsbDevice('Bed Loop', 'loop', 1);
      test.after(() => device.remove());
      device.plug();
      await pause(1000);
      const node = `/dev/snd/midiC${cardOf('loop')}D0`;
      const line = spawn('sh', ['-c', `stdbuf -i0 -o0 ${filter} <${node} >${node}`]);
      test.after(() => line.kill());
      const args = ['doctor', '--cable', 'Bed Loop'];
      const { stdout, stderr } = await new AlsaRun(temporaryFolder(test), args).finished;
      test.diagnostic(stdout.toString());
      assert.match(stdout.toString(), verdict, stderr);
    });
  }
});
