/** What is in a row of messages: patches by instrument, and the messages in which no table knows any. */
import type { Patch } from '../patches.js';
import type { InstrumentTable } from '../table.js';

/** Patches of one kind, in the order of the messages. */
export interface PatchGroup {
  /** `DX7`, `JV-1080, user patches`. */
  model: string;
  /** What one is called: `voice`. */
  called: string;
  patches: Patch[];
}

export interface Contents {
  groups: PatchGroup[];
  /** Messages in which no patches are known, by what they are: an entry's `DX7, system`, or undefined. */
  others: { bytes: Uint8Array; kind: string | undefined }[];
}

/** @param messages - F0 to F7; the patches are views of them, or of what they are unpacked to */
export function contentsOf(
  messages: Iterable<{ bytes: Uint8Array }>,
  table: InstrumentTable,
): Contents {
  const groups = new Map<string, PatchGroup>();
  const others: Contents['others'] = [];
  for (const { bytes } of messages) {
    const recognised = table.recognise(bytes);
    const { instrument, kind, patches = [] } = recognised ?? {};
    if (patches.length === 0) {
      others.push({ bytes, kind: kind && `${instrument?.name}, ${kind.name}` });
      continue;
    }
    for (const patch of patches) {
      const { called } = patch;
      const model = instrument!.name;
      const key = `${model} ${called}`;
      const group = groups.get(key) ?? { model, called, patches: [] };
      groups.set(key, group);
      group.patches.push(patch);
    }
  }
  const { areas, taken } = table.memoryPatches(others.map(({ bytes }) => bytes));
  return {
    groups: [
      ...groups.values(),
      ...areas.map(({ instrument, area, patches }) => ({
        model: `${instrument.name}, ${area}`,
        called: patches[0]!.called,
        patches,
      })),
    ],
    others: others.filter(({ bytes }) => !taken.has(bytes)),
  };
}
