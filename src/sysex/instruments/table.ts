/** The table of instruments: finds one by its name, and says what a message is by it. */
import { type Judgement, judgeChecksum } from './checksum.js';
import type { AreaEntry, FamilyEntry, InstrumentEntry, KindEntry, RequestEntry } from './entry.js';
import { unpack } from './packing.js';
import { MemoryArea, type Patch, patchesIn, sevenBitNumber } from './patches.js';
import { Pattern, type PatternMatch } from './pattern.js';

/** An instrument with all that counts for it, `like` followed. */
export interface Instrument extends InstrumentEntry {
  maker: string;
  makerId: string;
  kinds: Kind[];
  requests: RequestEntry[];
}

export interface Kind extends KindEntry {
  compiled: Pattern;
}

/** What a message is. */
export interface Recognised {
  instrument: Instrument;
  /** Others whose messages look just like it: `TX7`, `DX7II`. */
  also: string[];
  kind: Kind;
  /** From 0, as it stands in the message; undefined if it carries none. */
  deviceNumber: number | undefined;
  readonly checksum: Judgement;
  readonly patches: Patch[];
}

/** A message that begins like a kind of message, but has another length. */
export interface Misfit {
  instrument: Instrument;
  kind: Kind;
  /** Above 0: so many bytes are missing; below: so many are too much. */
  missing: number;
}

/** Patches found in one area of an instrument's memory. */
export interface AreaPatches {
  instrument: Instrument;
  area: string;
  patches: Patch[];
}

interface Memory {
  instrument: Instrument;
  pattern: Pattern;
  areas: readonly AreaEntry[];
}

export class InstrumentTable {
  readonly instruments: readonly Instrument[];
  /** By {@link makerAt}. */
  readonly #byMaker = new Map<number, { instrument: Instrument; kind: Kind }[]>();
  readonly #memories = new Map<number, Memory[]>();

