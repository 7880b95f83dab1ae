/** midirec.exe on Wine's winmm.dll, over the scripted driver. */
import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import { WINDOWS_PROGRAM, windowsSkipReason } from '../support/programs.js';
import { WineRun, type WineRunOptions } from '../support/wine-run.js';
import { noteAt } from '../support/wine-script.js';
import {
  assertReadersAgree,
  finishTake,
  playedEvents,
  shortMessages,
} from '../support/wine-take.js';

const NOTES = 200;
const SCRIPT = ['input "Keys"', `notes ${NOTES} every 1ms`, 'sysex size=50000 seed=7'].join('\n');

function start(args: readonly string[], options: WineRunOptions = {}): WineRun {
  return new WineRun(args, { script: SCRIPT, ...options }, WINDOWS_PROGRAM);
}

/** The folder that koffi is unpacked to, in the prefix's only user's profile. */
function cacheFolder(): string {
  const users = join(process.env.MIDIREC_WINE_BED!, 'prefix/drive_c/users');
  const user = readdirSync(users).find((name) => name !== 'Public');
  assert.ok(user !== undefined);
  return join(users, user, 'AppData/Local/midirec');
}

async function listInputs(): Promise<string[]> {
  const { code, stdout, stderr } = await start(['list', '--json']).finished;
  assert.equal(code, 0, stderr);
  const { backend, inputs } = JSON.parse(stdout);
  assert.equal(backend, 'winmm');
  return inputs.map(({ name }: { name: string }) => name);
}

describe('midirec.exe', { skip: windowsSkipReason() ?? false }, () => {
  test('says its version', async () => {
    const { code, stdout } = await start(['--version']).finished;
    assert.deepEqual([code, stdout.trim()], [0, packageJson.version]);
  });

  test('records what the driver plays, with the callback in machine code', async () => {
    const run = start(['record', '-v', '-o', 'take.mid']);
    await run.waitForEnd();
    run.kill('SIGINT');
    const { result, bytes } = await finishTake(run);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /callback: machine-code/);
    assert.ok(bytes !== undefined);
    assertReadersAgree(bytes);
    const events = playedEvents(bytes).flat();
    assert.deepEqual(
      shortMessages(events),
      Array.from({ length: NOTES }, (_, index) => noteAt(index)),
    );
    const sysex = events.find(({ status }) => status === 0xf0);
    assert.equal(sysex?.data.length, 49_999);
  });

  test('unpacks koffi once, to the cache of the user', async () => {
    rmSync(cacheFolder(), { recursive: true, force: true });
    assert.deepEqual(await listInputs(), ['Keys']);
    const [name, ...others] = readdirSync(cacheFolder());
    assert.match(name!, /^koffi-[0-9a-f]{16}\.node$/);
    assert.deepEqual(others, []);
    const path = join(cacheFolder(), name!);
    const { mtimeMs, ino } = statSync(path);
    assert.deepEqual(await listInputs(), ['Keys']);
    assert.deepEqual([statSync(path).mtimeMs, statSync(path).ino], [mtimeMs, ino]);
  });

  for (const [what, tamper] of Object.entries({
    'a byte is another': (path: string) => {
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(path, bytes);
    },
    'it is cut off': (path: string) => truncateSync(path, 1000),
    'it is another library': (path: string) => {
      const folder = join(process.env.MIDIREC_WINE_BED!, 'prefix/drive_c/windows/system32');
      writeFileSync(path, readFileSync(join(folder, 'winmm.dll')));
    },
  })) {
    test(`the unpacked koffi is replaced, not loaded, if ${what}`, async () => {
      await listInputs();
      const [name] = readdirSync(cacheFolder());
      const path = join(cacheFolder(), name!);
      const genuine = readFileSync(path);
      tamper(path);
      assert.notDeepEqual(readFileSync(path), genuine);
      assert.deepEqual(await listInputs(), ['Keys']);
      assert.ok(readFileSync(path).equals(genuine));
    });
  }

  test('where the cache cannot be written, it says so, and embedded devices still work', async () => {
    await listInputs();
    const folder = cacheFolder();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder should be');
    try {
      const failed = await start(['list']).finished;
      assert.equal(failed.code, 1, failed.stderr);
      assert.match(failed.stderr, /koffi, which calls winmm\.dll, could not be loaded/);
      const embedded = await start(['list', '--backend', 'embedded']).finished;
      assert.equal(embedded.code, 0, embedded.stderr);
      assert.match(embedded.stdout, /Demo keyboard/);
    } finally {
      rmSync(folder);
    }
  });

  test('a driver that hangs is ended in time: the watching thread is in the program too', async () => {
    const script = ['input "Keys"', 'hang add 60s'].join('\n');
    const run = start(['record', '-o', 'take.mid'], { script });
    const { code, stderr } = await run.finished;
    assert.equal(code, 1, stderr);
    assert.match(stderr, /midiInAddBuffer did not return within 10 s/);
    assert.ok(!existsSync(run.path('take.mid')) || statSync(run.path('take.mid')).size > 0);
  });
});
