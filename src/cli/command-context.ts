/** What every command is given besides its own options. */
import type { WinMm } from '../winmm/winmm.js';
import type { BackendChoice } from './backend.js';
import type { ConsoleOutput } from './console-output.js';

export interface CommandContext {
  console: ConsoleOutput;
  backend: BackendChoice;
  /** @throws MidirecError NO_BACKEND */
  createWinMm(): Promise<WinMm>;
}
