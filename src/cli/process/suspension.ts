/** Ctrl-Z: what is to be done before the process is suspended, and when it goes on. */

export interface Suspendable {
  /** The process is about to stop: what is not on the disk now may never get there. */
  beforeSuspend?(): void | Promise<void>;
  afterResume?(): void;
}

/** A suspended process must not be one that refuses to be suspended. */
const PATIENCE_MS = 1000;

const known = new Set<Suspendable>();

/**
 * Tells `suspendable` whenever the process is suspended from now on.
 *
 * @returns takes it back
 */
export function watchSuspension(suspendable: Suspendable): () => void {
  // Windows suspends no processes.
  if (process.platform === 'win32') return () => {};
  if (known.size === 0) {
    process.on('SIGTSTP', suspend);
    process.on('SIGCONT', resume);
  }
  known.add(suspendable);
  return () => {
    known.delete(suspendable);
    if (known.size > 0) return;
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', resume);
  };
}

async function suspend(): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const all = Promise.all([...known].map((each) => each.beforeSuspend?.()));
  await Promise.race([all.catch(() => {}), patience]);
  // What SIGTSTP would have done if nobody had listened.
  process.kill(process.pid, 'SIGSTOP');
}

function resume(): void {
  for (const each of known) each.afterResume?.();
}
