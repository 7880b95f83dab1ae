/** Which output is opened, when devices come and go after it was chosen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from '../../../../src/cli/backend.js';
import { chooseOutput } from '../../../../src/cli/capturing/device-choice.js';
import { openOutput, untilHeard } from '../../../../src/cli/capturing/sending.js';
import { StopRequests } from '../../../../src/cli/process/stop-requests.js';
import { ConsoleOutput } from '../../../../src/cli/terminal/console-output.js';
import { createBuiltInWinMm } from '../../../../src/embedded/drivers/built-in.js';
import { backendOver } from '../../../support/backend-bed.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { FakePort } from '../../../support/fake-port.js';

function bedWith(...names: string[]) {
  const clock = new FakeClock();
  const bed = { ports: names.map((name) => new FakePort(name)) };
  const backend = backendOver(
    createBuiltInWinMm(clock, () => bed.ports),
    clock,
  );
  return { bed, backend };
}

const gone = { code: 'NO_DEVICE', message: 'DX7 went away before it was opened' };

test('an output whose id another one has by now is not opened', async () => {
  const { bed, backend } = bedWith('Interface', 'DX7', 'M1');
  const device = chooseOutput(backend, 'dx7', 'sysex-send');
  bed.ports = bed.ports.slice(1);
  await assert.rejects(openOutput(backend, device), gone);
});

test('what a port of its own is to send waits until somebody has connected, or the run is to end', async () => {
  const clock = new FakeClock();
  const { backend } = bedWith();
  const console = new ConsoleOutput({ quiet: true });
  let isUnheard = true;
  const asked: Backend = { ...backend, clock, isUnheard: (name) => name === 'Player' && isUnheard };
  const wait = (name: string, stop = new StopRequests()) =>
    untilHeard(asked, { id: 0, name }, stop, console);
  await wait('DX7');
  const heard = wait('Player');
  await clock.advanceAsync(1000);
  assert.equal(await Promise.race([heard, 'waiting']), 'waiting');
  isUnheard = false;
  await clock.advanceAsync(1000);
  await heard;
  isUnheard = true;
  const stop = new StopRequests();
  const stopped = wait('Player', stop);
  stop.request('interrupt');
  await stopped;
});

test('an output that another one came in the place of while it was opened is closed again', async () => {
  const { bed, backend } = bedWith('Interface', 'DX7', 'M1');
  const device = chooseOutput(backend, 'dx7', 'sysex-send');
  const { winmm } = backend;
  const { midiOutOpen, midiOutClose } = winmm;
  let open = 0;
  winmm.midiOutOpen = (...args) => {
    bed.ports = bed.ports.slice(1);
    open++;
    return midiOutOpen(...args);
  };
  winmm.midiOutClose = (handle) => {
    open--;
    return midiOutClose(handle);
  };
  await assert.rejects(openOutput(backend, device), gone);
  assert.equal(open, 0);
});
