import {
  type Batches,
  type ContrastBatch,
  type LossReport,
  type Progress,
  type Running,
  type TraceMix,
  ViewforgeError,
} from '@viewforge/core';
import { createRandom, type Random } from '@viewforge/random';
import { encodedSteps } from './encoded-steps.ts';
import type { RunOptions, RunStep } from './options.ts';

const nothing: LossReport = { value: Number.NaN, perQuery: new Float64Array(), parts: {} };

/**
 * The path of items from source to loss, one batch a step: `views` does hops 1 to 4, this function hops 5 to 8. While a step is paired,
 * mixed, measured and looked at, the next is made and encoded, unless the encoder says that it changes between steps; results are the same.
 * The encoder stays open, so that it can be used again; close it when done. Rejects as `views` does, and with what an encoder,
 * pairing, mixer or loss throws; with DOMAIN before the first step where the loss measures another batch type than the pairing makes.
 */
export async function* run(options: RunOptions): AsyncGenerator<RunStep, void, undefined> {
  const { pairing, seed } = options;
  checkTypes(options);
  const running = { signal: options.signal ?? new AbortController().signal };
  const random = createRandom(seed);
  let state = options.resume ? options.resume.state : pairing.start();
  for await (const { step, progress, encoded, mixes } of encodedSteps(options, random)) {
    if (step.items.length === 0) {
      yield { ...step, encoded, loss: nothing, mixes, checkpoint: { ...step.checkpoint, state } };
      continue;
    }
    const paired = pairing.pair(encoded, state, progress); // hop 6
    state = paired.state;
    const mixed = await mixBatch(paired.batch, options, random, progress, running); // hop 7
    yield {
      ...step,
      encoded,
      loss: await options.loss.measure(mixed.batch, running), // hop 8
      mixes: [...mixes, ...mixed.mixes],
      checkpoint: { ...step.checkpoint, state },
    };
  }
}

/** Throws ViewforgeError (DOMAIN) where pairing, mixers and loss are of different batch types. */
function checkTypes({ pairing, loss: given, mixers = [] }: RunOptions): void {
  const loss = 'loss' in given ? given.loss : given;
  if (pairing.makes !== loss.measures) {
    const message = `expected a loss of ${pairing.makes}, which "${pairing.name}" makes, got one of ${loss.measures}`;
    throw new ViewforgeError('DOMAIN', loss.name, message);
  }
  if (mixers.length > 0 && pairing.makes !== 'contrast') {
    const message = `expected a pairing that makes contrast for mixers of embeddings, got "${pairing.name}", which makes ${pairing.makes}`;
    throw new ViewforgeError('DOMAIN', 'mixer' in mixers[0]! ? mixers[0].mixer.name : mixers[0]!.name, message);
  }
}

/** Hop 7: every mixer of embeddings in order, each with a stream of its own. */
async function mixBatch(
  batch: Batches[keyof Batches],
  { pairing, mixers = [], inputMixers = [], watch }: RunOptions,
  random: Random,
  progress: Progress,
  running: Running,
) {
  const mixes: TraceMix[] = [];
  if (pairing.makes !== 'contrast') return { batch, mixes };
  const { step, epoch } = progress;
  let mixed = batch as ContrastBatch;
  watch?.({ step, epoch, place: 0, from: pairing.name, batch: mixed });
  for (const [position, given] of mixers.entries()) {
    const mixer = 'mixer' in given ? given.mixer : given;
    const place = inputMixers.length + position;
    const params = mixer.draw(mixed, random.fork('mix', step, place, mixer.name), progress);
    mixes.push({ step, place, mixer: mixer.name, params });
    mixed = 'mixer' in given ? await given.apply(mixed, params, running) : given.apply(mixed, params);
    watch?.({ step, epoch, place: position + 1, from: mixer.name, batch: mixed });
  }
  return { batch: mixed, mixes };
}
