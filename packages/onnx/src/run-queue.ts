import { ViewforgeError } from '@viewforge/core';
import type { Payloads, Request } from './session-messages.ts';

/** What a run gives: outputs by name, and the buffers it was fed with, to be used again. */
export interface RunResult {
  readonly outputs: Payloads;
  readonly feeds: Payloads;
}

/** What a session is asked for that it answers. */
export type RunRequest = Exclude<Request, { kind: 'close' }>;

/** Requests that wait for each other, in the order they were asked for. */
export interface RunQueue {
  /** Rejects with the signal's reason as soon as it aborts; a request that was begun is then finished and forgotten. */
  add(request: RunRequest, signal: AbortSignal): Promise<RunResult>;
  /** Ends the oldest request that was begun with its result or an error, and begins the next. */
  finish(outcome: RunResult | ViewforgeError): void;
  /** Rejects the requests that wait; with `all` those that were begun too. */
  reject(error: ViewforgeError, all: boolean): void;
}

interface Job {
  readonly request: RunRequest;
  readonly settle: (outcome: RunResult | ViewforgeError) => void;
  /** Rejects with what kept it from beginning. */
  readonly fail: (reason: unknown) => void;
}

/**
 * An empty queue. `start` begins a request, or throws what that request then rejects with; `idle` is called when there is none left.
 * Up to `depth` are begun before the first of them is answered: with 2, whoever works them off has the next at hand when one is done.
 */
export function createRunQueue(start: (request: RunRequest) => void, idle: () => void, depth = 1): RunQueue {
  const waiting: Job[] = [];
  const begun: Job[] = [];
  const next = () => {
    while (begun.length < depth) {
      const job = waiting.shift();
      if (job === undefined) break;
      try {
        start(job.request);
        begun.push(job);
      } catch (error) {
        job.fail(error); // it never began, so no answer will come that would end it
      }
    }
    if (begun.length === 0) idle();
  };
  return {
    add: (request, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const abort = () => {
          // one that was begun stays in line: its answer must still be taken off it
          if (waiting.includes(job)) waiting.splice(waiting.indexOf(job), 1);
          reject(signal.reason);
        };
        const fail = (reason: unknown) => {
          signal.removeEventListener('abort', abort);
          reject(reason);
        };
        const settle = (outcome: RunResult | ViewforgeError) => {
          if (outcome instanceof ViewforgeError) return fail(outcome);
          signal.removeEventListener('abort', abort);
          resolve(outcome);
        };
        const job: Job = { request, settle, fail };
        signal.addEventListener('abort', abort, { once: true });
        waiting.push(job);
        next();
      }),
    finish(outcome) {
      begun.shift()?.settle(outcome);
      next();
    },
    reject(error, all) {
      const jobs = all ? [...begun.splice(0), ...waiting.splice(0)] : waiting.splice(0);
      for (const job of jobs) job.settle(error);
    },
  };
}
