// Tests midirec on a real ALSA sequencer and a real USB MIDI device, both in a kernel under QEMU.
// Arguments choose tests by a part of their file name. --within SECONDS is for a machine of which nothing is known:
// files for which that is not enough are left out with a word, and so is what is about time. --make only makes the
// bed, and says why not where it cannot be.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bed, machineCommand, makeBed, missingTools } from './alsa-bed.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Of a whole run; a program that hangs in the machine ends with it. */
const LIMIT_MS = 1_400_000;
/** Of one file. */
const FILE_LIMIT_S = 500;
/** With less a file is not begun; and so much is left for the machine to start and to end. */
const LEAST_S = 90;
const SPARE_S = 30;
/** What is about time, and means nothing on a machine that is busy with something else. */
const ABOUT_TIME = 'timing.test.js';
const { values: options, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: { within: { type: 'string' }, make: { type: 'boolean' } },
});
const withinS = options.within === undefined ? undefined : Number(options.within);

const missing = missingTools();
if (missing.length > 0) {
  process.stderr.write('test:alsa did not run, because this is missing:\n');
  for (const tool of missing) process.stderr.write(`  ${tool}\n`);
  process.exit(1);
}
if (options.make) {
  try {
    makeBed();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`test:alsa: the bed cannot be made: ${error.message}\n`);
    process.exit(1);
  }
}
const build = spawnSync('npm', ['run', '--silent', 'build:test'], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) process.exit(1);
const files = readdirSync(join(root, 'build/test/alsa'))
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => chosen.length === 0 || chosen.some((part) => name.includes(part)))
  .filter((name) => withinS === undefined || name !== ABOUT_TIME);
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
const limitMs = withinS === undefined ? LIMIT_MS : withinS * 1000;
const timer = setTimeout(() => machine.kill('SIGKILL'), limitMs);
machine.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text.replaceAll('\r', ''));
});
machine.on('close', () => {
  clearTimeout(timer);
  const answer = existsSync(status) ? readFileSync(status, 'utf8').trim() : '';
  const isLate = withinS !== undefined && ['', 'running'].includes(answer);
  if (isLate) process.stdout.write(`test:alsa: the machine did not get there in ${withinS} s\n`);
  const passed = answer === '0' || isLate;
  process.stdout.write(passed ? 'test:alsa passed\n' : 'test:alsa failed\n');
  process.exit(passed ? 0 : 1);
});

/** One file after the other: the machine is slow. */
function scriptOf(names) {
  const node = `'${process.execPath}' --enable-source-maps --test-reporter=spec`;
  return [
    `cd '${root}'`,
    'export NO_COLOR=1',
    'status=running',
    'finish() { echo $status >/mnt/results/status; }',
    'finish',
    'run() {',
    `  limit=${FILE_LIMIT_S}`,
    ...(withinS === undefined ? [] : [`  left=$((${withinS} - ${SPARE_S} - SECONDS))`]),
    ...(withinS === undefined ? [] : ['  if [ $left -lt $limit ]; then limit=$left; fi']),
    `  if [ $limit -lt ${LEAST_S} ]; then echo "left out, for there is no time for it: $1"; return; fi`,
    `  timeout $limit ${node} build/test/alsa/$1 </dev/null`,
    '  case $? in',
    '    0) ;;',
    ...(withinS === undefined
      ? []
      : ['    124) echo "left out, for it did not end in time: $1" ;;']),
    '    *) status=1; finish ;;',
    '  esac',
    '}',
    ...names.map((name) => `run ${name}`),
    'if [ $status = running ]; then status=0; fi',
    'finish',
    '',
  ].join('\n');
}
