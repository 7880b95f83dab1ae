/** What is known to be wrong with interfaces, on a scripted line: each gets its verdict, a sound line gets none; each time of 20. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paceFoundBy } from '../../../../src/cable/cable-facts.js';
import { CableTest } from '../../../../src/cable/cable-test.js';
import { judgeCable } from '../../../../src/cli/doctor/doctor-cable-judge.js';
import type { PacedOutput } from '../../../../src/output/paced-sender.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { FaultyLine, type LineOptions } from '../../../support/faulty-line.js';
import { runs } from '../../../support/long-tests.js';
import { SeededRandom } from '../../../support/seeded-random.js';

const RUNS = runs(20);

async function factsOf(options: LineOptions, stopAfterMs?: number, beside?: PacedOutput) {
  const clock = new FakeClock();
  const startMs = clock.nowMs();
  const stop = new AbortController();
  if (stopAfterMs !== undefined) clock.setTimer(stopAfterMs, () => stop.abort());
  const cable = new CableTest(new FaultyLine(clock, options), clock, stop.signal, beside);
  let isDone = false;
  const facts = cable.run().finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advanceAsync(100);
  assert.ok(clock.nowMs() - startMs < 120_000, `${clock.nowMs() - startMs} ms`);
  return facts;
}

async function verdictOn(options: LineOptions, stopAfterMs?: number, beside?: PacedOutput) {
  return judgeCable(await factsOf(options, stopAfterMs, beside), 'Out', 'In', 'Out 2');
}

/** Ids that stand for something wrong, each once. */
const wrongIn = (findings: Awaited<ReturnType<typeof verdictOn>>) =>
  findings.filter(({ status }) => status !== 'ok').map(({ id }) => id);

const textOf = (findings: Awaited<ReturnType<typeof verdictOn>>, id: string) => {
  const found = findings.find((finding) => finding.id === id);
  return found === undefined ? '' : `${found.text}. ${found.advice ?? ''}`;
};

interface Case {
  fault: string;
  line: (random: SeededRandom) => LineOptions;
  /** Whatever else is found. */
  id: string;
  text: RegExp;
}

const bytesOf = (...pieces: readonly ArrayLike<number>[]) =>
  Buffer.concat(pieces.map((piece) => Uint8Array.from(piece)));

