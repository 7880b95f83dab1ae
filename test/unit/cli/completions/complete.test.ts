/** What is offered for the last word of a command line, whatever stands before it; and nothing but that is said. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CommandUnknownOpts } from 'commander';
import { MESSAGE_KINDS } from '../../../../src/cli/capturing/message-kinds.js';
import { complete, type ListDevices } from '../../../../src/cli/completions/complete.js';
import { describeOption, nameOf } from '../../../../src/cli/help/help-style.js';
import { buildProgram } from '../../../../src/cli/program.js';
import { parseTrigger } from '../../../../src/takes/trigger-rule.js';
import { temporaryFolder } from '../../../support/run-midirec.js';
import { DX7_BANK } from '../../../support/synthesizers.js';

const { program } = await buildProgram();

/** Says in its words what it was asked. */
const listDevices: ListDevices = async (kind, backend = 'default', ports, raw) => [
  {
    word: `Keystation ${[kind, backend, ...ports, ...(raw ? ['raw'] : [])].join(' ')}`,
    what: `${kind} 0`,
  },
  { word: `Other ${kind}`, what: `${kind} 1` },
];

/** The first line, and the words. */
async function ask(...words: string[]): Promise<{ look: string; offered: string[] }> {
  const answer = await complete(['--', ...words], listDevices);
  assert.match(answer, /\n$/);
  const [look = '', ...lines] = answer.slice(0, -1).split('\n');
  return { look, offered: lines.map((line) => line.split('\t')[0]!) };
}

test('of a file the names of its patches are offered, and the device numbers of its instrument', async (t) => {
  const file = join(temporaryFolder(t), 'bank.syx');
  const bank = DX7_BANK.slice();
  bank.set(Buffer.from('BRASS   1 '), 6 + 118);
  writeFileSync(file, bank);
  assert.deepEqual((await ask('sysex-send', file, '--patch', 'br')).offered, ['BRASS   1']);
  assert.deepEqual((await ask('restore', file, '--device-number', '16')).offered, ['16']);
});

describe('words', () => {
  for (const [line, offered] of [
    ['rec', ['record']],
    ['dump', ['sysex-dump']],
    ['--backend embedded rec', ['record']],
    ['--backend emb', ['embedded']],
    ['--port list rec', ['record']],
    ['-q mon', ['monitor']],
    ['gen', []],
    ['sysex-dump --instrument dx7 --what v', ['voice']],
    ['sysex-dump --what v', []],
    [
      'sysex-dump --instrument cz101 --what tone --patch 4',
      ['40', '41', '42', '43', '44', '45', '46', '47'],
    ],
    ['sysex-dump --instrument dx7 --patch ', []],
    [
      'sysex-dump --instrument dx7 --device-number 1',
      ['1', '10', '11', '12', '13', '14', '15', '16'],
    ],
    ['backup --instrument cz101@um-one --device-number 16', ['16']],
    ['sysex-send /nowhere --patch ', []],
    ['generate ', ['completions']],
    ['generate completions f', ['fish']],
    ['generate completions ', ['bash', 'zsh', 'fish', 'powershell']],
    ['help sysex-d', ['sysex-dump']],
    ['record --dur', ['--duration']],
    ['record -d', ['-d']],
    ['record --nothing --dur', ['--duration']],
    ['record --vers', ['--version']],
    ['record --hel', ['--help']],
    ['record x', []],
    ['record -- --dur', []],
    ['--color ', ['auto', 'always', 'never']],
    ['--color = ', ['auto', 'always', 'never']],
    ['--color =', ['auto', 'always', 'never']],
    ['--color=a', ['--color=auto', '--color=always']],
    ['--color=auto rec', ['record']],
    ['record --format ', ['0', '1']],
    ['record --color a', ['auto', 'always']],
    ['record --FORM', ['--format']],
    ['split x.mid --by CH', ['channel']],
    ['sysex-send x.syx --preset r', ['roland']],
    ['sysex-send x.syx --preset ', ['midi', 'roland', 'yamaha', 'casio-cz', 'slow']],
    ['sysex-send x.syx -d ', ['Keystation output default', 'Other output']],
    ['sysex-send x.syx --wait-reply --dry', ['--dry-run']],
    ['sysex-send x.syx --wait-reply ', []],
    ['sysex-send x.syx --wait-reply 2s --dry', ['--dry-run']],
    ['monitor --only t', ['transport']],
    ['monitor --only note,cc,c', ['note,cc,clock']],
    [
      'record --channel 2,16,1',
      ['2,16,1', '2,16,10', '2,16,11', '2,16,12', '2,16,13', '2,16,14', '2,16,15'],
    ],
    ['monitor --channel 1,1', ['1,10', '1,11', '1,12', '1,13', '1,14', '1,15', '1,16']],
    ['record -d other', ['Other input']],
    ['record -d station', ['Keystation input default']],
    ['record -d "key', ['Keystation input default']],
    ['record -d k\\e', []],
    ['record -d nothing', []],
    ['record --port a --thru k', ['Keystation output default a']],
    ['--backend winmm record --port=a --port b -d k', ['Keystation input winmm a b']],
  ] as const) {
    test(`midirec ${line}`, async () => {
      const answer = await ask(...line.split(' '));
      assert.equal(answer.look, '');
      assert.deepEqual(answer.offered, offered);
    });
  }
});

