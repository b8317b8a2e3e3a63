import { type ContrastBatch, pairs, sparseExclusion } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { distanceWeights } from './distance-weights.ts';

/** A query (1, 0, 0, ...) and keys at these distances on the sphere; the first is the positive. */
function at(distances: readonly number[], d: number): ContrastBatch {
  const keys = new Float64Array(distances.length * d);
  distances.forEach((distance, row) => {
    const cosine = 1 - distance ** 2 / 2;
    keys[row * d] = cosine;
    keys[row * d + 1] = Math.sqrt(Math.max(0, 1 - cosine ** 2));
  });
  const query = new Float64Array(d);
  query[0] = 1;
  return pairs(features(query, 1, d), features(keys, distances.length, d));
}

test.each([2, 3, 5, 8])('weights are the inverse density t^(2 - d) (1 - t^2 / 4)^((3 - d) / 2), d = %d', (d) => {
  const distances = [0.1, 0.3, 0.5, 0.8, 1.2, 1.3];
  const expected = distances.slice(1).map((distance) => {
    const t = Math.max(0.5, distance);
    return t ** (2 - d) * (1 - t ** 2 / 4) ** ((3 - d) / 2);
  });
  const total = expected.reduce((sum, weight) => sum + weight, 0);
  const found = values(distanceWeights(at(distances, d), { nearest: 0.5, farthest: 1.4 }));
  expect(found[0]).toBe(0);
  for (const [i, weight] of expected.entries()) expect(found[i + 1]).toBeCloseTo(weight / total, 12);
});

test('the farthest distance is not drawn any more, and the antipode never', () => {
  const weigh = (farthest: number) =>
    [...values(distanceWeights(at([0.1, 1, 1.4, 2], 4), { nearest: 0.5, farthest }))].map((weight) => weight > 0);
  expect(weigh(1.3)).toEqual([false, true, false, false]);
  expect(weigh(1.5)).toEqual([false, true, true, false]);
  expect(weigh(2)).toEqual([false, true, true, false]);
});

test('rows of 768 features neither vanish nor overflow, and sum to 1', () => {
  const random = createRandom('wide');
  const rows = features(
    Float64Array.from({ length: 6 * 768 }, () => random.normal(0.5, 1)),
    6,
    768,
  );
  const found = values(distanceWeights(pairs(rows, rows), { nearest: 0.5, farthest: 1.4 }));
  for (let row = 0; row < 6; row++) {
    const sum = [...found.slice(row * 6, row * 6 + 6)].reduce((total, weight) => total + weight, 0);
    expect(sum).toBeCloseTo(1, 12);
  }
});

test('nobody near enough, and nobody visible, weigh nothing', () => {
  const far = at([0.1, 1.6, 1.7], 3);
  expect([...values(distanceWeights(far, { nearest: 0.5, farthest: 1.4 }))]).toEqual([0, 0, 0]);
  const rows = exampleFeatures(2, 3, 0);
  const hidden = { ...pairs(rows, rows), excluded: sparseExclusion([[1], []]) };
  expect([...values(distanceWeights(hidden, { nearest: 0.5, farthest: 2 }))].slice(0, 2)).toEqual([0, 0]);
});