const CASES: Case[] = [
  {
    fault: 'a buffer that overruns',
    line: (random) => ({ roomBytes: random.between(2000, 60_000) }),
    id: 'cable-sysex',
    text: /^sysex is whole up to [\d,]+ bytes at full speed; of [\d,]+ bytes, (only the first [\d,]+ arrive|the F7 is missing)\. Send with --preset midi: /,
  },
  {
    fault: 'a limit of length, at any pace',
    line: () => {
      let length = 0;
      return {
        spoil: (bytes, isLong) => {
          if (!isLong) return [bytes];
          length = bytes[0] === 0xf0 ? 0 : length;
          const kept = bytes.subarray(0, Math.max(0, 256 - length));
          length += bytes.length;
          return [kept];
        },
      };
    },
    id: 'cable-sysex',
    text: /^sysex is whole up to 256 bytes at full speed; of 300 bytes, only the first 256 arrive, at any pace\. Use another/,
  },
  {
    fault: 'an F7 that is lost at one place of a USB packet',
    line: (random) => {
      const place = random.between(0, 2);
      let length = 0;
      return {
        spoil: (bytes, isLong) => {
          if (!isLong) return [bytes];
          length = bytes[0] === 0xf0 ? bytes.length : length + bytes.length;
          return [length % 3 === place ? bytes.subarray(0, -1) : bytes];
        },
      };
    },
    id: 'cable-remainder',
    text: /^of sysex of \d+, \d+, \d+ bytes, and every third size, the F7 is missing, at any pace\. Use another/,
  },
  {
    fault: 'packets that change places',
    line: (random) => {
      const least = 100 + random.between(0, 199);
      return {
        spoil: (bytes, isLong) => {
          if (!isLong || bytes.length < least) return [bytes];
          const [one, other] = [bytes.subarray(30, 33), bytes.subarray(33, 36)];
          return [bytesOf(bytes.subarray(0, 30), other, one, bytes.subarray(36))];
        },
      };
    },
    id: 'cable-sysex',
    text: /^sysex is whole up to \d+ bytes at full speed; of \d+ bytes, some arrive changed, the first at 30\. Send with --preset midi/,
  },
  {
    fault: 'F7 F0 at each seam of a message sent in pieces',
    line: () => ({
      spoil: (bytes, isLong) => {
        if (!isLong) return [bytes];
        const head = bytes[0] === 0xf0 ? [] : [0xf0];
        const tail = bytes.at(-1) === 0xf7 ? [] : [0xf7];
        return [bytesOf(head, bytes, tail)];
      },
    }),
    id: 'cable-seams',
    text: /^a sysex that is sent in pieces of 256 bytes arrives as 4 messages: .*\. Send sysex in one piece/,
  },
  {
    fault: 'everything twice',
    line: () => ({ spoil: (bytes) => [bytes, bytes] }),
    id: 'cable-doubled-short',
    text: /^of 512 short messages back to back, 512 arrive more than once\. Look for a second way/,
  },
  {
    fault: 'sysex twice',
    line: () => ({ spoil: (bytes, isLong) => (isLong ? [bytes, bytes] : [bytes]) }),
    id: 'cable-sysex',
    text: /^of 6 bytes, all arrive twice\. /,
  },
  {
    fault: 'a byte too many',
    line: (random) => {
      const at = 3 + random.between(0, 49);
      return {
        spoil: (bytes, isLong) =>
          isLong && bytes.length > 64
            ? [bytesOf(bytes.subarray(0, at), [0x33], bytes.subarray(at))]
            : [bytes],
      };
    },
    id: 'cable-sysex',
    text: /^sysex is whole up to 64 bytes at full speed; of 65 bytes, 1 too many arrives/,
  },
  {
    fault: 'bytes that get lost now and then',
    line: (random) => ({
      spoil: (bytes, isLong) => [isLong ? bytes.filter(() => !random.chance(1 / 300)) : bytes],
    }),
    id: 'cable-sysex',
    text: /of [\d,]+ bytes?, ([\d,]+ (is|are) missing|some arrive changed|the F7 is missing|nothing arrives|only the first \d+ arrive)/,
  },
  {
    fault: 'short messages that get lost',
    line: (random) => ({
      spoil: (bytes, isLong) => (isLong || !random.chance(1 / 20) ? [bytes] : []),
    }),
    id: 'cable-flood',
    text: /^of 512 short messages back to back, \d+ do not arrive/,
  },
  {
    fault: 'program changes that get lost',
    line: () => ({ spoil: (bytes) => ((bytes[0]! & 0xf0) === 0xc0 ? [] : [bytes]) }),
    id: 'cable-lost-kinds',
    text: /^messages with these status bytes do not arrive: C0\./,
  },
  {
    fault: 'runs of zeros that lose one',
    line: () => ({
      spoil: (bytes) => {
        const at = Buffer.from(bytes).indexOf(Buffer.alloc(100));
        return [at < 0 ? bytes : bytesOf(bytes.subarray(0, at), bytes.subarray(at + 1))];
      },
    }),
    id: 'cable-pattern',
    text: /^of 300 bytes of sysex, 1 is missing if they are zeros\. /,
  },
  {
    fault: 'sysex too soon after another',
    line: () => {
      let lastMs = 0;
      return {
        spoil: (bytes, isLong, nowMs) => {
          if (isLong && nowMs - lastMs < 3) return [];
          if (isLong) lastMs = nowMs;
          return [bytes];
        },
      };
    },
    id: 'cable-burst',
    text: /^of 64 small sysex back to back, 63 do not arrive whole\. Send several messages with --delay 20ms/,
  },
  {
    fault: 'messages that take their time now and then',
    line: (random) => ({
      delayMs: () => (random.chance(1 / 20) ? 200 + random.between(0, 199) : 2),
    }),
    id: 'cable-slow',
    text: /^short messages arrive after 2\.0 ms \(median\), 99 % of them within \d{3}\.0 ms/,
  },
  {
    fault: 'sysex that short messages overtake',
    line: (random) => {
      const lateMs = 30 + random.between(0, 99);
      return { delayMs: (isLong) => (isLong ? lateMs : 1) };
    },
    id: 'cable-overtaken',
    text: /^short messages that are sent after a sysex arrive before it/,
  },
  {
    fault: 'no cable',
    line: () => ({ spoil: () => [] }),
    id: 'cable-nothing',
    text: /^nothing of what goes to Out arrives at In\. Connect Out with In/,
  },
];

