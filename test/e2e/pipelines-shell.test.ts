/** Pipelines as they are typed into a shell: with readers that take everything, and ones that stop early. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { runShell, shellSkipReason } from '../support/shell.js';

const IDENTITY = '-d "demo synth" --request "F0 7E 7F 06 01 F7"';
/** The demo synth's sample data, 300,008 bytes without pause: far more than a pipe holds. */
const SAMPLES = '-d "demo synth" --request "F0 7D 01 02 01 F7"';
/** What a pipeline may not show a person: stack traces, names of system calls, complaints. */
const FRIGHTENING = /EPIPE|SIGPIPE|broken pipe|Error|\bat .*:\d+|^midirec:|^hint:/im;

interface Pipeline {
  name: string;
  script: string;
  stdout: RegExp;
  /** Programs that it needs besides those of every system. */
  tools?: string[];
}

const WHOLE: Pipeline[] = [
  {
    name: 'one dump to xxd',
    script: `midirec sysex-dump ${IDENTITY} --count 1 | xxd`,
    stdout: /^00000000: f07e 1006 027d 0100 0100 0000 0100 f7 .*\n$/,
    tools: ['xxd'],
  },
  {
    name: 'a dump of 300,008 bytes to wc',
    script: `midirec sysex-dump ${SAMPLES} --count 1 | wc -c`,
    stdout: /^ *300008\n$/,
  },
  {
    name: 'messages to jq, as they arrive',
    script: `midirec record -d "demo keyboard" --json --duration 1s -o t.mid | jq -r 'select(.type == "message") | .bytes'`,
    stdout: /^([89a-f][0-9a-f]( [0-9a-f]{2})+\n)+$/,
    tools: ['jq'],
  },
  {
    name: 'a take to another program',
    script:
      'midirec record -d "demo keyboard" -o - --duration 1s | midirec show - --json | grep -c ppq',
    stdout: /^1\n$/,
  },
  {
    name: 'a take to a file',
    script:
      'midirec record -d "demo keyboard" -o - --duration 500ms | cat > t.mid; head -c 4 t.mid',
    stdout: /^MThd$/,
  },
  {
    name: 'the names of the inputs to jq',
    script: `midirec list --json | jq -r '.inputs[].name'`,
    stdout: /^(.*\n)*Demo keyboard\n(.*\n)*$/,
    tools: ['jq'],
  },
  {
    name: 'hex text from standard input, and back',
    script: 'echo F0 7E 7F 06 01 F7 | midirec show - --json | grep -c Universal',
    stdout: /^1\n$/,
  },
];

