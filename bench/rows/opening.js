// What it takes to open an input and to close it, and what its buffers bridge while JavaScript stands still.
import { listen } from '../bed-runs.js';
import { formatMedian, formatNumber, median } from '../statistics.js';

const OPENING = { listener: 'midirec-opening.js' };
const GOAL_MS = 60;
const STALL_MS = 500;
/** The driver plays in the midst of the stall: half a second after it was started, see bed-runs.js. */
const STALL_AFTER_MS = 400;

export const openingRow = {
  name: 'opening',
  needs: ['wine'],
  async measure({ report, isQuick }) {
    const { result } = await listen(OPENING, { steps: [], orders: { rounds: isQuick ? 3 : 41 } });
    const open = result.rounds.map(({ openMs }) => openMs);
    const close = result.rounds.map(({ closeMs }) => closeMs);
    report.section(
      'Opening and closing',
      'An input with the buffers of `record`, opened and started, then closed.',
    );
    report.table(
      ['', 'ms'],
      [
        ['open and start', formatMedian(open)],
        ['stop and close', formatMedian(close)],
      ],
    );
    const sum = median(open) + median(close);
    report.goal(`together ${GOAL_MS} ms`, `${formatNumber(sum)} ms`, sum <= GOAL_MS);
  },
};

export const stallRow = {
  name: 'stall',
  needs: ['wine'],
  async measure({ report }) {
    const bursts = {
      '2,000 messages of 6 bytes': {
        steps: ['random count=2000 min=6 max=6 seed=1 notes=0'],
        messages: 2000,
      },
      '2 MiB in messages of 2 to 20,000 bytes': {
        steps: ['random count=210 min=2 max=20000 seed=2 notes=0'],
        messages: 210,
      },
    };
    report.section(
      'A stall',
      `Sysex that comes while JavaScript stands still for ${STALL_MS} ms; what finds no buffer is lost at once.`,
    );
    for (const [what, { steps, messages }] of Object.entries(bursts)) {
      const { result } = await listen(OPENING, {
        steps,
        options: ['starve drop'],
        orders: { stallMs: STALL_MS, stallAfterMs: STALL_AFTER_MS, thenMs: 1500 },
      });
      const [{ counts, losses }] = result.rounds;
      const words =
        losses.length === 0
          ? 'nothing lost'
          : losses.map(([kind, count]) => `${kind} ${count}`).join(', ');
      report.note(`${what}: ${formatNumber(counts.sysexMessages)} messages came, ${words}.`);
      report.goal(
        `${what} survived`,
        words,
        counts.sysexMessages === messages && losses.length === 0,
      );
    }
  },
};
