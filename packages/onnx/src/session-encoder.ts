import type { Encoder, EncoderFacts, Running } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { encodeBatches, encodePart, type Feeder, imagesOf } from './encode-batches.ts';
import type { Feeding } from './feeding.ts';
import { chooseProviders } from './providers.ts';
import { openSession } from './session.ts';
import { type SessionChoice, threadsOf } from './session-options.ts';

/** A model that is ready to be loaded, and how it is fed. */
export interface LoadedModel {
  /** Path, or bytes, which are handed over to the thread of the session. */
  readonly model: string | Uint8Array;
  readonly feeding: Feeding;
}

interface Opened {
  readonly feeder: Feeder;
  readonly facts: EncoderFacts;
}

/**
 * The functions of an image encoder around one session, which is opened once and closed once.
 * `load` is called when it is first needed; `where` names the model in errors.
 */
export function sessionEncoder(
  where: string,
  choice: SessionChoice,
  load: () => Promise<LoadedModel> | LoadedModel,
): Pick<Encoder, 'open' | 'encode' | 'close'> {
  const closing = new AbortController();
  let opening: Promise<Opened> | undefined;
  // it is opened under no caller's signal: one that gives up must not stop what others wait for
  const opened = async ({ signal }: Running): Promise<Opened> => {
    signal.throwIfAborted();
    if (closing.signal.aborted)
      throw new ViewforgeError('USAGE', where, 'expected an open encoder, got one that was closed; make a new one');
    opening ??= openModel(where, choice, load, closing.signal).catch((error: unknown) => {
      opening = undefined; // the next call tries again
      throw error;
    });
    return unlessAborted(opening, signal);
  };
  return {
    open: async (running) => (await opened(running)).facts,
    async encode(inputs, running) {
      const { feeder, facts } = await opened(running);
      const images = imagesOf(inputs, feeder.feeding, where);
      return { features: await encodeBatches(feeder, images, facts.width, running) };
    },
    async close() {
      closing.abort(new ViewforgeError('ABORTED', where, 'the encoder was closed while it was being opened'));
      const open = await opening?.catch(() => undefined);
      await open?.feeder.session.close();
    },
  };
}

async function openModel(
  where: string,
  choice: SessionChoice,
  load: () => Promise<LoadedModel> | LoadedModel,
  signal: AbortSignal,
): Promise<Opened> {
  const { model, feeding } = await load();
  const { providers, passedOver } = await chooseProviders(choice.providers, where, { signal });
  const session = await openSession(
    { where, model, providers, passedOver, threads: threadsOf(choice), spinning: choice.spinning },
    { signal },
  );
  const feeder = { session, feeding, where, step: feeding.batch ?? choice.maxBatch, spare: [] };
  const width = feeding.width ?? (await measureWidth(feeder, signal));
  const [h, w] = feeding.size ?? ['h', 'w'];
  return {
    feeder,
    facts: {
      inputs: { image: { type: 'float32', shape: ['n', feeding.channels, h, w] } },
      outputs: { features: { type: 'float32', shape: ['n', width] } },
      width,
      provider: session.provider,
      passedOver: session.passedOver,
    },
  };
}

/** Width of the features of one black image, for models that do not state it; 224 pixels a side where they do not state that either. */
async function measureWidth(feeder: Feeder, signal: AbortSignal): Promise<number> {
  const [h, w] = feeder.feeding.size ?? [224, 224];
  try {
    return (await encodePart(feeder, [1, feeder.feeding.channels, h, w], { signal }, 1, () => {})).length;
  } catch (error) {
    await feeder.session.close();
    throw error;
  }
}

/** The promise, or the signal's reason as soon as it aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
