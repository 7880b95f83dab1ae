/** midirec's own version. */
import { readFileSync } from 'node:fs';

/** Put in the place of the name when midirec is made into a single program, where there is no package.json. */
declare const MIDIREC_VERSION: string | undefined;

/** As package.json has it. */
export function readVersion(): string {
  if (typeof MIDIREC_VERSION === 'string') return MIDIREC_VERSION;
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
