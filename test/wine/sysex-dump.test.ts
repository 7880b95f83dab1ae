/** midirec sysex-dump on winmm.dll: dumps arrive whole, or it is told what is missing. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_BUFFER_SIZE, DEFAULT_BUFFERS } from '../../src/capture/buffers/buffer-defaults.js';
import { WineRun } from '../support/wine-run.js';
import { randomSysex, sysexContent } from '../support/wine-script.js';
import { CALLBACKS } from '../support/wine-take.js';

const RANDOM = { count: 500, min: 2, max: 100_000, seed: 21 };

/** Dumps what a script plays until it has ended (or the program has), and reads the file. */
async function dumpScript(
  lines: readonly string[],
  options: { args?: readonly string[]; env?: Record<string, string>; ends?: boolean } = {},
) {
  const { args = [], env = {}, ends = true } = options;
  const run = new WineRun(['sysex-dump', '-o', 'dump.syx', ...args], {
    script: lines.join('\n'),
    env,
  });
  if (ends) {
    await run.waitForEnd();
    run.kill('SIGINT');
  }
  const result = await run.finished;
  const path = run.path('dump.syx');
  const bytes = existsSync(path) ? readFileSync(path) : undefined;
  return { ...result, bytes, log: run.log() };
}

const STALLING = fileURLToPath(new URL('../support/stalling-program.js', import.meta.url));

/**
 * Dumps what a script plays while JavaScript stands still for half a second, and `after` that.
 * The driver drops what finds no buffer.
 */
async function dumpWhileStalled(meanwhile: readonly string[], after: readonly string[] = []) {
  const run = new WineRun(
    ['sysex-dump', '-o', 'dump.syx'],
    {
      script: [
        'input "Synth"',
        'starve drop',
        'touch started',
        'wait-file stalled',
        ...meanwhile,
        'touch played',
        'wait 1500ms',
        ...after,
      ].join('\n'),
    },
    STALLING,
  );
  await run.waitForEnd();
  run.kill('SIGINT');
  const { code, stderr } = await run.finished;
  assert.ok(existsSync(run.path('stalled')), stderr);
  const read = (name: string) => readFileSync(run.path(name));
  return { code, stderr, read };
}

for (const callback of CALLBACKS) {
  const env = { MIDIREC_CALLBACK: callback };
  describe(`midirec sysex-dump on winmm.dll, ${callback} callback`, () => {
    it(`${RANDOM.count} sysex of random sizes without pause, mixed with notes: the file is what was sent, and nothing counts as lost`, async () => {
      const { count, min, max, seed } = RANDOM;
      const { code, stderr, bytes } = await dumpScript(
        [
          'input "Synth"',
          'pace 10000000',
          `random count=${count} min=${min} max=${max} seed=${seed} notes=2`,
        ],
        { env },
      );
      assert.equal(code, 0, stderr);
      assert.ok(bytes?.equals(Buffer.concat(randomSysex(RANDOM))));
    });

    it('a burst of 2 MiB, faster than JavaScript can look, into a driver that drops what finds no buffer', async () => {
      const { code, stderr, bytes } = await dumpScript(
        ['input "Synth"', 'starve drop', 'sysex size=2097152 seed=9'],
        { env },
      );
      assert.equal(code, 0, stderr);
      assert.ok(bytes?.equals(sysexContent({ size: 2_097_152, seed: 9 })));
    });
  });
}

describe('midirec sysex-dump on winmm.dll, while JavaScript is stalled for 500 ms', () => {
  it('a burst of 2 MiB, in messages of all sizes: nothing is lost', async () => {
    const burst = { count: 230, min: 2, max: 20_000, seed: 5 };
    const sent = Buffer.concat(randomSysex(burst));
    assert.ok(sent.length > 2 * 1024 * 1024);
    const { code, stderr, read } = await dumpWhileStalled([
      `random count=${burst.count} min=${burst.min} max=${burst.max} seed=${burst.seed} notes=1`,
    ]);
    assert.equal(code, 0, stderr);
    assert.ok(read('dump.syx').equals(sent));
  });

  it('more than the buffers hold: the loss is told, what came before and after is whole', async () => {
    const message = (seed: number, size = 1_572_864) => sysexContent({ size, seed });
    const { code, stderr, read } = await dumpWhileStalled(
      [1, 2, 3, 4, 5, 6].map((seed) => `sysex size=1572864 seed=${seed}`),
      ['sysex size=500 seed=7'],
    );
    assert.equal(code, 3, stderr);
    assert.match(stderr, /the driver had no buffer left .*: sysex may be missing/);
    assert.match(stderr, /1 sysex incomplete/);
    const seeds = [1, 2, 3, 4, 5];
    const whole = Buffer.concat([...seeds.map((seed) => message(seed)), message(7, 500)]);
    assert.ok(read('dump.syx').equals(whole));
    // All that was in flight is there.
    const held = DEFAULT_BUFFERS * DEFAULT_BUFFER_SIZE - seeds.length * 1_572_864;
    assert.ok(read('dump.incomplete.syx').equals(message(6).subarray(0, held)));
  });
});

