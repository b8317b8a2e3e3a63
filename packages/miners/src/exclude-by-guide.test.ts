import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { features } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { cosinesOf } from './distances.ts';
import { excludeByGuide } from './exclude-by-guide.ts';
import { sidesOf } from './sides.ts';

const rows = (cosines: readonly number[]) =>
  features(Float64Array.from(cosines.flatMap((cosine) => [cosine, Math.sqrt(1 - cosine ** 2), 0])), cosines.length, 3);
const query = features(Float64Array.of(1, 0, 0), 1, 3);

describe('a guide that sees the positive at 0.8 and negatives at 0.9, 0.8, 0.75 and 0.2', () => {
  const batch: ContrastBatch = {
    ...pairs(exampleFeatures(1, 2, 0), exampleFeatures(5, 2, 1)),
    targets: sparseWeights([[[0, 1]]]),
  };
  const guide = { queries: query, keys: [rows([0.8, 0.9, 0.8]), rows([0.75, 0.2])] };
  test.each([
    [{}, [2, 3, 4]],
    [{ margin: 0.07 }, [4]],
    [{ margin: -0.2 }, [1, 2, 3, 4]],
    [{ marginKind: 'relative', margin: 0.05 }, [3, 4]],
    [{ marginKind: 'none' }, [1, 2, 3, 4]],
  ] as const)('%j leaves %j', (margin, negatives) => {
    const left = excludeByGuide(batch, { ...guide, ...margin });
    expect(sidesOf(left)(0)).toEqual({ positives: [0], negatives });
    expect([left.queries, left.keys, left.targets]).toEqual([batch.queries, batch.keys, batch.targets]);
  });
  test('a guide of other counts is told', () => {
    const told = expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining('1 queries and 5 keys') });
    expect(() => excludeByGuide(batch, { queries: query, keys: [rows([0.8, 0.9])] })).toThrow(told);
    expect(() => excludeByGuide(batch, { queries: rows([1, 1]), keys: guide.keys })).toThrow(told);
  });
  test('triplets of what is excluded go', () => {
    const of = (...columns: number[]) => Int32Array.from(columns);
    const left = excludeByGuide({ ...batch, triplets: { queries: of(0, 0), positives: of(0, 0), negatives: of(1, 4) } }, guide);
    expect(left.triplets).toEqual({ queries: of(0), positives: of(0), negatives: of(4) });
  });
});

test.each([0, 1])('hides visible negatives above the lowest positive, and nothing else (example batches %d)', (seed) => {
  let hidden = 0;
  for (const { batch } of exampleBatches(seed)) {
    const [n, k] = [batch.queries.shape[0]!, batch.keys.reduce((sum, { shape }) => sum + shape[0]!, 0)];
    const guide = { queries: exampleFeatures(n, 6, seed), keys: [exampleFeatures(k, 6, seed + 10)] };
    const left = excludeByGuide(batch, guide);
    for (let row = 0; row < n; row++) {
      const [before, after] = [sidesOf(batch)(row), sidesOf(left)(row)];
      const scores = cosinesOf({ ...batch, ...guide }, 'here')(row);
      const lowest = Math.min(...before.positives.map((column) => scores[column]!));
      expect(after).toEqual({ ...before, negatives: before.negatives.filter((column) => scores[column]! <= lowest) });
      hidden += before.negatives.length - after.negatives.length;
    }
  }
  expect(hidden).toBeGreaterThan(3);
});
