import type { Running } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { runFailure, type Session, type SessionOptions, sessionRefusal } from './session.ts';

/**
 * A session in the thread that asks, for models that run for a few milliseconds: a message to another thread and back would cost as
 * much. A run blocks the thread, and an abort is seen before it and after it. Feeds stay the caller's. Throws as `openSession` does.
 */
export async function openNearSession(options: SessionOptions, { signal }: Running): Promise<Session> {
  signal.throwIfAborted();
  const { where, passedOver = [], ...setup } = options;
  const { openModel, reasonOf, runModel } = await import('./model-runs.ts'); // loads ONNX Runtime, which is not always needed
  const { session, answer } = await openModel(setup);
  if (session === undefined || answer.kind === 'refused') throw sessionRefusal(where, [...passedOver, ...answer.failed]);
  const { provider, inputs, outputs, failed } = answer;
  let line: Promise<unknown> = Promise.resolve(); // a run takes several turns of the thread
  let closing: Promise<void> | undefined;
  return {
    ...{ provider, inputs, outputs, passedOver: [...passedOver, ...failed] },
    async run(feeds, names, running) {
      running.signal.throwIfAborted();
      if (closing) throw new ViewforgeError('USAGE', where, 'expected an open session, got one that was closed');
      const result = line.then(() =>
        runModel(session, feeds, names).catch((error: unknown) => {
          throw runFailure(where, reasonOf(error));
        }),
      );
      line = result.catch(() => {});
      const found = await result;
      running.signal.throwIfAborted();
      return { outputs: found, feeds };
    },
    close: () => (closing ??= line.then(() => session.release())),
  };
}
