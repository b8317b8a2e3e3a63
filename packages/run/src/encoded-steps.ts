import { type EncodedViews, type Encoder, type Progress, type TraceMix, ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { encodeViews } from './encode-views.ts';
import type { RunOptions, ViewStep } from './options.ts';
import { viewsHeld } from './views.ts';

/** A step after hop 5. */
export interface EncodedStep {
  readonly step: ViewStep;
  readonly progress: Progress;
  readonly encoded: EncodedViews;
  readonly mixes: readonly TraceMix[];
}

/**
 * Hops 1 to 5. The step after the one given is made and encoded meanwhile, unless the encoder says that it changes: the encoder has work
 * while whoever asked pairs, mixes, measures and stores. What is given, and every error, comes in the order of the steps. Left early, it waits
 * for views that are being made, and for no model.
 */
export async function* encodedSteps(options: RunOptions, random: Random): AsyncGenerator<EncodedStep, void, undefined> {
  const { encoder, epochs = 1, inputMixers = [], reuse = false, signal } = options;
  const isAhead = !changes(encoder);
  const closing = new AbortController();
  const running = { signal: AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]) };
  const steps = viewsHeld(options, isAhead && reuse ? 2 : 1);
  const encodeNext = async (): Promise<EncodedStep | undefined> => {
    const { value: step } = await steps.next();
    if (!step) return undefined;
    const progress = { epoch: step.epoch, step: step.step, fraction: step.epoch / epochs };
    if (step.items.length === 0) return { step, progress, encoded: { items: [], views: {} }, mixes: [] };
    return { step, progress, ...(await encodeViews(step, encoder, inputMixers, random, progress, running)) };
  };
  let next: Promise<EncodedStep | undefined> | undefined;
  try {
    for (;;) {
      const current = await (next ?? encodeNext());
      if (current === undefined) return;
      next = isAhead ? encodeNext() : undefined;
      next?.catch(() => {}); // told when its turn comes
      yield current;
      signal?.throwIfAborted(); // what is ready does not hear it
    }
  } finally {
    closing.abort(new ViewforgeError('ABORTED', 'run', 'the run was closed'));
    const closed = steps.return();
    if (!signal?.aborted)
      await closed; // an abort waits for nobody
    else closed.catch(() => {});
  }
}

/** Whether the encoder, or a part of it, may give something else after a step. */
function changes({ changes: own = false, stages = [] }: Encoder): boolean {
  return own || stages.some(changes);
}