  /** @param families - checked, see check.ts; those that come first win where two claim a message */
  constructor(families: readonly FamilyEntry[]) {
    this.instruments = families.flatMap(expand);
    for (const instrument of this.instruments) {
      const maker = makerAt(instrument.makerId.split(' ').map(hexNumber), 0);
      for (const kind of instrument.kinds) add(this.#byMaker, maker, { instrument, kind });
      if (instrument.memory !== undefined) {
        const { pattern, areas } = instrument.memory;
        add(this.#memories, maker, { instrument, areas, pattern: new Pattern(pattern) });
      }
    }
    for (const kinds of this.#byMaker.values()) {
      kinds.sort((a, b) => b.kind.compiled.weight - a.kind.compiled.weight);
    }
  }

  /** By id, name or another model's name, whatever the case, blanks and hyphens. */
  find(name: string): Instrument | undefined {
    const wanted = simplified(name);
    const isCalled = (maker: string, texts: readonly string[]) =>
      texts.some(
        (text) => simplified(text) === wanted || simplified(`${maker} ${text}`) === wanted,
      );
    // A model that has an entry of its own may be named in that of another one, too.
    return (
      this.instruments.find(({ id, name: own, maker }) => isCalled(maker, [id, own])) ??
      this.instruments.find(({ also = [], maker }) => isCalled(maker, also))
    );
  }

  /** What a message is; undefined if no entry fits. */
  recognise(message: Uint8Array): Recognised | undefined {
    const all = this.#byMaker.get(makerAt(message, 1)) ?? [];
    let found: { instrument: Instrument; kind: Kind; match: PatternMatch } | undefined;
    const also: string[] = [];
    for (const { instrument, kind } of all) {
      if (found !== undefined && kind.compiled.weight < found.kind.compiled.weight) break;
      const match = kind.compiled.match(message);
      if (match === undefined) continue;
      if (found === undefined) found = { instrument, kind, match };
      else if (instrument !== found.instrument) also.push(instrument.name);
    }
    if (found === undefined) return undefined;
    const { instrument, kind, match } = found;
    let checksum: Judgement | undefined;
    let patches: Patch[] | undefined;
    // Of a long message these cost most, and seldom are both asked for.
    return {
      instrument,
      also: [...(instrument.also ?? []), ...also],
      kind,
      deviceNumber: match.fields.get('n'),
      get checksum() {
        checksum ??= judgeChecksum(kind, match, message);
        return checksum;
      },
      get patches() {
        patches ??= patchesOf(kind, match, message);
        return patches;
      },
    };
  }

  /** For a message that `recognise` does not know: what it begins like. */
  misfit(message: Uint8Array): Misfit | undefined {
    for (const { instrument, kind } of this.#byMaker.get(makerAt(message, 1)) ?? []) {
      const near = kind.compiled.nearMiss(message);
      if (near !== undefined) {
        return { instrument, kind, missing: near.expectedLength - message.length };
      }
    }
    return undefined;
  }

  /** Of a message that is a piece of a memory: which patch of which area, and where it begins; undefined for others. */
  placeInMemory(message: Uint8Array): { patch: string; address: number } | undefined {
    for (const { instrument, pattern, areas } of this.#memories.get(makerAt(message, 1)) ?? []) {
      const address = pattern.match(message)?.fields.get('a');
      if (address === undefined) continue;
      for (const { name, at, patches } of areas) {
        const index = Math.floor((address - sevenBitNumber(at)) / sevenBitNumber(patches.stride));
        if (index < 0 || index >= patches.count) continue;
        return { patch: `${instrument.id} ${name} ${index}`, address };
      }
    }
    return undefined;
  }

  /**
   * The patches in messages that are pieces of a memory, by the area that they stand in.
   *
   * @returns with the messages that are such pieces
   */
  memoryPatches(messages: Iterable<Uint8Array>): {
    areas: AreaPatches[];
    taken: Set<Uint8Array>;
  } {
    const areas = new Map<Memory, MemoryArea[]>();
    const taken = new Set<Uint8Array>();
    for (const message of messages) {
      for (const memory of this.#memories.get(makerAt(message, 1)) ?? []) {
        const match = memory.pattern.match(message);
        if (match === undefined) continue;
        const known = areas.get(memory) ?? memory.areas.map((area) => new MemoryArea(area));
        areas.set(memory, known);
        const data = message.subarray(match.data.from, match.data.to);
        for (const area of known) {
          if (area.write(match.fields.get('a') ?? 0, data)) taken.add(message);
        }
      }
    }
    const found = [...areas].flatMap(([{ instrument }, known]) =>
      known
        .map((area) => ({ instrument, area: area.name, patches: area.patches() }))
        .filter(({ patches }) => patches.length > 0),
    );
    return { areas: found, taken };
  }
}

function patchesOf(kind: Kind, match: PatternMatch, message: Uint8Array): Patch[] {
  if (kind.patches === undefined) return [];
  const data = unpack(message.subarray(match.data.from, match.data.to), kind.packing ?? 'raw');
  const { perBank = 0 } = kind.patches.numbering ?? {};
  const [place, bank] = [match.fields.get('p'), match.fields.get('b')];
  const isPlaced = place !== undefined || bank !== undefined;
  const first = isPlaced ? (place ?? 0) + (bank ?? 0) * perBank : undefined;
  return patchesIn(data, kind.patches, first);
}

function expand({ maker, makerId, instruments }: FamilyEntry): Instrument[] {
  const compiled = new Map<KindEntry, Kind>();
  const compile = (kind: KindEntry): Kind => {
    const known = compiled.get(kind) ?? { ...kind, compiled: new Pattern(kind.pattern) };
    compiled.set(kind, known);
    return known;
  };
  return instruments.map((entry) => {
    const whole = [
      entry,
      ...(entry.like ?? []).map((id) => instruments.find((other) => other.id === id)!),
    ];
    return {
      ...entry,
      maker,
      makerId,
      kinds: whole.flatMap(({ kinds = [] }) => kinds).map(compile),
      requests: whole.flatMap(({ requests = [] }) => requests),
      memory: whole.find(({ memory }) => memory !== undefined)?.memory,
    };
  });
}

function add<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function hexNumber(text: string): number {
  return Number.parseInt(text, 16);
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The id at `at` as one number, for one of three bytes, which begins with 00, a negative one. */
function makerAt(bytes: ArrayLike<number>, at: number): number {
  const first = bytes[at] ?? 0;
  return first === 0 ? -((bytes[at + 1] ?? 0) << 7) - (bytes[at + 2] ?? 0) : first;
}
