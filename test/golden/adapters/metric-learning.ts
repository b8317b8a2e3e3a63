import { type ContrastBatch, type Loss, sparseWeights } from '@viewforge/core';
import {
  angular,
  circle,
  contrastivePairs,
  fastAp,
  intraPairVariance,
  lifted,
  margin,
  multiSimilarity,
  nca,
  triplet,
  tupletMargin,
} from '@viewforge/losses';
import { type Features, type Tensor, values } from '@viewforge/tensor';
import { type GoldenCase, goldenNumbers } from '@viewforge/testkit';
import { adapterOf } from './loss-adapter.ts';
import type { Adapter } from './outcome.ts';

/** Losses over labeled rows by `fn`. */
export const metricLearningAdapters: Readonly<Record<string, Adapter>> = {
  triplet_margin: labeled((golden) =>
    triplet({
      margin: Number(golden.params['margin']),
      swap: golden.params['swap'] === true,
      penalty: golden.params['smooth_loss'] === true ? 'softplus' : 'hinge',
      ...reductionOf(golden),
      ...distanceOf(golden),
    }),
  ),
  contrastive_pairs: labeled((golden) =>
    contrastivePairs({
      positiveMargin: Number(golden.params['pos_margin']),
      negativeMargin: Number(golden.params['neg_margin']),
      penalty: 'linear',
      ...reductionOf(golden),
      ...distanceOf(golden),
    }),
  ),
  multi_similarity: labeled((golden) =>
    multiSimilarity({
      positiveScale: Number(golden.params['alpha']),
      negativeScale: Number(golden.params['beta']),
      base: Number(golden.params['base']),
      ...distanceOf(golden),
    }),
  ),
  circle: labeled(({ params }) => circle({ margin: Number(params['m']), scale: Number(params['gamma']) })),
  margin: labeled((golden) =>
    margin({
      margin: Number(golden.params['margin']),
      boundary: Number(golden.params['beta']),
      regularization: Number(golden.params['nu']),
      ...distanceOf(golden),
    }),
  ),
  generalized_lifted: labeled((golden) =>
    lifted({
      positiveMargin: Number(golden.params['pos_margin']),
      negativeMargin: Number(golden.params['neg_margin']),
      ...distanceOf(golden),
    }),
  ),
  // the other implementation leaves negatives at the length they have
  angular: labeled(({ params }) => angular({ angle: Number(params['alpha']), negatives: 'raw' })),
  fastap: labeled(({ params }) => fastAp({ bins: Number(params['num_bins']) })),
  tuplet_margin: labeled(({ params }) => tupletMargin({ margin: Number(params['margin']), scale: Number(params['scale']) })),
  intra_pair_variance: labeled(({ params }) =>
    intraPairVariance({ positiveSlack: Number(params['pos_eps']), negativeSlack: Number(params['neg_eps']) }),
  ),
  nca: labeled((golden) => nca({ scale: Number(golden.params['softmax_scale']), ...distanceOf(golden) })),
};

/** Rows against themselves: those of the same label are positives, all others negatives. */
function labeled(lossOf: (golden: GoldenCase) => Loss): Adapter {
  return adapterOf((golden, inputs) => {
    const batch = byLabel(inputs['x']!, [...goldenNumbers(golden.inputs['labels']!)]);
    const { value, gradients } = lossOf(golden).differentiate(batch);
    const keys: Tensor = gradients.keys![0]!;
    return { loss: value, grads: { x: values(gradients.queries!).map((each, i) => each + values(keys)[i]!) } };
  });
}

function byLabel(x: Features, labels: readonly number[]): ContrastBatch {
  const targets = labels.map((label, i) => {
    const same = labels.flatMap((other, j) => (other === label && j !== i ? [j] : []));
    return same.map((j) => [j, 1 / same.length] as const);
  });
  return { queries: x, keys: [x], targets: sparseWeights(targets), excluded: { kind: 'self' } };
}

const distanceNames = {
  lp2: { distance: 'euclidean', rows: 'unit' },
  lp2_raw: { distance: 'euclidean', rows: 'raw' },
  lp2_sq: { distance: 'squared-euclidean', rows: 'unit' },
  lp1_raw: { distance: 'manhattan', rows: 'raw' },
  cosine: { distance: 'inner-product', rows: 'unit' },
  snr: { distance: 'signal-to-noise', rows: 'unit' },
} as const;

/** Cases of signal-to-noise name no distance, but alone have a regularizer. */
function distanceOf({ params }: GoldenCase) {
  const name = params['distance'] ?? (params['reg'] === 'none' ? 'snr' : undefined);
  const found = distanceNames[name as keyof typeof distanceNames];
  if (found === undefined) throw new Error(`no distance "${name}"`);
  return found;
}

const reductions = { avg_nonzero: 'nonzero', mean: 'mean', sum: 'sum' } as const;

/** The mean over terms above 0 where a case names none. */
function reductionOf({ params: { reducer = 'avg_nonzero' } }: GoldenCase) {
  const reduction = reductions[reducer as keyof typeof reductions];
  if (reduction === undefined) throw new Error(`no reduction "${reducer}"`);
  return { reduction };
}
