/** A folder for midirec's own settings, in the place of the user's, while a test runs in this process. */
import type { TestContext } from 'node:test';
import { temporaryFolder } from './run-midirec.js';

const VARIABLES = ['APPDATA', 'XDG_CONFIG_HOME'] as const;

/** @returns the path of the folder above `midirec` */
export function useConfigFolder(t: TestContext): string {
  const folder = temporaryFolder(t);
  const before = VARIABLES.map((name) => process.env[name]);
  for (const name of VARIABLES) process.env[name] = folder;
  t.after(() => {
    for (const [index, name] of VARIABLES.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  });
  return folder;
}
