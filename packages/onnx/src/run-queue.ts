import { ViewforgeError } from '@viewforge/core';
import type { Payloads, Request } from './session-messages.ts';

/** What a run gives: outputs by name, and the buffers it was fed with, to be used again. */
export interface RunResult {
  readonly outputs: Payloads;
  readonly feeds: Payloads;
}

/** A request to run a model. */
export type RunRequest = Extract<Request, { kind: 'run' }>;

/** Runs that wait for each other, one at a time in the order they were asked for. */
export interface RunQueue {
  /** Rejects with the signal's reason as soon as it aborts; a run in progress is then finished and forgotten. */
  add(request: RunRequest, signal: AbortSignal): Promise<RunResult>;
  /** Ends the run in progress with its result or an error, and begins the next. */
  finish(outcome: RunResult | ViewforgeError): void;
  /** Rejects the runs that wait; with `all` the one in progress too. */
  reject(error: ViewforgeError, all: boolean): void;
}

interface Job {
  readonly request: RunRequest;
  readonly settle: (outcome: RunResult | ViewforgeError) => void;
  /** Rejects with what kept it from beginning. */
  readonly fail: (reason: unknown) => void;
}

/** An empty queue. `start` begins a run, or throws what that run then rejects with; `idle` is called when there is none left. */
export function createRunQueue(start: (request: RunRequest) => void, idle: () => void): RunQueue {
  const waiting: Job[] = [];
  let current: Job | undefined;
  const next = () => {
    if (current !== undefined) return;
    current = waiting.shift();
    if (current === undefined) return idle();
    try {
      start(current.request);
    } catch (error) {
      // it never began, so no answer will come that would end it
      current.fail(error);
      current = undefined;
      next();
    }
  };
  return {
    add: (request, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const abort = () => {
          // a run in progress stays `current`: its answer must still be taken off the line
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
      current?.settle(outcome);
      current = undefined;
      next();
    },
    reject(error, all) {
      const jobs = all && current !== undefined ? [current, ...waiting] : [...waiting];
      waiting.length = 0;
      if (all) current = undefined;
      for (const job of jobs) job.settle(error);
    },
  };
}