describe('midirec sysex-dump on winmm.dll', () => {
  it('the same with no pace at all, from a driver that drops: the buffers hold all of it', async () => {
    const { count, min, max, seed } = RANDOM;
    const { code, stderr, bytes } = await dumpScript(
      [
        'input "Synth"',
        'starve drop',
        `random count=${count} min=${min} max=${max} seed=${seed} notes=2`,
      ],
      { args: ['--buffers', '3500', '--buffer-size', '16384'] },
    );
    assert.equal(code, 0, stderr);
    assert.ok(bytes?.equals(Buffer.concat(randomSysex(RANDOM))));
  });

  it('a request is sent, and the answer is the dump', async () => {
    const { code, stderr, bytes, log } = await dumpScript(
      [
        'input "Synth"',
        'wait-output 0 f0 43 20 09 f7',
        'sysex size=4104 seed=12 head=430009',
        'output "Synth"',
        'complete async',
      ],
      { args: ['--request', 'f0 43 20 09 f7', '--to', 'Synth', '--count', '1'], ends: false },
    );
    assert.equal(code, 0, stderr);
    const head = [0x43, 0x00, 0x09];
    assert.ok(bytes?.equals(sysexContent({ size: 4104, seed: 12, head })));
    const sent = log.filter(({ event }) => event === 'long').map(({ bytes: hex }) => hex);
    assert.deepEqual(sent, ['f0432009f7']);
  });

  it('an output that returns the request once more when it is closed does the dump no harm', async () => {
    const request = ['--request', 'f0 43 20 09 f7', '--to', 'Synth', '--count', '1'];
    const { code, stderr, bytes, log } = await dumpScript(
      [
        'input "Synth"',
        'wait-output 0 f0 43 20 09 f7',
        'wait 1s',
        'sysex size=4104 seed=12',
        'output "Synth"',
        'complete async',
        'late 100 200ms',
      ],
      { args: request, ends: false },
    );
    assert.equal(code, 0, stderr);
    assert.ok(bytes?.equals(sysexContent({ size: 4104, seed: 12 })));
    assert.ok(
      log.some(({ event }) => event === 'late'),
      'it did return it once more',
    );
  });

  it('no answer within --timeout: exit code 1, nothing written, words that help', async () => {
    const { code, stderr, bytes } = await dumpScript(['input "Synth"', 'output "Synth"'], {
      args: ['--request', 'f0 43 20 09 f7', '--to', '0', '--timeout', '300ms'],
      ends: false,
    });
    assert.equal(code, 1);
    assert.match(stderr, /hint: /);
    assert.equal(bytes, undefined);
  });

  it('a broken message is told; what came before and after it is whole', async () => {
    const { code, bytes, stderr } = await dumpScript([
      'input "Synth"',
      'sysex size=500 seed=1',
      'sysex size=500 seed=2 piece=100 error=3',
      'sysex size=500 seed=3',
    ]);
    assert.equal(code, 3, stderr);
    assert.ok(bytes !== undefined);
    const before = sysexContent({ size: 500, seed: 1 });
    const after = sysexContent({ size: 500, seed: 3 });
    assert.ok(bytes.subarray(0, 500).equals(before));
    assert.ok(bytes.subarray(-500).equals(after));
  });

  it('more than the buffers hold, into a driver that waits 10 ms at most: the loss is told, and the rest is whole', async () => {
    const { code, bytes, stderr, log } = await dumpScript(
      [
        'input "Synth"',
        'starve drop',
        'sysex size=500 seed=1',
        'wait 200ms',
        'sysex size=60000 seed=2',
        'wait 200ms',
        'sysex size=500 seed=3',
      ],
      { args: ['--buffers', '2', '--buffer-size', '1024'] },
    );
    assert.ok(log.some(({ event }) => event === 'drop'));
    assert.equal(code, 3, stderr);
    assert.ok(bytes !== undefined);
    assert.ok(bytes.subarray(0, 500).equals(sysexContent({ size: 500, seed: 1 })));
    assert.ok(bytes.subarray(-500).equals(sysexContent({ size: 500, seed: 3 })));
  });
});
