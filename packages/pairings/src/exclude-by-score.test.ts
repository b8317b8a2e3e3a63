import {
  type ContrastBatch,
  eachExcluded,
  excludedRanges,
  onlyColumns,
  pairs,
  sparseExclusion,
  sparseWeights,
} from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { type Features, features } from '@viewforge/tensor';
import { exampleBatches, exampleEncodedViews, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { bothWays } from './both-ways.ts';
import { excludeByScore } from './exclude-by-score.ts';

for (const mode of ['absolute', 'relative', 'margin', 'share'] as const) {
  obeysMixerLaws(
    excludeByScore({ mode, threshold: 0.4, share: 0.5, margin: 0.2 }),
    exampleBatches().map(({ batch }) => batch),
  );
}

/** A query along the first axis, its positive (column 0) of one cosine, and negatives of others. */
function scored(positive: number, ...negatives: number[]): ContrastBatch {
  const keys = rows([positive, ...negatives].map((cosine) => [2 * cosine, 2 * Math.sqrt(1 - cosine * cosine)]));
  return { ...pairs(rows([[3, 0]]), keys), targets: sparseWeights([[[0, 1]]]) };
}

test.each([
  { name: 'a cosine', options: { mode: 'absolute', threshold: 0.7 }, batch: scored(0.5, 0.69, 0.71, 0.9, -0.9), hidden: [2, 3] },
  { name: 'a cosine of 1', options: { mode: 'absolute', threshold: 1 }, batch: scored(0.5, 1, 1), hidden: [] },
  { name: 'a share of the positive', options: { threshold: 0.9 }, batch: scored(0.8, 0.71, 0.73, 0.9), hidden: [2, 3] },
  // 0.9 of -0.5 lies above it, so the bound is -0.55: as near below it
  {
    name: 'a share of a negative positive',
    options: { threshold: 0.9 },
    batch: scored(-0.5, -0.56, -0.54, -0.4),
    hidden: [2, 3],
  },
  { name: 'more than the positive', options: { threshold: 1.1 }, batch: scored(0.5, 0.54, 0.56), hidden: [2] },
  { name: 'more than a negative positive', options: { threshold: 1.1 }, batch: scored(-0.5, -0.46, -0.44), hidden: [2] },
  { name: 'a positive of 0', options: { threshold: 0.9 }, batch: scored(0, -0.01, 0.01), hidden: [2] },
  { name: 'a margin', options: { mode: 'margin', margin: 0.2 }, batch: scored(0.1, -0.11, -0.09, 0.5), hidden: [2, 3] },
  {
    name: 'half of the negatives',
    options: { mode: 'share', share: 0.5 },
    batch: scored(0.9, 0.3, -0.2, 0.8, 0.1),
    hidden: [1, 3],
  },
  { name: 'rounded down', options: { mode: 'share', share: 0.49 }, batch: scored(0.9, 0.3, -0.2, 0.8, 0.1), hidden: [3] },
  { name: 'the lower of two alike', options: { mode: 'share', share: 0.5 }, batch: scored(0.9, 0.3, 0.3), hidden: [1] },
  { name: 'all of them', options: { mode: 'share', share: 1 }, batch: scored(0.9, 0.3, -0.2), hidden: [1, 2] },
  { name: 'none of them', options: { mode: 'share', share: 0 }, batch: scored(0.9, 0.3, -0.2), hidden: [] },
] as const)('by $name', ({ options, batch, hidden }) => {
  expect(excludedBy(options, batch)[0]).toEqual(hidden);
});

test('where ranges are excluded, they stay ranges', () => {
  const batch = { ...scored(0.9, 0.99, 0.1, 0.2, 0.99), excluded: excludedRanges([[[2, 4]]]) };
  const found = excludeByScore({ mode: 'absolute' }).apply(batch, { mode: 'absolute', threshold: 0.95, margin: 0, share: 0 });
  expect(found.excluded).toEqual(excludedRanges([[[1, 5]]]));
});

test('positives stay, and several of them count by their mean', () => {
  const batch = {
    ...scored(0.9, 0.3, 0.55, 0.65),
    targets: sparseWeights([
      [
        [0, 0.5],
        [1, 0.5],
      ],
    ]),
  };
  expect(excludedBy({ mode: 'margin', margin: 0 }, batch)[0]).toEqual([3]); // above 0.6
});

test('a query without a positive keeps all negatives where the bound is relative', () => {
  const batch = { ...scored(0.9, 0.99), targets: sparseWeights([[]]) };
  expect(excludedBy({ mode: 'relative', threshold: 0 }, batch)).toEqual([[]]);
  expect(excludedBy({ mode: 'absolute', threshold: 0.95 }, batch)).toEqual([[1]]);
});

test('what was excluded stays excluded, in every way to say it', () => {
  const batch = scored(0.5, 0.9, 0.1, 0.8);
  const by = (excluded: ContrastBatch['excluded']) => excludedBy({ mode: 'absolute', threshold: 0.6 }, { ...batch, excluded });
  expect(by({ kind: 'none' })).toEqual([[1, 3]]);
  expect(by(sparseExclusion([[2, 3]]))).toEqual([[1, 2, 3]]);
  expect(by(onlyColumns([[0, 1]]))).toEqual([[1, 2, 3]]);
  const itself = { ...scored(0.5, 0.9), targets: sparseWeights([[[1, 1]]]), excluded: { kind: 'self' } } as const;
  expect(excludedBy({ mode: 'absolute', threshold: 0.3 }, itself)).toEqual([[0]]);
});

test('keys count through their blocks, and rows of zeros are at a right angle to all', () => {
  const batch = scored(0.5, 0.9, 0.1);
  const blocks = {
    ...batch,
    keys: [
      batch.keys[0]!,
      rows([
        [0, 0],
        [1, 0.1],
      ]),
    ],
  };
  expect(excludedBy({ mode: 'absolute', threshold: 0.05 }, blocks)).toEqual([[1, 2, 4]]);
  expect(excludedBy({ mode: 'absolute', threshold: -0.1 }, blocks)).toEqual([[1, 2, 3, 4]]);
});

test('the loss no longer sees them, and gradients pass as they are', () => {
  const batch = scored(0.5, 0.9, 0.1);
  const part = excludeByScore({ mode: 'absolute', threshold: 0.6 });
  const params = part.draw(batch, createRandom(0), { epoch: 0, step: 0, fraction: 0 });
  const [with1, without] = [batch, { ...scored(0.5, 0.1) }].map((each) => infoNce().measure(part.apply(each, params)).value);
  expect(with1).toBeCloseTo(without!, 12);
  const { gradients } = infoNce().differentiate(part.apply(batch, params));
  expect(part.pullback!(batch, params, gradients)).toBe(gradients);
});

test('it stands behind a pairing', () => {
  const { batch } = bothWays().pair(exampleEncodedViews({ items: 8, width: 2 }), null, { epoch: 0, step: 0, fraction: 0 });
  const hidden = excludedBy({ threshold: 0.9 }, batch);
  expect(hidden.every((columns, row) => columns.includes(row))).toBe(true);
  expect(hidden.flat().length).toBeGreaterThan(16);
});

test('a share of many negatives is what sorting finds', () => {
  const random = createRandom('share');
  // cosines on a grid, so that there are ties
  const cosines = Array.from({ length: 301 }, () => random.integer(-20, 21) / 20);
  const expected = cosines
    .map((cosine, i) => ({ cosine, column: i + 1 }))
    .sort((a, b) => b.cosine - a.cosine || a.column - b.column)
    .slice(0, 90)
    .map(({ column }) => column)
    .sort((a, b) => a - b);
  const keys = rows([0.5, ...cosines].map((cosine) => [cosine, 1])); // c / sqrt(c^2 + 1) keeps the order of c
  const batch: ContrastBatch = { ...pairs(rows([[1, 0]]), keys), targets: sparseWeights([[[0, 1]]]) };
  expect(excludedBy({ mode: 'share', share: 0.3 }, batch)[0]).toEqual(expected);
});

function excludedBy(options: Parameters<typeof excludeByScore>[0], batch: ContrastBatch): number[][] {
  const part = excludeByScore(options);
  const mixed = part.apply(batch, part.draw(batch, createRandom(0), { epoch: 0, step: 0, fraction: 0 }));
  return Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
    const found: number[] = [];
    eachExcluded(mixed, row, (column) => found.push(column));
    return found;
  });
}

function rows(of: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(of.flat()), of.length, of[0]!.length);
}
