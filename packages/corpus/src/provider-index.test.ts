import { ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { obeysIndexLaws, obeysOptionLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { exactIndex } from './exact-index.ts';
import { memoryVectors } from './memory-vectors.ts';
import { providerIndex } from './provider-index.ts';

obeysIndexLaws(providerIndex());
obeysIndexLaws(providerIndex({ blockRows: 64, queriesAtOnce: 3 }));
obeysOptionLaws(providerIndex);

const running = { signal: new AbortController().signal };

function rowsOf(seed: number, n: number, d: number) {
  const random = createRandom(seed);
  return features(
    Float32Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
}

test.each([1, 7, 300])('finds what comparing with every row finds, over blocks, for %i rows a query', async (count) => {
  const vectors = memoryVectors(rowsOf(1, 250, 12));
  const queries = rowsOf(2, 41, 12);
  const index = await providerIndex({ blockRows: 64, queriesAtOnce: 16 }).build(vectors, running);
  const exact = await exactIndex().build(vectors, running);
  const [found, expected] = [await index.search(queries, count, running), await exact.search(queries, count, running)];
  await index.close();
  expect(found.counts).toEqual(expected.counts);
  expect(found.columns).toEqual(expected.columns);
  found.scores.forEach((score, i) => {
    if (Number.isFinite(score)) expect(score).toBeCloseTo(expected.scores[i]!, 5); // float32 sums of 12 terms in another order
  });
});

test('of rows that are alike the lower one comes first, within a block and across blocks', async () => {
  const vectors = memoryVectors(features(Float32Array.of(0, 1, 1, 0, 2, 0, 3, 0, 0, 2, 4, 0), 6, 2));
  const index = await providerIndex({ blockRows: 4 }).build(vectors, running);
  const { columns } = await index.search(features(Float32Array.of(1, 0), 1, 2), 4, running);
  await index.close();
  expect([...columns]).toEqual([1, 2, 3, 5]);
});

test('rows and queries that are no numbers find nothing and are not found', async () => {
  const vectors = memoryVectors(features(Float32Array.of(1, 0, Number.NaN, 1, 0, 1), 3, 2));
  const index = await providerIndex().build(vectors, running);
  const { columns, counts } = await index.search(features(Float32Array.of(1, 0, Number.POSITIVE_INFINITY, 0), 2, 2), 3, running);
  await index.close();
  expect([...columns]).toEqual([0, 2, -1, -1, -1, -1]);
  expect([...counts]).toEqual([2, 0]);
});

test('queries of another width, and a provider that is not there, are refused by name', async () => {
  const vectors = memoryVectors(rowsOf(3, 5, 4));
  const index = await providerIndex().build(vectors, running);
  await expect(index.search(rowsOf(3, 2, 3), 1, running)).rejects.toThrow('expected queries of 4 features, got 3');
  await index.close();
  const onCard = providerIndex({ providers: ['cuda'] }).build(vectors, running);
  await expect(onCard.then((built) => built.close())).rejects.toBeInstanceOf(ViewforgeError);
});
