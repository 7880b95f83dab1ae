/** A question at the terminal that is answered by yes or no. */
import { createInterface } from 'node:readline';
import { printErrors, wrapFor } from './standard-streams.js';

export type Answer = 'yes' | 'no' | 'interrupted';

/**
 * Asks on standard error.
 *
 * @param about - a line that says what it is about
 * @param question - without names of files and devices, which are for `about`
 * @returns `no` also for Ctrl-D and for all but y and yes; `interrupted` for Ctrl-C
 */
export function askYesNo(about: string, question: string): Promise<Answer> {
  const wrapped = wrapFor(process.stderr, `${question} [y/N]`).split('\n');
  const prompt = wrapped.pop();
  printErrors([about, ...wrapped]);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    let answer: Answer | undefined;
    lines.once('SIGINT', () => {
      answer = 'interrupted';
      lines.close();
    });
    lines.once('close', () => {
      if (answer !== 'yes' && answer !== 'no') printErrors(['']);
      resolve(answer ?? 'no');
    });
    lines.question(`${prompt} `, (typed) => {
      answer = /^y(es)?$/i.test(typed.trim()) ? 'yes' : 'no';
      lines.close();
    });
  });
}
