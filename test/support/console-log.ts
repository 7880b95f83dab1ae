/** What midirec would say on standard error, kept for a test. */
import type { Speaker } from '../../src/cli/terminal/console-output.js';

export class ConsoleLog implements Speaker {
  /** Everything, in order: `warn: …`, `say: …`, `tell: …`. */
  readonly lines: string[] = [];

  say(line: string): void {
    this.lines.push(`say: ${line}`);
  }

  tell(line: string): void {
    this.lines.push(`tell: ${line}`);
  }

  warn(line: string): void {
    this.lines.push(`warn: ${line}`);
  }
}