const EARLY: Pipeline[] = [
  {
    name: 'sysex-dump | xxd | head',
    script: `midirec sysex-dump ${SAMPLES} | xxd | head -n 1`,
    stdout: /^00000000: f0/,
    tools: ['xxd'],
  },
  {
    name: 'sysex-dump | head -c',
    script: `midirec sysex-dump ${SAMPLES} | head -c 1 | wc -c`,
    stdout: /^ *1\n$/,
  },
  {
    name: 'sysex-dump --hex | head',
    script: `midirec sysex-dump ${SAMPLES} --hex | head -n 1`,
    stdout: /300\.0 kB/,
  },
  {
    name: 'sysex-dump --json | head',
    script: `midirec sysex-dump ${SAMPLES} --json | head -n 1`,
    stdout: /^\{"type":"begin"/,
  },
  {
    name: 'record --json | head, which ends the recording',
    script: 'midirec record -d "demo keyboard" --json --duration 1h -o t.mid | head -n 1',
    stdout: /^\{"type":"begin"/,
  },
  {
    name: 'record --json | jq first',
    script: `midirec record -d "demo keyboard" --json --duration 1h -o t.mid | jq -rn 'input.type'`,
    stdout: /^begin\n$/,
    tools: ['jq'],
  },
  {
    name: 'record -o - into a program that ends at once',
    script: 'midirec record -d "demo keyboard" -o - --duration 500ms | true',
    stdout: /^$/,
  },
  {
    name: 'record -o - | head -c',
    script: 'midirec record -d "demo keyboard" -o - --duration 500ms | head -c 4',
    stdout: /^MThd$/,
  },
  {
    name: 'monitor | head',
    script: 'midirec monitor -d "demo keyboard" | head -n 1',
    stdout: /.\n$/,
  },
  {
    name: 'monitor --json | head',
    script: 'midirec monitor -d "demo keyboard" --json | head -n 1',
    stdout: /^\{"type":"begin"/,
  },
  { name: 'list | head', script: 'midirec list | head -n 1', stdout: /^Inputs/ },
  { name: 'list --json | head', script: 'midirec list --json | head -n 1', stdout: /^\{\n$/ },
  { name: 'list --json | true', script: 'midirec list --json | true', stdout: /^$/ },
  { name: '--help | head', script: 'midirec --help | head -n 1', stdout: /^Usage: midirec/ },
  {
    name: 'generate completions | true',
    script: 'midirec generate completions bash | true',
    stdout: /^$/,
  },
];

function skip({ tools = [] }: Pipeline): string | false {
  return shellSkipReason(...tools) ?? false;
}

describe('pipelines that are read to the end', () => {
  for (const pipeline of WHOLE) {
    const { name, script, stdout } = pipeline;
    test(name, { skip: skip(pipeline) }, async (t) => {
      const run = await runShell(script, temporaryFolder(t));
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stdout.toString(), stdout);
      assert.doesNotMatch(run.stderr, FRIGHTENING);
    });
  }
});

describe('pipelines whose reader stops early', () => {
  for (const pipeline of EARLY) {
    const { name, script, stdout } = pipeline;
    test(name, { skip: skip(pipeline) }, async (t) => {
      const folder = temporaryFolder(t);
      // Not the reader's exit code, which may be what it likes, but midirec's.
      const run = await runShell(`${script}; exit "\${PIPESTATUS[0]}"`, folder);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stdout.toString(), stdout);
      assert.doesNotMatch(run.stderr, FRIGHTENING);
      const take = join(folder, 't.mid');
      if (existsSync(take)) assert.deepEqual(readSmf(readFileSync(take)).damages, []);
    });
  }

  test('a reader of the view that goes ends the dump: its file is whole, or not there', {
    skip: shellSkipReason() ?? false,
  }, async (t) => {
    const folder = temporaryFolder(t);
    const script = `midirec sysex-dump ${SAMPLES} -o dump.syx --json | true; exit "\${PIPESTATUS[0]}"`;
    const run = await runShell(script, folder);
    assert.equal(run.code, 0, run.stderr);
    assert.doesNotMatch(run.stderr, FRIGHTENING);
    const dump = join(folder, 'dump.syx');
    if (existsSync(dump)) assert.equal(readFileSync(dump).length, 300_008);
  });
});

describe('what a pipeline is told', () => {
  test('a failure is the exit code of the pipeline, and its words are on standard error only', {
    skip: shellSkipReason() ?? false,
  }, async (t) => {
    const run = await runShell('midirec record -d nothing --json | cat', temporaryFolder(t));
    assert.equal(run.code, 2);
    assert.equal(run.stdout.toString(), '');
    assert.match(run.stderr, /^midirec: there is no MIDI input 'nothing'\nhint: /);
  });

  test('-q leaves standard error empty', { skip: shellSkipReason() ?? false }, async (t) => {
    const script = 'midirec -q record -d "demo keyboard" -o - --duration 300ms | cat >/dev/null';
    const run = await runShell(script, temporaryFolder(t));
    assert.deepEqual([run.code, run.stderr], [0, '']);
  });

  test('a full disk behind standard output is an error, not a quiet end', {
    skip: existsSync('/dev/full') ? (shellSkipReason() ?? false) : 'needs /dev/full',
  }, async (t) => {
    const folder = temporaryFolder(t);
    const script =
      'TMPDIR="$PWD" midirec record -d "demo keyboard" -o - --duration 300ms > /dev/full';
    const run = await runShell(script, folder);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /midirec: .*no space|ENOSPC/i);
    const [take] = readdirSync(folder).filter((name) => name.endsWith('.mid'));
    assert.ok(
      take !== undefined && run.stderr.includes(take),
      'the take is kept, and it is said where',
    );
  });
});
