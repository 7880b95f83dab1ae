/** A chalk that paints nothing: where no colours are wanted, the real one need not be loaded. */
import type { ChalkInstance } from 'chalk';

/** Takes every style that has a name, and gives the text back as it is. */
export const NO_COLORS: ChalkInstance = new Proxy((...texts: unknown[]) => texts.join(' '), {
  get: (_target, name) => (name === 'level' ? 0 : NO_COLORS),
}) as unknown as ChalkInstance;
