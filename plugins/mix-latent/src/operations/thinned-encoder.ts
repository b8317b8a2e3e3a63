import { createHash } from 'node:crypto';
import {
  type Encoder,
  type EncoderFacts,
  type EncoderInputs,
  type Encoding,
  type Running,
  ViewforgeError,
} from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { copy, elements, type Tensor } from '@viewforge/tensor';

/** Which numbers a thinned encoder lacks. */
export interface Thinning {
  /** Decides which numbers are left out, the same for every item and every call. */
  readonly seed: number;
  /** How likely each is left out, in [0, 1); those that stay are divided by the probability of staying. */
  readonly share: number;
}

/**
 * An encoder some of whose features are always 0: those that a fixed mask of its last weights would leave out. Between the stages of an
 * encoder that has some, hidden features are left out as well, each stage by a stream of its own. Two seeds make two models of one set of
 * weights. Layers within one model file are out of reach: what dropout does there is not done. Closing it closes the encoder. Throws
 * ViewforgeError (OPTION) for a share outside [0, 1).
 */
export function thinnedEncoder(encoder: Encoder, thinning: Thinning): Encoder {
  if (!(thinning.share >= 0 && thinning.share < 1))
    throw new ViewforgeError('OPTION', 'thinned-encoder', `expected a share in [0, 1), got ${thinning.share}`);
  const stages = encoder.stages ?? [encoder];
  const thinned = stages.map((stage, i) =>
    Object.freeze({
      ...stage,
      open: async (running: Running) => thinnedFacts(await stage.open(running), thinning, i),
      encode: async (inputs: EncoderInputs, running: Encoding) => {
        const outputs = await stage.encode(inputs, running);
        return { ...outputs, ...(outputs['features'] && { features: thin(outputs['features'], i, thinning) }) };
      },
    } satisfies Encoder),
  );
  return Object.freeze({
    ...encoder,
    name: `${encoder.name}-thinned-${thinning.share}-${thinning.seed}`,
    ...(encoder.stages && { stages: thinned }),
    open: async (running) => thinnedFacts(await encoder.open(running), thinning),
    async encode(inputs, encoding) {
      const { rows: _, ...running } = encoding; // they name what comes in, not what goes on
      let outputs = await thinned[0]!.encode(inputs, encoding);
      for (const stage of thinned.slice(1)) outputs = await stage.encode({ image: outputs['features']! }, running);
      return outputs;
    },
  } satisfies Encoder);
}

/** What is given depends on the thinning as well, so an encoder that states a digest gets another one. */
function thinnedFacts({ digest, ...facts }: EncoderFacts, { seed, share }: Thinning, stage?: number): EncoderFacts {
  if (digest === undefined) return facts;
  const named = [digest, 'thinned', seed, share, stage ?? 'whole'].join('\n');
  return { ...facts, digest: createHash('sha256').update(named).digest('hex') };
}

/** Features [n, ...] without some of an item's numbers, the same ones in every item. */
function thin(features: Tensor, stage: number, { seed, share }: Thinning): Tensor {
  const result = copy(features);
  const size = elements(features.shape.slice(1));
  const gates = createRandom(seed).fork('stage', stage);
  for (let k = 0; k < size; k++) {
    const isOut = gates.chance(share);
    for (let e = k; e < result.data.length; e += size) result.data[e] = isOut ? 0 : result.data[e]! / (1 - share);
  }
  return result;
}
