import { type ContrastBatch, type Json, type Mixer, sparseWeights } from '@viewforge/core';
import {
  angularTriplets,
  batchEasyHard,
  batchHard,
  distanceWeights,
  hardPairs,
  multiSimilarityPairs,
  pairMargins,
  tripletMargins,
} from '@viewforge/miners';
import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, goldenNumbers, goldenTensor } from '@viewforge/testkit';
import { type Adapter, compare, type Outcome } from './outcome.ts';

/** Miners by `fn`. */
export const minerAdapters: Readonly<Record<string, Adapter>> = {
  batch_hard: (golden) => triplets(golden, batchHard({ distance: distanceOf(golden) })),
  batch_easy_hard(golden) {
    const [positives, negatives] = [golden.params['pos_strategy'], golden.params['neg_strategy']] as ['easy', 'semihard'];
    return pairs(golden, batchEasyHard({ positives, negatives, distance: distanceOf(golden) }));
  },
  triplet_margin_miner(golden) {
    const kind = golden.params['type_of_triplets'] ?? 'all';
    const options = { margin: Number(golden.params['margin']), triplets: kind as 'all', distance: distanceOf(golden) };
    return triplets(golden, tripletMargins(options));
  },
  multi_similarity_miner: (golden) => pairs(golden, multiSimilarityPairs({ margin: Number(golden.params['epsilon']) })),
  pair_margin(golden) {
    const [positiveMargin, negativeMargin] = [Number(golden.params['pos_margin']), Number(golden.params['neg_margin'])];
    return pairs(golden, pairMargins({ positiveMargin, negativeMargin, distance: distanceOf(golden) }));
  },
  // the rows of the center are not brought to length 1 by the other implementation, nor are the others
  angular_miner: (golden) => triplets(golden, angularTriplets({ angle: Number(golden.params['angle']), rows: 'raw' })),
  hdc: (golden) => pairs(golden, hardPairs({ share: Number(golden.params['filter_percentage']), distance: distanceOf(golden) })),
  distance_weighted_weights(golden) {
    const window = { nearest: Number(golden.params['cutoff']), farthest: Number(golden.params['nonzero_loss_cutoff']) };
    const found = values(distanceWeights(batchOf(golden), window));
    // a row without weights is 0 / 0 there
    const expected = goldenNumbers(golden.outputs['weights'] as GoldenArray).map((value) => (Number.isNaN(value) ? 0 : value));
    return [compare('weights', found, expected, 1e-8 * Math.min(...expected.filter((value) => value > 0)) + 1e-12)];
  },
};

/** All rows against all rows, those of the same label being positives, and nobody seeing itself. */
function batchOf({ inputs }: GoldenCase): ContrastBatch {
  const x = goldenTensor(inputs['x']!);
  const labels = [...goldenNumbers(inputs['labels']!)];
  const targets = labels.map((label, row) => {
    const columns = labels.flatMap((other, column) => (other === label && column !== row ? [column] : []));
    return columns.map((column) => [column, 1 / columns.length] as const);
  });
  return { queries: x, keys: [x], targets: sparseWeights(targets), excluded: { kind: 'self' } };
}

function distanceOf({ params }: GoldenCase): 'cosine' | 'euclidean' {
  return params['distance'] === 'cosine' ? 'cosine' : 'euclidean';
}

function mined<P extends Json>(golden: GoldenCase, miner: Mixer<'contrast', P>): ContrastBatch {
  const batch = batchOf(golden);
  return miner.apply(batch, miner.draw(batch, createRandom(0), { epoch: 0, step: 0, fraction: 0 }));
}

function triplets<P extends Json>(golden: GoldenCase, miner: Mixer<'contrast', P>): Outcome[] {
  const { queries, positives, negatives } = mined(golden, miner).triplets!;
  const found = [...queries].flatMap((query, e) => [query, positives[e]!, negatives[e]!]);
  return [compare('triplets', found, numbersOf(golden, 'triplets'), 0)];
}

/** Pairs are told from what a query still sees: with a target, positives; without, negatives. */
function pairs<P extends Json>(golden: GoldenCase, miner: Mixer<'contrast', P>): Outcome[] {
  const { targets, excluded } = mined(golden, miner);
  if (targets.kind !== 'sparse' || excluded.kind !== 'except') throw new TypeError('a batch of few columns');
  const [positives, negatives]: [number[], number[]] = [[], []];
  for (let row = 0; row + 1 < targets.offsets.length; row++) {
    const own = new Set(targets.columns.subarray(targets.offsets[row], targets.offsets[row + 1]));
    const seen = excluded.columns.subarray(excluded.offsets[row], excluded.offsets[row + 1]);
    for (const column of seen) (own.has(column) ? positives : negatives).push(row, column);
  }
  return [
    compare('positive pairs', positives, numbersOf(golden, 'positive_pairs'), 0),
    compare('negative pairs', negatives, numbersOf(golden, 'negative_pairs'), 0),
  ];
}

function numbersOf({ outputs }: GoldenCase, name: string): number[] {
  return (outputs[name] as number[][]).flat();
}
