import { Worker } from 'node:worker_threads';
import type { Running, TensorSpec } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { elements } from '@viewforge/tensor';
import { createRunQueue, type RunRequest, type RunResult } from './run-queue.ts';
import type { Answer, PassedOver, Payloads, Request, SessionSetup, StopFlag } from './session-messages.ts';

/** A model that was loaded, in a thread of its own. */
export interface Session {
  readonly provider: string;
  /** Providers that came before it in the list, and why each was not taken. */
  readonly passedOver: readonly PassedOver[];
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly outputs: Readonly<Record<string, TensorSpec>>;
  /**
   * Runs the model; runs wait for each other in the order they were asked for. The buffers of `feeds` are handed over and come
   * back in the answer's `feeds`. Rejects with the signal's reason as soon as it aborts; the session stays usable.
   * The sets that `held` names are fed as well. The next run is at hand in the session's thread when one is done.
   * Throws ViewforgeError: MODEL_INPUT when the model refuses the feeds, WORKER when it fails or its thread died, USAGE when closed
   * or when feeds do not fill their shape, as a buffer that was handed over before does not.
   */
  run(feeds: Payloads, outputs: readonly string[], running: Running, held?: readonly string[]): Promise<RunResult>;
  /**
   * Keeps values with the model under a name, in place of what is there, for runs that name it in `held`: weights that every run is fed
   * and that need not be brought each time. In line with the runs: those asked for before still see what was there. The buffers are handed
   * over. Rejects as `run` does.
   */
  hold(name: string, values: Payloads, running: Running): Promise<void>;
  /** Lets go of what is held under a name, in line with the runs. */
  drop(name: string, running: Running): Promise<void>;
  /** Ends the thread after the run in progress; runs that wait reject with code ABORTED. Calling it twice is fine. */
  close(): Promise<void>;
}

/** How a model is opened. */
export interface SessionOptions extends SessionSetup {
  /** Name of the model in errors: its path, or what made it. */
  readonly where: string;
  /** Providers that were ruled out before. */
  readonly passedOver?: readonly PassedOver[];
}

/**
 * Loads a model on the first provider of the list that takes it, in a worker thread: a run blocks the thread it happens in.
 * The thread does not keep the process alive while it has nothing to do.
 * Throws ViewforgeError: MODEL_CORRUPT when not even the CPU can load the model, PROVIDER when no provider of the list can.
 */
export async function openSession(options: SessionOptions, { signal }: Running): Promise<Session> {
  signal.throwIfAborted();
  const { where, passedOver = [], ...setup } = options;
  const stop: StopFlag = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const worker = new Worker(new URL('../dist/session-worker.js', import.meta.url), {
    execArgv: [],
    workerData: { ...setup, stop },
    ...(typeof setup.model === 'string' ? {} : { transferList: [setup.model.buffer as ArrayBuffer] }),
  });
  const opened = await firstAnswer(worker, where, signal);
  if (opened.kind !== 'opened') {
    await worker.terminate();
    throw sessionRefusal(where, [...passedOver, ...(opened.kind === 'refused' ? opened.failed : [])]);
  }
  worker.unref();
  const { provider, inputs, outputs, failed } = opened;
  return { provider, inputs, outputs, passedOver: [...passedOver, ...failed], ...serveRuns(worker, where, stop) };
}

function firstAnswer(worker: Worker, where: string, signal: AbortSignal): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const stop = () => {
      void worker.terminate();
      reject(signal.reason);
    };
    const dead = (cause: unknown) =>
      reject(
        new ViewforgeError('WORKER', where, `expected a thread with ONNX Runtime, got one that ended: ${describe(cause)}`, {
          cause,
        }),
      );
    signal.addEventListener('abort', stop, { once: true });
    worker.once('error', dead).once('exit', dead);
    worker.once('message', (answer: Answer) => {
      signal.removeEventListener('abort', stop);
      worker.off('error', dead).off('exit', dead);
      resolve(answer);
    });
  });
}