describe('every command and option, with what it is for', () => {
  const everyCommandOf = (command: CommandUnknownOpts): CommandUnknownOpts[] =>
    command.commands.flatMap((each) => [each, ...everyCommandOf(each)]);

  for (const command of [program, ...everyCommandOf(program)]) {
    const path = nameOf(command).split(' ').slice(1);
    test(['midirec', ...path].join(' '), async () => {
      const lines = (await complete(['--', ...path, '-'], listDevices)).split('\n');
      for (const option of [...command.options, ...program.options]) {
        assert.ok(lines.includes(`${option.long}\t${describeOption(option)}`), option.flags);
      }
    });
  }

  test('commands, but no hidden ones', async () => {
    const lines = (await complete(['--', ''], listDevices)).trim().split('\n');
    const visible = program.createHelp().visibleCommands(program);
    assert.deepEqual(
      lines,
      visible.map((command) => `${command.name()}\t${command.description()}`),
    );
  });
});

/** What is offered where nothing has been typed yet. */
const VALUES: [line: string, look: string, first: string | undefined][] = [
  ['--backend', '', 'winmm'],
  ['--port', 'files', undefined],
  ['record -d', '', 'Keystation input default'],
  ['--raw record -d', '', 'Keystation input default raw'],
  ['record --channel', '', '1'],
  ['record --duration', '', undefined],
  ['record --until-idle', '', undefined],
  ['record --split-idle', '', undefined],
  ['record --on', '', 'cc 64'],
  ['record --commands', 'files', undefined],
  ['record -o', 'files mid MID midi MIDI kar KAR rmi RMI', undefined],
  ['record --track-per', '', 'device'],
  ['record --bpm', '', undefined],
  ['record --tap', '', 'cc 64'],
  ['record --metronome', '', 'Keystation output default'],
  ['record --thru', '', 'Keystation output default'],
  ['record --thru-channel', '', undefined],
  ['sysex-dump -d', '', 'Keystation input default'],
  ['sysex-dump --to', '', 'Keystation output default'],
  ['sysex-dump --request', 'files', undefined],
  ['sysex-dump -o', 'files syx SYX', undefined],
  ['sysex-send', 'files syx SYX hex HEX mid MID midi MIDI kar KAR rmi RMI', undefined],
  ['sysex-send x.syx -d', '', 'Keystation output default'],
  ['sysex-send x.syx --from', '', 'Keystation input default'],
  ['monitor -d', '', 'Keystation input default'],
  ['monitor --only', '', 'note'],
  ['play', 'files mid MID midi MIDI kar KAR rmi RMI json JSON', undefined],
  ['play -d', '', 'Keystation output default'],
  ['play --from', '', undefined],
  ['play --mute', '', '1'],
  ['show', 'files mid MID midi MIDI kar KAR rmi RMI json JSON syx SYX hex HEX', undefined],
  ['show --svg', 'files', undefined],
  ['split', 'files mid MID midi MIDI kar KAR rmi RMI json JSON syx SYX hex HEX', undefined],
  ['split x.mid -o', 'folders', undefined],
  ['join', 'files mid MID midi MIDI kar KAR rmi RMI json JSON syx SYX hex HEX', undefined],
  [
    'join a.mid b.mid',
    'files mid MID midi MIDI kar KAR rmi RMI json JSON syx SYX hex HEX',
    undefined,
  ],
  ['trim', 'files mid MID midi MIDI kar KAR rmi RMI json JSON', undefined],
  ['trim -o', 'files mid MID midi MIDI kar KAR rmi RMI', undefined],
  ['convert', 'files mid MID midi MIDI kar KAR rmi RMI json JSON syx SYX hex HEX', undefined],
  [
    'convert x.mid -o',
    'files mid MID midi MIDI kar KAR rmi RMI json JSON syx SYX hex HEX',
    undefined,
  ],
  ['convert x.mid --to', '', 'mid'],
  ['convert x.mid --tap', '', 'cc 64'],
  ['doctor --listen', '', undefined],
  ['doctor --cable', '', 'Keystation output default'],
  ['doctor --from', '', 'Keystation input default'],
];

describe('values', () => {
  for (const [line, look, first] of VALUES) {
    test(`midirec ${line} …`, async () => {
      const answer = await ask(...line.split(' '), '');
      assert.deepEqual([answer.look, answer.offered[0]], [look, first]);
    });
  }

  test('triggers as far as they are typed', async () => {
    const trigger = async (typed: string) => (await ask('record', '--on', typed)).offered;
    assert.deepEqual(await trigger('c'), ['cc 64', 'cc 64 x3', 'chord C2+E2+G2']);
    assert.deepEqual(await trigger('cc 67'), ['cc 67']);
    assert.deepEqual(await trigger('NOTE f#9'), ['NOTE F#9']);
    assert.deepEqual(await trigger('chord C2+G9'), ['chord C2+G9']);
    assert.equal((await trigger('note ')).length, 128);
    assert.deepEqual(await trigger('"cc 120'), ['cc 120']);
  });

  test('a trigger that is offered is one', async () => {
    for (const typed of ['', 'cc ', 'note ', 'chord C2+']) {
      for (const word of (await ask('record', '--on', typed)).offered) parseTrigger(word);
    }
  });

  test('what --only is offered is what it takes', async () => {
    const { offered } = await ask('monitor', '--only', '');
    assert.deepEqual(offered, [...MESSAGE_KINDS, 'all']);
  });
});

test('without the two dashes, and without words', async () => {
  assert.equal(await complete(['rec'], listDevices), await complete(['--', 'rec'], listDevices));
  assert.match(await complete([], listDevices), /^\nlist\t/);
});

test('what fails says nothing', async () => {
  const fail = () => Promise.reject(new Error('no driver'));
  assert.equal(await complete(['--', 'record', '-d', ''], fail), '\n');
});
