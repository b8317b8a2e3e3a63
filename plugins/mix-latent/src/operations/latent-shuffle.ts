import { defineMixer, type Encoder, number, type Running, type ViewBatch, ViewforgeError } from '@viewforge/core';
import { permutation } from '@viewforge/random';
import { copy, features, type Tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';
import { mapShape, stageFor, stageOptions } from './stage-options.ts';

/** Who gives the second part to whom, how wide the first part is, in channels or else as a share of them, and where in the encoder. */
export type ShuffleDraw = {
  readonly partners: readonly number[];
  readonly width: number | null;
  readonly share: number;
  readonly stage: number;
};

/**
 * Splits each embedding [a | b] into what says who it is, its first channels (numbers, of [n, d]), and the rest, and gives it the rest of
 * another one: [a_i | b_p(i)]. It stays the item that a is of, so labels follow the first part. Gradients are routed to who gave what. Throws
 * SHAPE where `width` leaves no rest.
 */
export const latentShuffle = defineMixer({
  name: 'latent-shuffle',
  summary: 'Join the part of an embedding that says who it is with the rest of another one.',
  mixes: 'batch',
  options: z.object({
    share: number({
      default: 0.5,
      min: 0,
      max: 1,
      unit: 'share of channels',
      doc: 'How much of the embedding, from its start, says who an item is; rounded to whole channels.',
    }),
    width: z
      .int()
      .min(1)
      .optional()
      .describe('How many of the first channels say who an item is; given, it takes the place of the share.')
      .meta({ unit: 'channels' }),
    stage: stageOptions.stage,
  }),
  draw: (batch, { share, width, stage: asked }, random, context): ShuffleDraw => {
    const stage = stageFor(asked, context);
    if (stage === 0 && width !== undefined) checkWidth(batch.values, width); // the input is there to be looked at
    return { partners: permutation(random, batch.values.shape[0]!), width: width ?? null, share, stage };
  },
  apply: (batch, drawn: ShuffleDraw) => {
    const result = copy(batch.values);
    const from = values(batch.values);
    eachGiven(batch.values, drawn, (to, donor) => {
      result.data[to] = from[donor]!;
    });
    return { ...batch, values: result };
  },
  stageOf: ({ stage }: ShuffleDraw) => stage,
  pullback: (_batch, drawn, gradients) => {
    if (gradients.values === undefined) return gradients;
    const g = values(gradients.values);
    const sums = Float64Array.from(g);
    eachGiven(gradients.values, drawn, (to, donor) => {
      sums[to] = sums[to]! - g[to]!;
      sums[donor] = sums[donor]! + g[to]!;
    });
    return { ...gradients, values: asType(sums, gradients.values) };
  },
});

/**
 * Samples of shuffled embeddings [n, d]: `decoder` gets the first `width` numbers of each as `identity` [n, width] and the rest as `nuisance`, and what
 * it gives as `features` takes the place of the embeddings; blend and labels stay.
 */
export async function decodeShuffled(batch: ViewBatch, width: number, decoder: Encoder, running: Running): Promise<ViewBatch> {
  checkWidth(batch.values, width);
  const [n, d] = batch.values.shape as [number, number];
  const from = values(batch.values);
  const columns = (first: number, end: number) =>
    features(
      Float32Array.from(
        { length: n * (end - first) },
        (_, e) => from[Math.floor(e / (end - first)) * d + first + (e % (end - first))]!,
      ),
      n,
      end - first,
    );
  const outputs = await decoder.encode({ identity: columns(0, width), nuisance: columns(width, d) }, running);
  if (outputs['features']?.shape[0] === n) return { ...batch, values: outputs['features'] };
  throw new ViewforgeError(
    'MODEL_OUTPUT',
    decoder.name,
    `expected features of ${n} items, got [${outputs['features']?.shape ?? 'nothing'}]`,
  );
}

/** Calls `visit` with each element of the second parts that was given away, and the element that took its place. */
function eachGiven(tensor: Tensor, { partners, width, share }: ShuffleDraw, visit: (to: number, donor: number) => void): void {
  const { c, m } = mapShape(tensor, undefined, 'latent-shuffle');
  if (width !== null) checkWidth(tensor, width);
  const first = (width ?? Math.round(share * c)) * m;
  for (const [i, partner] of partners.entries()) {
    if (partner !== i) for (let e = first; e < c * m; e++) visit(i * c * m + e, partner * c * m + e);
  }
}

function checkWidth({ shape }: Tensor, width: number): void {
  if ((shape[1] ?? 1) > width) return;
  throw new ViewforgeError('SHAPE', 'latent-shuffle', `expected embeddings of more than ${width} channels, got [${shape}]`);
}
