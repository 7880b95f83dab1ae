/** Lines to standard output, as fast as its reader takes them. */
import { once } from 'node:events';

/** Lines are written together up to this many characters. */
const BLOCK = 0x8000;

/**
 * Writes each line and a line feed. Resolves when all is written, or the reader has gone away, which
 * is no failure: it has seen what it wanted.
 *
 * @param lines - made as they are needed, so that a long list takes no memory
 */
export async function printLines(lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const { stdout } = process;
  let isOpen = true;
  const onError = () => {
    isOpen = false;
  };
  stdout.on('error', onError);
  try {
    let block = '';
    for await (const line of lines) {
      if (!isOpen) return;
      block += `${line}\n`;
      if (block.length < BLOCK) continue;
      await write(block);
      block = '';
    }
    if (isOpen) await write(block);
  } finally {
    stdout.off('error', onError);
  }
}

/** A reader that goes away makes an error instead of a drain. */
async function write(block: string): Promise<void> {
  if (block === '' || process.stdout.write(block)) return;
  await once(process.stdout, 'drain').catch(() => {});
}
