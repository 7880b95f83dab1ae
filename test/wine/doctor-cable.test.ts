/** midirec doctor --cable on winmm.dll: a driver whose line does what bad interfaces do, and one that is sound. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runOnWine } from '../support/wine-run.js';

interface Case {
  fault: string;
  loopback: string;
  /** Lines of the report; of a sound line, none else but those that are ok. */
  lines: RegExp[];
}

const CASES: Case[] = [
  {
    fault: 'no fault',
    loopback: '0',
    lines: [/^ {2}ok +sysex is whole up to 65,536 bytes at full speed$/m, /^Nothing is wrong\.$/m],
  },
  {
    fault: 'a limit of 256 bytes',
    loopback: '0 cuts 256',
    lines: [
      /^ {2}problem +sysex is whole up to 256 bytes at full speed; of \d+ bytes, only the first 256 arrive, at any pace$/m,
    ],
  },
  {
    fault: 'an F7 that gets lost at one place of a USB packet',
    loopback: '0 loses-end 1',
    lines: [/^ {2}problem +of sysex of 8, 11, 14 bytes, and every third size, the F7 is missing/m],
  },
  {
    fault: 'F7 F0 between pieces',
    loopback: '0 seams',
    lines: [
      /^ {2}ok +sysex is whole up to 65,536 bytes at full speed$/m,
      /^ {2}problem +a sysex that is sent in pieces of 256 bytes arrives as 4 messages: F7 F0 is added at each seam$/m,
    ],
  },
  {
    fault: 'everything twice',
    loopback: '0 doubles',
    lines: [/^ {2}problem +of 512 short messages back to back, 512 arrive more than once$/m],
  },
];

describe('midirec doctor --cable on winmm.dll', { concurrency: 2 }, () => {
  for (const { fault, loopback, lines } of CASES) {
    it(`says of a line with ${fault} what it is`, async () => {
      const { code, stdout, stderr } = await runOnWine(['doctor', '--cable', 'Cable'], {
        script: `input "Cable"\noutput "Cable"\ncomplete async\nloopback ${loopback}`,
        limitMs: 150_000,
      });
      assert.equal(code, fault === 'no fault' ? 0 : 1, stdout + stderr);
      for (const line of lines) assert.match(stdout, line);
    });
  }
});
