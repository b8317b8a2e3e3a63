import { type ContrastBatch, onlyColumns, pairs, sparseWeights } from '@viewforge/core';
import { bothWays } from '@viewforge/pairings';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { exampleBatches, exampleEncodedViews, exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { batchHard } from './batch-hard.ts';
import { cosinesOf } from './distances.ts';
import { hardNegatives } from './hard-negatives.ts';
import { miningReport, quantileShares } from './mining-report.ts';
import { sidesOf } from './sides.ts';

test('scores 0.1, 0.2, 0.3 and 0.4 have quartiles 0.175, 0.25 and 0.325', () => {
  const keys = [0.9, 0.4, 0.1, 0.3, 0.2].flatMap((cosine) => [cosine, Math.sqrt(1 - cosine ** 2)]);
  const batch = {
    ...pairs(features(Float64Array.of(1, 0), 1, 2), features(Float64Array.from(keys), 5, 2)),
    targets: sparseWeights([[[0, 1]]]),
  };
  const { negativeScores, positiveScores, margins, ...counts } = miningReport(batch);
  const expected = [0.1, 0.13, 0.175, 0.25, 0.325, 0.37, 0.4];
  expect(negativeScores).toHaveLength(quantileShares.length);
  for (const [i, score] of negativeScores.entries()) expect(score).toBeCloseTo(expected[i]!, 12);
  for (const score of positiveScores) expect(score).toBeCloseTo(0.9, 12);
  for (const margin of margins) expect(margin).toBeCloseTo(0.5, 12);
  expect(counts).toEqual({ queries: 1, withoutPositives: 0, withoutNegatives: 0, positives: 1, negatives: 4, triplets: 4 });
});

test('counts pairs, triplets and queries that lack one or the other', () => {
  const rows = exampleFeatures(4, 3, 0);
  const targets = sparseWeights([
    [[1, 1]],
    [
      [0, 0.5],
      [3, 0.5],
    ],
    [],
    [[3, 1]],
  ]);
  const batch: ContrastBatch = { ...pairs(rows, rows), targets, excluded: onlyColumns([[0, 1, 2], [0, 1, 2, 3], [0, 1], [3]]) };
  const counts = { queries: 4, withoutPositives: 1, withoutNegatives: 1, positives: 4, negatives: 6, triplets: 2 + 4 };
  expect(miningReport(batch)).toMatchObject(counts);
  const triplets = { queries: Int32Array.of(0), positives: Int32Array.of(1), negatives: Int32Array.of(2) };
  expect(miningReport({ ...batch, triplets })).toMatchObject({ ...counts, triplets: 1 });
});

test('quantiles of the example batches are those of sorted scores', () => {
  for (const { batch } of exampleBatches(1)) {
    const rows = Array.from({ length: batch.queries.shape[0]! }, (_, row) => row);
    const found = rows.map((row) => ({ ...sidesOf(batch)(row), scores: [...cosinesOf(batch, 'here')(row)] }));
    const positive = found.flatMap(({ positives, scores }) => positives.map((column) => scores[column]!)).sort((a, b) => a - b);
    const margins = found
      .filter(({ positives, negatives }) => positives.length > 0 && negatives.length > 0)
      .map(
        ({ positives, negatives, scores }) =>
          Math.min(...positives.map((c) => scores[c]!)) - Math.max(...negatives.map((c) => scores[c]!)),
      );
    const report = miningReport(batch);
    expect([report.positiveScores[0], report.positiveScores.at(-1)]).toEqual([positive[0], positive.at(-1)]);
    if (positive.length % 2 === 1) expect(report.positiveScores[3]).toBe(positive[(positive.length - 1) / 2]);
    if (margins.length > 0)
      expect([report.margins[0], report.margins.at(-1)]).toEqual([Math.min(...margins), Math.max(...margins)]);
    else expect(report.margins).toEqual([]);
  }
});

test('after batch-hard the margins are the same and everything else is less', () => {
  const rows = exampleFeatures(8, 3, 4);
  const batch = pairs(rows, exampleFeatures(8, 3, 5));
  const miner = batchHard({ distance: 'cosine' });
  const [before, after] = [batch, miner.apply(batch, miner.draw(batch, createRandom(0), { epoch: 0, step: 0, fraction: 0 }))].map(
    miningReport,
  );
  expect(after!.margins).toEqual(before!.margins);
  expect([before!.negatives, after!.negatives, after!.triplets]).toEqual([56, 8, 8]);
  expect(after!.negativeScores[0]).toBeGreaterThan(before!.negativeScores[0]!);
});

test('negatives at least a tenth below the positive leave margins above 0', () => {
  const now = { epoch: 0, step: 0, fraction: 0 };
  const { batch } = bothWays().pair(exampleEncodedViews({ items: 16, width: 8 }), null, now);
  const miner = hardNegatives({ count: 3, margin: 0.1 });
  const [before, after] = [batch, miner.apply(batch, miner.draw(batch, createRandom(1), now))].map(miningReport);
  expect([before!.positives, before!.negatives]).toEqual([32, 32 * 30]);
  expect([after!.positives, after!.negatives]).toEqual([32, 32 * 3]);
  expect(after!.positiveScores).toEqual(before!.positiveScores);
  expect(after!.margins[0]).toBeGreaterThan(0.1 * after!.positiveScores[0]!);
});

test('of nothing there are no quantiles', () => {
  const empty = {
    ...pairs(features(new Float64Array(0), 0, 2), features(new Float64Array(0), 0, 2)),
    targets: sparseWeights([]),
  };
  expect(miningReport(empty)).toMatchObject({ queries: 0, positives: 0, positiveScores: [], negativeScores: [], margins: [] });
});
