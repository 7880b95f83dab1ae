/** What `npm run test:long` does in full, and `npm test` in part. */

/** Set by scripts/run-tests.js --long. */
const IS_LONG = process.env.MIDIREC_LONG_TESTS === '1';

/** How often something random is tried: `count` times, or a fifth of that. */
export function runs(count: number): number {
  return IS_LONG ? count : Math.ceil(count / 5);
}

/** For the `skip` of a test that is left to `npm run test:long`. */
export const longSkipReason = IS_LONG ? false : 'in npm run test:long';
