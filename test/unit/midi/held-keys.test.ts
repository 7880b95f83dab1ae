/** Which keys are held, when notes begin and end, and what has to be let go of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventBatch } from '../../../src/midi/event-batch.js';
import { HeldKeys } from '../../../src/midi/held-keys.js';

function packedOf(hex: string): number {
  const [status = 0, first = 0, second = 0] = Buffer.from(hex, 'hex');
  return status | (first << 8) | (second << 16);
}

function textOf(packed: number): string {
  return Buffer.of(packed, packed >>> 8, packed >>> 16).toString('hex');
}

function heldAfter(...messages: string[]): HeldKeys {
  const held = new HeldKeys();
  for (const message of messages) held.update(0, packedOf(message));
  return held;
}

function releasesAfter(...messages: string[]): string[] {
  return heldAfter(...messages)
    .releases(0)
    .map(textOf);
}

/** The note-ons of what is held. */
function notesIn(held: HeldKeys): string[] {
  const batch = new EventBatch(1);
  held.addTo(batch, 0);
  return Array.from(
    { length: batch.count },
    (_, row) => `${batch.device[row]} ${textOf(batch.packed[row]!)}`,
  );
}

test('a key is held until it is let go of, by note-off or by velocity 0', () => {
  assert.deepEqual(notesIn(heldAfter('903c40', '954041')), ['0 903c40', '0 954041']);
  const held = heldAfter('903c40', '904040', '803c40', '904000');
  assert.equal(held.count, 0);
  assert.ok(held.isSilent);
});

test('channels and devices are apart', () => {
  const held = heldAfter('913c40', '823c40');
  held.update(200, packedOf('913c40'));
  held.update(1, packedOf('813c40'));
  assert.deepEqual(notesIn(held), ['0 913c40', '200 913c40']);
  assert.deepEqual(held.releases(200).map(textOf), ['813c40']);
  assert.deepEqual(held.releases(1), []);
  held.update(0, packedOf('813c40'));
  assert.equal(held.isHeld(0, packedOf('913c40')), false);
  assert.equal(held.isHeld(200, packedOf('913c40')), true);
});

test('struck twice: one note-off ends the key, but one is due for each strike', () => {
  const held = heldAfter('903c40', '903c50');
  assert.deepEqual(notesIn(held), ['0 903c50']);
  assert.deepEqual(held.noteOffs(0).map(textOf), ['803c40', '803c40']);
  held.update(0, packedOf('803c00'));
  assert.equal(held.count, 0);
  assert.ok(held.isSilent);
  assert.equal(held.isDue(0, packedOf('803c00')), true);
  assert.deepEqual(held.releases(0).map(textOf), ['803c40']);
  held.update(0, packedOf('803c00'));
  assert.equal(held.isDue(0, packedOf('803c00')), false);
  held.update(0, packedOf('803c00'));
  assert.deepEqual(held.releases(0), []);
});

test('notes that are due are bounded', () => {
  const held = heldAfter(...new Array<string>(1000).fill('903c40'));
  assert.equal(held.releases(0).length, 255);
});

test('a listener hears each note begin and end, a strike of a held key as both', () => {
  const heard: string[] = [];
  const held = new HeldKeys({
    begins: (slot) => heard.push(`+${slot}`),
    ends: (slot) => heard.push(`-${slot}`),
  });
  for (const message of ['803c40', '913c40', '913c50', '813c40', '813c40']) {
    held.update(2, packedOf(message));
  }
  const slot = (2 << 11) | (1 << 7) | 60;
  assert.deepEqual(heard, [`+${slot}`, `-${slot}`, `+${slot}`, `-${slot}`]);
});

test('sustain and sostenuto sound on, from 64; the other pedals only have to go up', () => {
  for (const pedal of ['40', '42']) {
    assert.equal(heldAfter(`b0${pedal}3f`).isSilent, true);
    assert.equal(heldAfter(`b0${pedal}40`).isSilent, false);
    assert.equal(heldAfter(`b0${pedal}40`, `b0${pedal}00`).isSilent, true);
  }
  assert.equal(heldAfter('b0437f', 'b0457f').isSilent, true);
  assert.deepEqual(releasesAfter('b0407f', 'b1427f', 'b0437f', 'b0457f', 'b04000'), [
    'b14200',
    'b04300',
    'b04500',
  ]);
});

test('pitch bends go to their centre; both bytes count', () => {
  assert.deepEqual(releasesAfter('e20000', 'e30040', 'e40140'), ['e20040', 'e40040']);
  assert.deepEqual(releasesAfter('e20000', 'e20040'), []);
});

test('volume, programs and modulation are left alone', () => {
  assert.deepEqual(releasesAfter('b00764', 'c005', 'b0017f', 'd040', 'a03c40'), []);
});

test('All Sound Off, All Notes Off and the modes end the notes of their channel; pedals stay', () => {
  for (const mode of ['78', '7b', '7c', '7d', '7e', '7f']) {
    const held = heldAfter('903c40', '903c40', '913c40', 'b0407f', `b0${mode}00`);
    assert.deepEqual(notesIn(held), ['0 913c40'], mode);
    assert.deepEqual(held.releases(0).map(textOf), ['813c40', 'b04000'], mode);
  }
  assert.equal(heldAfter('903c40', 'b07a00').count, 1, 'local control');
});

test('of a device that has struck nothing yet, All Notes Off ends nothing', () => {
  const held = heldAfter('903c40');
  held.update(3, packedOf('b07b00'));
  held.update(3, packedOf('803c40'));
  assert.equal(held.count, 1);
});

test('Reset All Controllers lifts pedals and centres wheels; keys stay held', () => {
  const messages = ['903c40', 'b0407f', 'b1407f', 'e00000', 'b07900'];
  assert.deepEqual(releasesAfter(...messages), ['803c40', 'b14000']);
});

test('after clear nothing is held', () => {
  const held = heldAfter('903c40', 'b0407f', 'e00000');
  held.clear();
  assert.deepEqual([held.count, held.isSilent, held.releases(0)], [0, true, []]);
});

test('whatever was sent: after the releases there is nothing left', () => {
  const message = fc
    .tuple(fc.integer({ min: 0x80, max: 0xef }), fc.nat(127), fc.nat(127))
    .map(([status, first, second]) => status | (first << 8) | (second << 16));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 200 }), (messages) => {
      const held = new HeldKeys();
      for (const packed of messages) held.update(0, packed);
      for (const packed of held.releases(0)) held.update(0, packed);
      assert.deepEqual(held.releases(0), []);
      assert.equal(held.count, 0);
      assert.ok(held.isSilent);
    }),
  );
});
