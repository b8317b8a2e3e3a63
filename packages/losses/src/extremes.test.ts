import { type ContrastBatch, type Loss, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { lossGradientError } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import {
  debiased,
  decoupled,
  hardWeighted,
  infoNce,
  listWiseWasserstein,
  modelAware,
  ntXent,
  supCon,
  twoSidedInfoNce,
  weightedDecoupled,
} from './index.ts';

type Options = { readonly temperature: number };
const all: readonly (readonly [name: string, make: (options: Options) => Loss])[] = [
  ['debiased', debiased],
  ['decoupled', decoupled],
  ['hard-weighted', hardWeighted],
  ['info-nce, apart', (options) => infoNce({ ...options, positives: 'apart', scale: 'twice-temperature' })],
  ['info-nce, sum', (options) => infoNce({ ...options, positives: 'sum' })],
  ['list-wise-wasserstein', listWiseWasserstein],
  ['model-aware', modelAware],
  ['nt-xent', ntXent],
  ['sup-con', supCon],
  ['sup-con, inside', (options) => supCon({ ...options, positives: 'inside' })],
  ['two-sided-info-nce', twoSidedInfoNce],
  ['weighted-decoupled', weightedDecoupled],
];

const x = normal(6, 3, 1);
const opposite = scaled(x, -1);
const zero = scaled(x, 0);
const alike = features(new Float64Array(18).fill(0.3), 6, 3);

describe.each(all)('%s', (name, make) => {
  test.each([1e-4, 1e-2, 1, 1e2, 1e4])('temperature %d: gradients agree with central differences', (temperature) => {
    const batches = [pairs(x, normal(6, 3, 2)), againstThemselves(x), pairs(normal(2, 3, 3), normal(2, 3, 4)), severalEach(x)];
    for (const batch of batches) {
      // losses bend over distances of the temperature
      const step = 1e-5 * Math.min(1, temperature);
      const loss = make({ temperature });
      const { worst, where, scale } = lossGradientError(loss, batch, { step });
      // a value has 16 digits, a difference loses those of the step; bends take up to 1e-10 of the gradient, kinks in sight more
      const largest = Math.max(1, 1 / temperature, Math.abs(loss.measure(batch).value));
      expect(worst, where).toBeLessThanOrEqual(1e-6 * scale + (1e-15 * largest) / step);
    }
  });

  test.each([1e-4, 1, 1e4])('temperature %d: duplicates, opposite and zero rows give finite numbers', (temperature) => {
    const kinds = [x, opposite, zero, alike];
    const one = normal(1, 3, 1);
    const batches = [
      ...kinds.flatMap((queries) => kinds.map((keys) => pairs(queries, keys))),
      ...[alike, zero, joined(x, x), joined(x, opposite)].flatMap((each) => [againstThemselves(each), severalEach(each)]),
      ...[one, scaled(one, -1), scaled(one, 0)].map((keys) => pairs(one, keys)),
      againstThemselves(joined(one, one)),
    ];
    for (const batch of batches) {
      const { value, gradients } = make({ temperature }).differentiate(batch);
      const numbers = [value, ...values(gradients.queries!), ...values(gradients.keys![0]!)];
      expect(numbers.filter((each) => !Number.isFinite(each))).toEqual([]);
    }
  });

  test('4096 queries: gradients agree along random directions', () => {
    // of the list-wise loss fewer: its time grows with the cube of the queries
    const n = name === 'list-wise-wasserstein' ? 96 : 4096;
    const targets = sparseWeights(Array.from({ length: n }, (_, i) => [[i % 32, 1]]));
    const batch: ContrastBatch = { ...pairs(normal(n, 3, 1), normal(32, 3, 2)), targets };
    const { worst, scale } = lossGradientError(make({ temperature: 0.5 }), batch, { largest: 0, directions: 1, step: 1e-3 });
    expect(worst).toBeLessThanOrEqual(1e-5 * scale);
    expect(scale).toBeGreaterThan(0);
  });
});

/** Row i and row i + n / 2 belong together. */
function againstThemselves(rows: Features): ContrastBatch {
  const n = rows.shape[0]!;
  const targets = sparseWeights(Array.from({ length: n }, (_, i) => [[(i + n / 2) % n, 1]]));
  return { queries: rows, keys: [rows], targets, excluded: { kind: 'self' } };
}

/** Each row belongs to its two neighbors. */
function severalEach(rows: Features): ContrastBatch {
  const n = rows.shape[0]!;
  const neighbors = (i: number): [number, number][] => [
    [(i + 1) % n, 0.5],
    [(i + n - 1) % n, 0.5],
  ];
  return { ...againstThemselves(rows), targets: sparseWeights(Array.from({ length: n }, (_, i) => neighbors(i))) };
}

function joined(one: Features, other: Features): Features {
  const data = Float64Array.from([...values(one), ...values(other)]);
  return features(data, data.length / 3, 3);
}

function scaled(rows: Features, factor: number): Features {
  return features(
    values(rows).map((each) => factor * each),
    rows.shape[0]!,
    rows.shape[1]!,
  );
}

function normal(n: number, d: number, seed: number): Features {
  const random = createRandom('extremes').fork(seed);
  return features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
}
