/** What every command is given besides its own options. */
import type { Backend, BackendChoice } from './backend.js';
import type { ConsoleOutput } from './terminal/console-output.js';

export interface CommandContext {
  console: ConsoleOutput;
  backend: BackendChoice;
  /** @throws MidirecError NO_BACKEND, UNKNOWN_DEVICE */
  createBackend(): Promise<Backend>;
}
