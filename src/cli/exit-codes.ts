/** How midirec ends: its exit codes. */

/** See EXIT STATUS in the manual. */
export const ExitCode = {
  DONE: 0,
  FAILED: 1,
  USAGE: 2,
  /** What was saved or shown is there, but not all of it, or it is damaged. */
  INCOMPLETE: 3,
  HUNG_UP: 129,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const;
