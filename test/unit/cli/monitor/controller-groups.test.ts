/** Controllers that say one thing together are one text; whatever comes, none goes without a word. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ControllerGroups } from '../../../../src/cli/monitor/controller-groups.js';
import { EventBatch } from '../../../../src/midi/event-batch.js';

/** What is said of controllers, `channel controller value` each: one text, `open`, or `-` for one that speaks for itself. */
function said(groups: ControllerGroups, ...controls: [number, number, number][]): string[] {
  const batch = new EventBatch(16);
  for (const [channel, controller, value] of controls) {
    batch.addShort(0, 0, 0xb0 | (channel - 1) | (controller << 8) | (value << 16));
  }
  return controls.map((_, row) => {
    const text = groups.take(batch, row);
    if (text === undefined || text === 'open') return text ?? '-';
    return `${text.name} ${text.detail}`;
  });
}

for (const [what, controls, lines] of [
  [
    'an RPN and its data',
    [
      [1, 101, 0],
      [1, 100, 0],
      [1, 6, 12],
      [1, 38, 50],
    ],
    ['open', 'open', 'open', 'RPN 0  pitch bend range 12 semitones, 50 cents'],
  ],
  [
    'an NRPN with the high half of its data',
    [
      [3, 99, 1],
      [3, 98, 8],
      [3, 6, 100],
    ],
    ['open', 'open', 'NRPN 136 100'],
  ],
  [
    'an NRPN with both',
    [
      [3, 98, 8],
      [3, 99, 1],
      [3, 6, 100],
      [3, 38, 1],
    ],
    ['open', 'open', 'open', 'NRPN 136 12,801 of 16,383'],
  ],
  [
    'MPE zones',
    [
      [1, 101, 0],
      [1, 100, 6],
      [1, 6, 7],
      [16, 101, 0],
      [16, 100, 6],
      [16, 6, 0],
    ],
    [
      'open',
      'open',
      'RPN 6  MPE zone lower, channels 2 to 8',
      'open',
      'open',
      'RPN 6  MPE zone upper, off',
    ],
  ],
  [
    'a parameter that is only chosen, and none',
    [
      [1, 99, 0],
      [1, 98, 5],
      [2, 7, 1],
      [1, 101, 127],
      [1, 100, 127],
    ],
    ['open', 'NRPN 5, chosen', '-', 'open', 'RPN none'],
  ],
  [
    'increments and decrements of a parameter, and of none',
    [
      [1, 101, 0],
      [1, 100, 0],
      [1, 96, 0],
      [1, 6, 12],
      [1, 97, 0],
      [1, 38, 5],
      [2, 96, 0],
    ],
    [
      ...['open', 'open', 'RPN 0  pitch bend range, one step up'],
      'RPN 0  pitch bend range 12 semitones',
      'RPN 0  pitch bend range, one step down',
      'RPN 0  pitch bend range low half 5',
      '-',
    ],
  ],
  [
    'a 14-bit controller',
    [
      [1, 7, 96],
      [1, 39, 2],
      [1, 39, 3],
    ],
    ['open', 'control 7    volume 12,290 of 16,383', 'control 7    volume 12,291 of 16,383'],
  ],
  [
    'what stands alone',
    [
      [1, 7, 96],
      [1, 64, 127],
      [2, 39, 1],
      [2, 6, 1],
    ],
    ['-', '-', '-', '-'],
  ],
] as const) {
  test(what, () => {
    const given = controls.map((control) => [...control] as [number, number, number]);
    assert.deepEqual(said(new ControllerGroups(), ...given), [...lines]);
  });
}

test('data for a parameter that was chosen in a batch before', () => {
  const groups = new ControllerGroups();
  said(groups, [1, 101, 0], [1, 100, 0]);
  assert.deepEqual(said(groups, [1, 6, 2]), ['RPN 0  pitch bend range 2 semitones']);
});

test('property: behind one that is open there is one that says it', () => {
  const control = fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.constantFrom(0, 6, 7, 32, 38, 39, 64, 96, 97, 98, 99, 100, 101),
    fc.integer({ min: 0, max: 127 }),
  );
  fc.assert(
    fc.property(fc.array(control, { maxLength: 16 }), (controls) => {
      const lines = said(new ControllerGroups(), ...controls);
      assert.notEqual(lines.at(-1), 'open');
    }),
  );
});
