import type { Running } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';

/** Something that is opened when it is first needed, and once. */
export interface OpenedOnce<T> {
  /** Opens it, or gives what is open. Rejects with what opening rejects with, the signal's reason, or USAGE after `close`. */
  get(running: Running): Promise<T>;
  /** Whether it was closed. */
  isClosed(): boolean;
  /** Closes what was opened; calling it twice is fine. */
  close(): Promise<void>;
}

/**
 * Opens something on first use; when that fails, the next call tries again. It is opened under no caller's signal: one that gives up must not
 * stop what others wait for. `where` names it in errors.
 */
export function openOnce<T>(
  where: string,
  open: (running: Running) => Promise<T>,
  close: (opened: T) => Promise<void>,
): OpenedOnce<T> {
  const closing = new AbortController();
  let opening: Promise<T> | undefined;
  return {
    async get({ signal }) {
      signal.throwIfAborted();
      if (closing.signal.aborted)
        throw new ViewforgeError('USAGE', where, 'expected an open encoder, got one that was closed; make a new one');
      opening ??= open(closing).catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return unlessAborted(opening, signal);
    },
    isClosed: () => closing.signal.aborted,
    async close() {
      closing.abort(new ViewforgeError('ABORTED', where, 'the encoder was closed while it was being opened'));
      const opened = await opening?.catch(() => undefined);
      if (opened !== undefined) await close(opened);
    },
  };
}

/** The promise, or the signal's reason as soon as it aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