/** Why a model could not be loaded: MODEL_CORRUPT when not even the CPU can, PROVIDER when no provider of the list can. */
export function sessionRefusal(where: string, failed: readonly PassedOver[]): ViewforgeError {
  const last = failed.at(-1);
  if (last?.provider === 'cpu') {
    return new ViewforgeError('MODEL_CORRUPT', where, `expected a model that ONNX Runtime loads, got: ${last.reason}`);
  }
  const reasons = failed.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
  return new ViewforgeError(
    'PROVIDER',
    where,
    `expected a provider that runs here, got none (${reasons}); add "cpu" to the list to go on without`,
  );
}

function serveRuns(worker: Worker, where: string, stop: StopFlag): Pick<Session, 'run' | 'hold' | 'drop' | 'close'> {
  let ended: ViewforgeError | undefined;
  let closing: Promise<void> | undefined;
  let answered = 0;
  const start = (request: RunRequest) => {
    const feeds = request.kind === 'drop' ? {} : request.feeds;
    checkFeeds(feeds, where);
    worker.ref();
    worker.postMessage(request, buffersOf(feeds));
  };
  const rest = () => {
    if (!closing) worker.unref(); // its end is waited for
  };
  const queue = createRunQueue(start, rest, 2);
  const die = (cause: unknown) => {
    ended ??= new ViewforgeError('WORKER', where, `expected a thread that answers, got one that ended: ${describe(cause)}`, {
      cause,
    });
    queue.reject(ended, true);
  };
  worker.on('message', (answer: Answer) => {
    answered++;
    queue.finish(answer.kind === 'result' ? answer : failure(where, answer));
  });
  worker.on('error', die).on('exit', die);
  const ask = async (request: RunRequest, { signal }: Running): Promise<RunResult> => {
    signal.throwIfAborted();
    if (closing) throw new ViewforgeError('USAGE', where, 'expected an open session, got one that was closed');
    if (ended) throw ended;
    return queue.add(request, signal);
  };
  return {
    run: (feeds, outputs, running, held = []) => ask({ kind: 'run', feeds, outputs, held }, running),
    hold: (name, feeds, running) => ask({ kind: 'hold', name, feeds }, running).then(() => {}),
    drop: (name, running) => ask({ kind: 'drop', name }, running).then(() => {}),
    close() {
      if (!closing) Atomics.store(stop, 0, answered + 1); // what is with the thread already, but behind the run in progress, is passed over
      queue.reject(closedBefore(where), false);
      closing ??= ended ? Promise.resolve() : closeWorker(worker);
      return closing;
    },
  };
}

function closedBefore(where: string): ViewforgeError {
  return new ViewforgeError('ABORTED', where, 'the session was closed before this run began');
}

function closeWorker(worker: Worker): Promise<void> {
  worker.ref();
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.postMessage({ kind: 'close' } satisfies Request);
  });
}

function failure(where: string, answer: Answer): ViewforgeError {
  if (answer.kind === 'stopped') return closedBefore(where);
  return runFailure(where, answer.kind === 'error' ? answer.reason : `an answer of kind ${answer.kind}`);
}

/** Why a run failed: MODEL_INPUT when the model refuses its feeds, otherwise WORKER. */
export function runFailure(where: string, reason: string): ViewforgeError {
  const isInput =
    /invalid dimensions|unexpected input data type|invalid rank|is missing in 'feeds'|indices element out of data bounds/i.test(
      reason,
    );
  return new ViewforgeError(isInput ? 'MODEL_INPUT' : 'WORKER', where, `expected the model to run, got: ${reason}`);
}

/** A buffer that was handed over before is empty; the thread would never learn of a request with it. */
function checkFeeds(feeds: Payloads, where: string): void {
  for (const [name, { data, shape }] of Object.entries(feeds)) {
    if (data.length === elements(shape)) continue;
    const message = `expected ${elements(shape)} numbers for the input "${name}" of [${shape}], got ${data.length}; a buffer is handed over once`;
    throw new ViewforgeError('USAGE', where, message);
  }
}

function buffersOf(feeds: Payloads): ArrayBuffer[] {
  return [...new Set(Object.values(feeds).map(({ data }) => data.buffer as ArrayBuffer))];
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : `exit code ${String(cause)}`;
}
