/** `--preset` where there is an instrument at the other end: its driver gets pieces of that length, at that distance. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OptionValues } from 'commander';
import { backup } from '../../../../src/cli/backup/backup.js';
import { defineBackup } from '../../../../src/cli/backup/backup-options.js';
import type { CommandContext } from '../../../../src/cli/command.js';
import { restore } from '../../../../src/cli/restore/restore.js';
import { defineRestore } from '../../../../src/cli/restore/restore-options.js';
import { ConsoleOutput } from '../../../../src/cli/terminal/console-output.js';
import { createDemoRack } from '../../../../src/embedded/drivers/demo/demo-rack.js';
import { backendOver } from '../../../support/backend-bed.js';
import { useConfigFolder } from '../../../support/config-folder.js';
import { optionsFrom } from '../../../support/option-bed.js';
import { MODELS } from '../../../support/rack/models.js';
import { RackBed } from '../../../support/rack/rack-bed.js';
import { temporaryFolder } from '../../../support/run-midirec.js';
import { DX7_BANK } from '../../../support/synthesizers.js';

/** Milliseconds and lengths of what the driver of a DX7 was given to play while `run` ran. */
async function playedIn(
  t: TestContext,
  run: (context: CommandContext) => Promise<number>,
): Promise<{ timeMs: number; length: number }[]> {
  const bed = new RackBed();
  t.after(() => bed.stop.close());
  const played: { timeMs: number; length: number }[] = [];
  const port = createDemoRack(bed.clock, [MODELS.dx7!().instrument]);
  const output = port.output!;
  const winmm = bed.winMmOf({
    ...port,
    output: {
      open: () => output.open(),
      play(bytes) {
        played.push({ timeMs: bed.clock.nowMs(), length: bytes.length });
        return output.play(bytes);
      },
      cancel: () => output.cancel(),
      close: () => output.close(),
    },
  });
  const backend = backendOver(winmm, bed.clock);
  const context = {
    console: new ConsoleOutput({ quiet: true }),
    backend: { name: 'embedded' as const, reason: '', ports: [] },
    createBackend: async () => backend,
  };
  assert.equal((await bed.until(run(context))).value, 0);
  return played;
}

test('restore sends a bank as the preset says, not as the table does', async (t) => {
  const file = join(temporaryFolder(t), 'bank.syx');
  writeFileSync(file, DX7_BANK);
  const options = optionsFrom(defineRestore, [file, '--force', '--preset', 'casio-cz']);
  const played = await playedIn(t, (context) => restore(file, options, context));
  const begin = played.findIndex(({ length }) => length === 128);
  const bank = played.slice(begin, begin + 33);
  const lengths = Array.from({ length: 33 }, (_, at) => (at < 32 ? 128 : 8));
  assert.deepEqual(
    bank.map(({ length }) => length),
    lengths,
  );
  assert.ok(bank.slice(1).every(({ timeMs }, at) => timeMs - bank[at]!.timeMs >= 50));
});

test('backup asks at the pace of the preset', async (t) => {
  const folder = useConfigFolder(t);
  mkdirSync(join(folder, 'midirec', 'presets'), { recursive: true });
  const preset = { chunkBytes: 2, chunkDelayMs: 30, messageDelayMs: 0 };
  writeFileSync(join(folder, 'midirec', 'presets', 'pairs.json'), JSON.stringify(preset));
  const args = ['--instrument', 'dx7', '--allow-sleep', '-o', join(folder, 'all')];
  const options = optionsFrom(defineBackup, [...args, '--preset', 'Pairs']);
  const played = await playedIn(t, (context) => backup(options, context));
  // Who is there (6 bytes), and what it has (5 bytes each).
  assert.deepEqual(
    played.slice(0, 6).map(({ length }) => length),
    [2, 2, 2, 2, 2, 1],
  );
  for (const at of [1, 2, 4, 5]) {
    assert.ok(played[at]!.timeMs - played[at - 1]!.timeMs >= 30, `piece ${at}`);
  }
});

for (const define of [defineBackup, defineRestore]) {
  test(`${define.name}: a preset that is not there is an error of usage, with those that are`, () => {
    assert.throws(
      () => optionsFrom<never[], OptionValues>(define as never, ['x', '--preset', 'moog']),
      {
        message: "--preset: there is no preset 'moog'",
        hint: /^available: midi, roland, yamaha, casio-cz, slow/,
        exitCode: 2,
      },
    );
  });
}
