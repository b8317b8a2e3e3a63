import type { ContrastBatch, LossReport, Mixer, Progress, TraceMix } from '@viewforge/core';
import { createRandom, type Random } from '@viewforge/random';
import { encodeViews } from './encode-views.ts';
import type { RunOptions, RunStep } from './options.ts';
import { views } from './views.ts';

const nothing: LossReport = { value: Number.NaN, perQuery: new Float64Array(), parts: {} };

/**
 * The path of items from source to loss, one batch a step: `views` does hops 1 to 4, this function hops 5 to 8.
 * The encoder stays open, so that it can be used again; close it when done. Rejects as `views` does, and with what an encoder,
 * pairing, mixer or loss throws.
 */
export async function* run(options: RunOptions): AsyncGenerator<RunStep, void, undefined> {
  const { encoder, pairing, loss, seed, epochs = 1, inputMixers = [], mixers = [] } = options;
  const running = { signal: options.signal ?? new AbortController().signal };
  const random = createRandom(seed);
  let state = options.resume ? options.resume.state : pairing.start();
  for await (const step of views(options)) {
    if (step.items.length === 0) {
      yield { ...step, encoded: { items: [], views: {} }, loss: nothing, mixes: [], checkpoint: { ...step.checkpoint, state } };
      continue;
    }
    const progress = { epoch: step.epoch, step: step.step, fraction: step.epoch / epochs };
    const { encoded, mixes } = await encodeViews(step, encoder, inputMixers, random, progress, running); // hop 5
    const paired = pairing.pair(encoded, state, progress); // hop 6
    state = paired.state;
    const mixed = mixBatch(paired.batch, mixers, inputMixers.length, random, progress); // hop 7
    yield {
      ...step,
      encoded,
      loss: loss.measure(mixed.batch), // hop 8
      mixes: [...mixes, ...mixed.mixes],
      checkpoint: { ...step.checkpoint, state },
    };
  }
}

/** Hop 7: every mixer of embeddings in order, each with a stream of its own. */
function mixBatch(
  batch: ContrastBatch,
  mixers: readonly Mixer<'contrast'>[],
  before: number,
  random: Random,
  progress: Progress,
) {
  const mixes: TraceMix[] = [];
  let mixed = batch;
  for (const [position, mixer] of mixers.entries()) {
    const place = before + position;
    const params = mixer.draw(mixed, random.fork('mix', progress.step, place, mixer.name), progress);
    mixes.push({ step: progress.step, place, mixer: mixer.name, params });
    mixed = mixer.apply(mixed, params);
  }
  return { batch: mixed, mixes };
}
