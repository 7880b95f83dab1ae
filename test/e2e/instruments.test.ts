/** `midirec instruments` as people use it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { temporaryFolder } from '../support/run-midirec.js';

/** An instrument that nobody makes: 8 patches of 16 bytes with a name of 8, asked for with 01. */
const MINE = {
  maker: 'Nobody',
  makerId: '7D',
  instruments: [
    {
      id: 'shed-box',
      name: 'Shed Box',
      panel: ['SYSEX: on'],
      kinds: [
        {
          id: 'bank',
          name: '8 patches',
          pattern: 'F0 7D 55 02 ( [128] ) ss F7',
          checksum: { rule: 'complement' },
          patches: { called: 'patch', count: 8, stride: 16, name: { at: 0, length: 8 } },
        },
      ],
      requests: [
        { id: 'bank', name: 'all', send: ['F0 7D 55 01 F7'], answers: ['bank'], messages: 1 },
      ],
      sources: ['made up for a test'],
      tried: true,
    },
  ],
};

function shedBank(): Buffer {
  const data = Buffer.alloc(128);
  for (let patch = 0; patch < 8; patch++) data.write(`Shed  ${patch} `, patch * 16, 'latin1');
  const sum = data.reduce((a, b) => a + b, 0);
  return Buffer.from([0xf0, 0x7d, 0x55, 0x02, ...data, -sum & 0x7f, 0xf7]);
}

test('lists what is known, and says of one what it can be asked for and where that is from', async () => {
  const all = await runHosted(['instruments']);
  assert.equal(all.code, 0, all.stderr);
  assert.ok(all.stdout.toString().split('\n').length > 100);
  const one = await runHosted(['instruments', 'DX 7']);
  const text = one.stdout.toString();
  assert.match(text, /^Yamaha DX7 \(dx7\)\n/);
  assert.match(text, /device number: 1 to 16, as delivered 1/);
  assert.match(text, /on its panel: FUNCTION 8: SYS INFO AVAIL/);
  assert.match(text, /\n {2}bank {3}the 32 voices of the internal memory\n/);
  assert.match(text, /source: Yamaha DX7 owner's manual/);
  const json = JSON.parse((await runHosted(['instruments', 'tx7', '--json'])).stdout.toString());
  assert.equal(json.id, 'dx7');
});

test('an unknown name gets the nearest ones', async () => {
  const run = await runHosted(['instruments', 'jv1008']);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /no instrument is called 'jv1008'\nhint: did you mean .*jv1080/);
});

test("an entry in the user's own folder counts; a wrong one is left out, and --check says why", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(MINE));
  writeFileSync(join(folder, 'bank.syx'), shedBank());
  const env = { MIDIREC_INSTRUMENTS: folder };
  const show = await runHosted(['show', join(folder, 'bank.syx')], { env });
  assert.equal(show.code, 0, show.stderr);
  assert.match(show.stdout.toString(), /Nobody Shed Box, 8 patches/);
  assert.match(show.stdout.toString(), /8 {2}Shed {2}7/);
  const good = await runHosted(['instruments', '--check', join(folder, 'mine.json')], { env });
  assert.equal(good.code, 0, good.stderr);

  const [box] = MINE.instruments;
  const wrong = {
    ...MINE,
    instruments: [
      {
        ...box,
        id: 'other',
        requests: [{ id: 'all', name: 'all', send: ['F0 7D pp F7'], answers: ['nothing'] }],
      },
    ],
  };
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify(wrong));
  const check = await runHosted(['instruments', '--check', join(folder, 'wrong.json')], { env });
  assert.equal(check.code, 1);
  assert.match(
    check.stdout.toString(),
    /instruments\/0\/requests\/0\/answers: 'nothing' is no kind/,
  );
  assert.match(check.stdout.toString(), /has the field p, but no 'patches'/);
  for (const [name, code, message] of [
    ['bank.syx', 1, /bank\.syx: not JSON.*\nhint: docs\/instruments\.md/],
    [
      'none.json',
      2,
      /^midirec: --check: cannot read .*none\.json: there is no such file \(ENOENT\)\nhint: /,
    ],
  ] as const) {
    const other = await runHosted(['instruments', '--check', join(folder, name)], { env });
    assert.equal(other.code, code);
    assert.match(other.stderr, message);
  }
  const listed = await runHosted(['instruments', 'shed-box'], { env });
  assert.equal(listed.code, 0);
  assert.match(listed.stderr, /left out: .*wrong\.json at instruments\/0\/requests\/0/);
});
