// Tests midirec on a real ALSA sequencer and a real USB MIDI device, both in a kernel under QEMU.
// Arguments choose tests by a part of their file name.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bed, machineCommand, makeBed, missingTools } from './alsa-bed.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Of a whole run; a program that hangs in the machine ends with it. */
const LIMIT_MS = 1_400_000;
const chosen = process.argv.slice(2);

const missing = missingTools();
if (missing.length > 0) {
  process.stderr.write('test:alsa did not run, because this is missing:\n');
  for (const tool of missing) process.stderr.write(`  ${tool}\n`);
  process.exit(1);
}
const build = spawnSync('npm', ['run', '--silent', 'build:test'], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) process.exit(1);
const files = readdirSync(join(root, 'build/test/alsa'))
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => chosen.length === 0 || chosen.some((part) => name.includes(part)));
if (files.length === 0) {
  process.stderr.write(`test:alsa: no test ${chosen.join(', ')}\n`);
  process.exit(1);
}

makeBed();
const status = join(bed.results, 'status');
rmSync(status, { force: true });
const script = join(bed.folder, 'run.sh');
writeFileSync(script, scriptOf(files));
const [program, ...args] = machineCommand(script);
const machine = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const timer = setTimeout(() => machine.kill('SIGKILL'), LIMIT_MS);
machine.stdout.on('data', (bytes) => {
  process.stdout.write(String(bytes).replaceAll('\r', ''));
});
machine.on('close', () => {
  clearTimeout(timer);
  const passed = existsSync(status) && readFileSync(status, 'utf8').trim() === '0';
  process.stdout.write(passed ? 'test:alsa passed\n' : 'test:alsa failed\n');
  process.exit(passed ? 0 : 1);
});

/** One file after the other: the tests are about time, and the machine is slow. */
function scriptOf(names) {
  const node = `'${process.execPath}' --enable-source-maps --test-reporter=spec`;
  return [
    `cd '${root}'`,
    'status=0',
    ...names.map((name) => `timeout 500 ${node} build/test/alsa/${name} </dev/null || status=1`),
    'echo $status >/mnt/results/status',
    '',
  ].join('\n');
}
