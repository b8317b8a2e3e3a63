import type { NeighborhoodBatch } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { softContrastive } from './soft-contrastive.ts';

expect.extend(matchers);
obeysOptionLaws(softContrastive);
const gaussian = softContrastive({ featureKernel: 'gaussian', embeddingKernel: 'gaussian', attraction: 0.2 });
for (const loss of [softContrastive(), gaussian, softContrastive({ featureFreedom: 5, embeddingFreedom: 0.5, attraction: 20 })]) {
  obeysBatchLossLaws(loss, [
    { name: 'two views of three items', batch: example() },
    { name: 'no two views of one item', batch: { ...example(), items: Int32Array.of(0, 1, 2, 3, 4, 5) } },
    {
      name: 'two rows',
      batch: { embeddings: exampleFeatures(2, 3), features: exampleFeatures(2, 5), items: Int32Array.of(7, 7) },
    },
    { name: 'one row', batch: { embeddings: exampleFeatures(1, 3), features: exampleFeatures(1, 5), items: Int32Array.of(7) } },
    { name: 'equal rows', batch: { ...example(), embeddings: rows(...Array(6).fill([1, 2])) } },
    { name: 'zero rows', batch: { ...example(), embeddings: example(0).embeddings, features: example(0).features } },
    // a step of 1e-6 says nothing of numbers of that size
    { name: 'tiny numbers', batch: example(1e-6), smooth: false },
    { name: 'huge numbers', batch: example(1e6), smooth: false },
  ]);
}

describe('values worked out by hand', () => {
  const apart = (squared: number) => rows([0, 0], [Math.sqrt(squared), 0]);

  test('two views of one item: P = e^.5 * .265258', () => {
    const batch = { embeddings: apart(1), features: apart(0.2), items: Int32Array.of(0, 0) };
    const { value, parts } = softContrastive().measure(batch);
    expect(value).toBeCloseTo(0.789381, 6);
    expect(parts['positive']).toBeCloseTo(0.230362, 6);
    expect(parts['negative']).toBeNaN();
  });

  test('two items: P = .063662', () => {
    const batch = { embeddings: apart(1), features: apart(4), items: Int32Array.of(0, 1) };
    const { value, parts } = softContrastive().measure(batch);
    expect(value).toBeCloseTo(0.338628, 6);
    expect(parts['negative']).toBeCloseTo(0.230362, 6);
  });

  test('P is at most 1: then the value is -ln Q', () => {
    const batch = { embeddings: apart(1), features: apart(0), items: Int32Array.of(0, 0) };
    expect(softContrastive({ attraction: 5 }).measure(batch).value).toBeCloseTo(-Math.log(0.230362), 5);
  });

  test('Gaussians at both ends', () => {
    const batch = { embeddings: apart(2), features: apart(0), items: Int32Array.of(0, 1) };
    const [p, q] = [1 / Math.sqrt(2 * Math.PI), Math.exp(-1) / Math.sqrt(2 * Math.PI)];
    const { value } = gaussian.measure(batch);
    expect(value).toBeCloseTo(-(p * Math.log(q) + (1 - p) * Math.log(1 - q)), 12);
  });

  test('the mean over pairs; each row the mean over its own', () => {
    const batch = example();
    const pair = (i: number, j: number) =>
      softContrastive().measure({
        embeddings: some(batch.embeddings, i, j),
        features: some(batch.features, i, j),
        items: Int32Array.of(batch.items[i]!, batch.items[j]!),
      }).value;
    const { value, perQuery } = softContrastive().measure(batch);
    const indices = [0, 1, 2, 3, 4, 5];
    const all = indices.flatMap((i) => indices.filter((j) => j > i).map((j) => pair(i, j)));
    expect(value).toBeCloseTo(all.reduce((sum, each) => sum + each, 0) / 15, 12);
    expect(perQuery[2]).toBeCloseTo(indices.filter((j) => j !== 2).reduce((sum, j) => sum + pair(2, j), 0) / 5, 12);
  });
});

test('one row has no pair', () => {
  const batch = { embeddings: rows([1, 2]), features: rows([3]), items: Int32Array.of(0) };
  const { value, perQuery, gradients } = softContrastive().differentiate(batch);
  expect([value, ...perQuery]).toEqual([0, Number.NaN]);
  expect([...values(gradients.embeddings!)]).toEqual([0, 0]);
});

test('where Q is P there is no gradient', () => {
  const x = exampleFeatures(4, 3);
  const batch = { embeddings: x, features: x, items: Int32Array.of(0, 1, 2, 3) };
  const { gradients } = softContrastive({ featureFreedom: 3, embeddingFreedom: 3 }).differentiate(batch);
  // float32 rows: exact in float64, and the same on both sides
  for (const each of values(gradients.embeddings!)) expect(Math.abs(each)).toBeLessThan(1e-15);
});

test('a view that strayed far from its item pulls less', () => {
  const pull = (squared: number) => {
    const batch = {
      embeddings: rows([0, 0], [2, 0]),
      features: rows([0], [Math.sqrt(squared)]),
      items: Int32Array.of(0, 0),
    };
    return softContrastive().differentiate(batch).gradients.embeddings!.get(1, 0);
  };
  expect(pull(0)).toBeGreaterThan(pull(1));
  expect(pull(1)).toBeGreaterThan(pull(9));
});

test('a pair of one item keeps its gradient at any distance', () => {
  const batch = { embeddings: rows([0], [1e9]), features: rows([0], [0]), items: Int32Array.of(0, 0) };
  const { gradients } = softContrastive({ attraction: 5 }).differentiate(batch);
  expect(gradients.embeddings!.get(1, 0)).toBeCloseTo(11 / 1e9, 15); // (nu + 1) / distance
});

test.each<[string, Partial<NeighborhoodBatch>]>([
  ['embeddings of [n, d] with n and d >= 1, got [0,3]', { embeddings: exampleFeatures(0, 3) }],
  ['features of [6, e], got [5,2]', { features: exampleFeatures(5, 2) }],
  ['the items of 6 rows, got 2', { items: Int32Array.of(1, 2) }],
  ['finite embeddings, got NaN in row 4', { embeddings: rows([1], [1], [1], [1], [Number.NaN], [1]) }],
  ['finite features, got Infinity in row 0', { features: rows([Infinity], [1], [1], [1], [1], [1]) }],
  ['a finite value, got', { embeddings: rows([1e200], [1], [1], [1], [1], [1]) }],
])('refused: expected %s', (message, wrong) => {
  expect(() => softContrastive().measure({ ...example(), ...wrong })).toThrow(`soft-contrastive: expected ${message}`);
});

function example(scale = 1): NeighborhoodBatch {
  return {
    embeddings: scaled(exampleFeatures(6, 3, 0), scale),
    features: scaled(exampleFeatures(6, 5, 1), scale),
    items: Int32Array.of(0, 1, 2, 0, 1, 2),
  };
}

function scaled(x: Features, scale: number): Features {
  return features(
    Float64Array.from(values(x), (each) => scale * each),
    ...(x.shape as [number, number]),
  );
}

function some(x: Features, ...indices: readonly number[]): Features {
  const d = x.shape[1]!;
  return rows(...indices.map((i) => [...values(x).slice(i * d, i * d + d)]));
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