describe('the cable test', () => {
  it('says nothing against a sound line, fast or slow', async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = new SeededRandom(seed);
      const latencyMs = random.between(0, 19);
      const findings = await verdictOn({ delayMs: () => latencyMs });
      assert.deepEqual(wrongIn(findings), [], `seed ${seed}`);
      assert.match(textOf(findings, 'cable-sysex'), /^sysex is whole up to 65,536 bytes at full/);
    }
  });

  for (const { fault, line, id, text } of CASES) {
    it(`finds ${fault}, every time`, async () => {
      for (let seed = 1; seed <= RUNS; seed++) {
        const findings = await verdictOn(line(new SeededRandom(seed)));
        const found = findings.find((finding) => finding.id === id);
        const all = findings.map((each) => `${each.id}: ${each.text}`).join('\n');
        assert.ok(found !== undefined && found.status !== 'ok', `seed ${seed}\n${all}`);
        assert.match(textOf(findings, id), text, `seed ${seed}`);
      }
    });
  }

  it('ends at once when it is asked to, with what it has', async () => {
    const findings = await verdictOn({ roomBytes: 3000 }, 3000);
    assert.ok(wrongIn(findings).includes('cable-incomplete'));
    assert.ok(findings.some(({ id }) => id === 'cable-latency'));
    assert.deepEqual(wrongIn(await verdictOn({}, 0)), ['cable-incomplete']);
  });

  it('finds bytes that get lost while another output of the interface sends', async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = new SeededRandom(seed);
      let isOtherBusy = false;
      const beside = {
        submit: async () => {
          isOtherBusy = true;
        },
        drain: async () => {
          isOtherBusy = false;
        },
      };
      const at = random.between(1, 4000);
      const spoil = (bytes: Uint8Array) => [
        isOtherBusy ? bytes.filter((_, index) => index !== at) : bytes,
      ];
      const findings = await verdictOn({ spoil }, undefined, beside);
      assert.deepEqual(wrongIn(findings), ['cable-beside', 'cable-which-end'], `seed ${seed}`);
      const text = textOf(findings, 'cable-beside');
      assert.match(text, /^of 4,096 bytes while sysex goes through Out 2, 1 is missing\. Send/);
      assert.deepEqual(wrongIn(await verdictOn({}, undefined, beside)), []);
    }
  });

  it('finds messages that get lost behind others only', async () => {
    let lastMs = 0;
    let count = 0;
    const spoil = (bytes: Uint8Array, _isLong: boolean, nowMs: number) => {
      count = nowMs === lastMs ? count + 1 : 0;
      lastMs = nowMs;
      return count >= 8 ? [] : [bytes];
    };
    const findings = await verdictOn({ spoil });
    assert.match(
      textOf(findings, 'cable-busy-lost'),
      /^50 of 50 .* do not arrive behind 10 others/,
    );
    assert.ok(!wrongIn(findings).includes('cable-lost-short'));
  });

  it('has a pace to keep where one was found at which everything arrives, and only there', async () => {
    const fast = { chunkBytes: undefined, chunkDelayMs: 0, messageDelayMs: 0 };
    const sound = paceFoundBy(await factsOf({}));
    assert.deepEqual(sound, { ...fast, bytesPerSecond: undefined });
    assert.deepEqual(paceFoundBy(await factsOf({ roomBytes: 3000 })), {
      ...fast,
      bytesPerSecond: 3125,
    });
    let lastMs = 0;
    const spoil = (bytes: Uint8Array, isLong: boolean, nowMs: number) => {
      if (isLong && nowMs - lastMs < 3) return [];
      if (isLong) lastMs = nowMs;
      return [bytes];
    };
    const paused = paceFoundBy(await factsOf({ spoil }));
    assert.deepEqual(paused, { ...sound, messageDelayMs: 20 });
    assert.equal(paceFoundBy(await factsOf({}, 100)), undefined);
    const short = (bytes: Uint8Array, isLong: boolean) => [isLong ? bytes.subarray(1) : bytes];
    assert.equal(paceFoundBy(await factsOf({ spoil: short })), undefined);
  });
});

it('says of a time below zero that the clock is no more exact', () => {
  const latenciesMs = [-1.5, 0.5, 0.75];
  const none = { fullSpeed: [], paces: [], lostStatuses: [], isSporadic: false, isComplete: true };
  const early = judgeCable({ ...none, latenciesMs }, 'Out', 'In');
  assert.match(textOf(early, 'cable-early'), /the shortest time is -1\.5 ms, as if/);
  assert.deepEqual(
    early.find(({ histogram }) => histogram !== undefined)?.histogram?.[0]?.toMs,
    -1,
  );
  const sound = judgeCable({ ...none, latenciesMs: [0, 0.5] }, 'Out', 'In');
  assert.equal(textOf(sound, 'cable-early'), '');
});
