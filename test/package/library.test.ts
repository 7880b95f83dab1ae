/** midirec as a library: TypeScript programs compile against the packed types, and run. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { installPackage, packPackage, runTool } from '../support/npm-package.js';
import { playedEvents } from '../support/wine-take.js';

const COMPILER = fileURLToPath(
  new URL('../../../node_modules/typescript/bin/tsc', import.meta.url),
);

/** As strict as can be, and without the types of Node.js: the library's own must stand alone. */
const STRICT = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    outDir: 'out',
  },
  include: ['*.ts'],
};

const CONSUMER = `
import {
  type EventBatch, EventKind, type MidiData, type MidiEvent, MidirecError, readTake, writeTake, listInputs, listOutputs, openInput, openOutput, openTake, openWinMm,
} from 'midirec';

declare const process: { stdout: { write(text: string): void } };
declare function setTimeout(action: () => void, delayMs: number): void;

const winmm = await openWinMm({ backend: 'embedded' });
const names: string[] = listInputs(winmm).map(({ name }) => name);
const outputs: number[] = listOutputs(winmm).map(({ id }) => id);

let code = '';
try {
  await openInput(winmm, 'no such thing');
} catch (error) {
  if (error instanceof MidirecError) code = error.code;
}

const session = await openInput(winmm, ['loopback']);
const output = await openOutput(winmm, 'loopback', { doneLimitMs: 1000 });
const take = openTake('loop.mid', { bpm: 90, deviceNames: ['Loop'] });
let sysexBytes = 0;
await session.start((batch: EventBatch) => {
  for (let row = 0; row < batch.count; row++) {
    if (batch.kind[row] === EventKind.SYSEX) sysexBytes += batch.payload[row]?.length ?? 0;
  }
  take.write(batch);
});
await output.sendShort(0x643c90);
await output.sendLong(Uint8Array.of(0xf0, 0x7d, 1, 2, 0xf7));
await output.sendShort(0x003c90);
await output.close();
await new Promise<void>((resolve) => setTimeout(resolve, 300));
const lengthMs = session.nowMs;
const reports = await session.close();
const { events } = await take.close(lengthMs);
winmm.dispose();
const data: MidiData = await readTake('loop.mid');
const [first]: MidiEvent[] = data.tracks.flat().filter(({ type }) => type === 'noteOn');
if (first?.type === 'noteOn') first.velocity = 1;
await writeTake('soft.mid', data);
const closed = reports.every((report) => report.closed);
const lost = session.ledger.count();
process.stdout.write(JSON.stringify({ names, outputs, code, sysexBytes, events, closed, lost }));
`;

describe('midirec as a library', () => {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-library-'));
  before(() => installPackage(packPackage(folder).tarball, folder));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('a strict TypeScript program compiles against it, and captures what it sends', () => {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(STRICT));
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
    const compiled = runTool(process.execPath, [COMPILER, '-p', '.'], folder);
    assert.equal(compiled.status, 0, compiled.stdout);
    const { status, stdout, stderr } = runTool(process.execPath, ['out/consumer.js'], folder);
    assert.equal(status, 0, stderr);
    const { names, outputs, ...rest } = JSON.parse(stdout);
    assert.ok(names.includes('Demo keyboard'));
    assert.ok(outputs.length > 0);
    assert.deepEqual(rest, {
      code: 'UNKNOWN_DEVICE',
      sysexBytes: 5,
      events: 3,
      closed: true,
      lost: 0,
    });
    const soft = playedEvents(readFileSync(join(folder, 'soft.mid'))).flat();
    assert.deepEqual(
      soft.map(({ packed }) => packed >>> 16),
      [1, 0, 0],
    );
    const events = playedEvents(readFileSync(join(folder, 'loop.mid'))).flat();
    assert.deepEqual(
      events.map(({ status }) => status),
      [0x90, 0xf0, 0x90],
    );
  });

  const examples = readFileSync('docs/library.md', 'utf8').matchAll(/```js\n([\s\S]*?)```/g);
  const expected = [/^[1-9]\d* notes, 0 lost\n$/, /^\d+ bytes\n$/, /^format 1, [1-9]\d* events\n$/];
  for (const [index, [, example]] of [...examples].entries()) {
    test(`example ${index + 1} of docs/library.md runs as it stands`, () => {
      writeFileSync(join(folder, `example-${index}.js`), example!);
      const run = runTool(process.execPath, [`example-${index}.js`], folder);
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stdout, expected[index]!);
    });
  }

  test('nothing but the entry can be imported', () => {
    const script = "import('midirec/dist/cli/main.js').catch(({ code }) => console.log(code))";
    const { stdout } = runTool(process.execPath, ['--eval', script], folder);
    assert.equal(stdout, 'ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });

  test('importing it loads neither the command line nor koffi', () => {
    const hook =
      'export async function load(url, context, next) { console.log(url); return next(url, context); }';
    const script =
      "import { register } from 'node:module';" +
      `register('data:text/javascript,${encodeURIComponent(hook)}');` +
      "await import('midirec');";
    const { status, stdout, stderr } = runTool(
      process.execPath,
      ['--input-type=module', '--eval', script],
      folder,
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /midirec\/dist\/index\.js/);
    assert.doesNotMatch(stdout, /dist\/cli|koffi|commander|chalk/);
  });
});
