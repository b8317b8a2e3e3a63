import type { Running } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { runFailure, type Session, type SessionOptions, sessionRefusal } from './session.ts';

/**
 * A session in the thread that asks, for models that run for a few milliseconds: a message to another thread and back would cost as
 * much. A run blocks the thread, and an abort is seen before it and after it. Feeds stay the caller's, also those that
 * are held, which must not be written again. Throws as `openSession` does.
 */
export async function openNearSession(options: SessionOptions, { signal }: Running): Promise<Session> {
  signal.throwIfAborted();
  const { where, passedOver = [], ...setup } = options;
  // these load ONNX Runtime, which is not always needed
  const { openModel, reasonOf, runModel } = await import('./model-runs.ts');
  const { createHeldValues } = await import('./held-values.ts');
  const { session, answer } = await openModel(setup);
  if (session === undefined || answer.kind === 'refused') throw sessionRefusal(where, [...passedOver, ...answer.failed]);
  const { provider, inputs, outputs, failed } = answer;
  const values = createHeldValues();
  let line: Promise<unknown> = Promise.resolve(); // a run takes several turns of the thread
  let closing: Promise<void> | undefined;
  const checkOpen = () => {
    if (closing) throw new ViewforgeError('USAGE', where, 'expected an open session, got one that was closed');
  };
  const inLine = async ({ signal }: Running, work: () => void): Promise<void> => {
    signal.throwIfAborted();
    checkOpen();
    const done = line.then(work);
    line = done.catch(() => {});
    await done;
  };
  return {
    ...{ provider, inputs, outputs, passedOver: [...passedOver, ...failed] },
    async run(feeds, names, running, held = []) {
      running.signal.throwIfAborted();
      checkOpen();
      const result = line.then(async () => {
        try {
          return await runModel(session, values.feedsOf({ feeds, held }), names);
        } catch (error) {
          throw runFailure(where, reasonOf(error));
        }
      });
      line = result.catch(() => {});
      const found = await result;
      running.signal.throwIfAborted();
      return { outputs: found, feeds };
    },
    hold: (name, feeds, running) => inLine(running, () => values.hold(name, feeds)),
    drop: (name, running) => inLine(running, () => values.drop(name)),
    close: () => (closing ??= line.then(() => session.release())),
  };
}
