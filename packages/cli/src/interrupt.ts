import { ViewforgeError } from '@viewforge/core';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** A signal that Ctrl-C aborts. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Leaves Ctrl-C to the system again. */
  release(): void;
}

/** The first Ctrl-C (or SIGTERM) stops the job in good order, the second ends the process at once. */
export function watchInterrupt(terminal: Terminal): Interrupt {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    terminal.err(`${terminal.interactive ? '\n' : ''}stopping; press Ctrl-C again to end at once`);
    controller.abort(new ViewforgeError('ABORTED', 'viewforge', 'expected to finish, got interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
