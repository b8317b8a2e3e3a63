import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, softmax } from '@viewforge/tensor';
import { exampleBatches, exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { createHardness, hardness, hardnessOf, type LabeledContrast } from '../index.ts';

obeysMetricLaws(hardness(), [
  { encoded: viewsOf(rows([1, 0], [0, 1]), rows([1, 0], [0, 1])), value: 0 },
  // collapsed features tie with every negative
  { encoded: viewsOf(rows([1, 1], [2, 2], [3, 3]), rows([1, 1], [1, 1], [1, 1])), value: 1 },
]);

test('P = (.7, .1, .1, .1): three effective negatives, which have .3 of the softmax', () => {
  const cosine = 0.2 * Math.log(7); // e^(.2 ln 7 / .2) = 7 times a negative at right angles
  const found = hardnessOf({ batch: oneQuery(cosine, [0, 0, 0]) }, { temperature: 0.2, most: 2 });
  expect(found.effectiveNegatives).toBeCloseTo(3, 12);
  expect(found.negativeMass).toBeCloseTo(0.3, 12);
  expect(found.topMass).toBeCloseTo(0.2, 12);
  expect(found.topHundredthMass).toBeCloseTo(0.1, 12); // at least one
  expect([found.rankShare, found.n]).toEqual([0, 1]);
});

test('a positive of .3 lies below one of four negatives and ties with another', () => {
  const batch: ContrastBatch = {
    ...oneQuery(0.3, [0.5, 0.1, -0.2]),
    keys: [rows(angle(0.3), angle(0.5), angle(0.3), angle(0.1), angle(-0.2))],
  };
  expect(hardnessOf({ batch }, { temperature: 1, most: 1 }).rankShare).toBe(0.5);
});

test('with more negatives than the hardest all of their mass is the top', () => {
  const found = hardnessOf({ batch: pairs(exampleFeatures(5, 3), exampleFeatures(5, 3)) }, { temperature: 0.1, most: 1024 });
  expect(found.topMass).toBeCloseTo(found.negativeMass, 12);
});

test('300 negatives agree with softmax and sorting written out, the hardest hundredth being 3', () => {
  const random = createRandom('hardness');
  const [positive, negatives] = [0.4, Array.from({ length: 300 }, () => random.uniform(-1, 1))];
  const labels = { queries: [1], keys: [1, ...negatives.map(() => random.integer(0, 3))] };
  const found = hardnessOf({ batch: oneQuery(positive, negatives), labels }, { temperature: 0.07, most: 20 });
  const mass = softmax([positive, ...negatives].map((score) => score / 0.07));
  const hardest = negatives
    .map((score, i) => ({ score, mass: mass[i + 1]!, label: labels.keys[i + 1]! }))
    .sort((a, b) => b.score - a.score);
  const massOf = (count: number) => hardest.slice(0, count).reduce((sum, each) => sum + each.mass, 0);
  const shareOf = (count: number) => hardest.slice(0, count).filter(({ label }) => label === 1).length / count;
  const entropy = hardest.reduce((sum, each) => sum - (each.mass / massOf(300)) * Math.log(each.mass / massOf(300)), 0);
  expect(found.topMass).toBeCloseTo(massOf(20), 10);
  expect(found.topHundredthMass).toBeCloseTo(massOf(3), 10);
  expect(found.effectiveNegatives).toBeCloseTo(Math.exp(entropy), 8);
  expect(found.rankShare).toBeCloseTo(negatives.filter((score) => score > 0.4).length / 300, 12);
  expect(found.falseNegatives).toBeCloseTo(shareOf(20), 12);
  expect(found.topHundredthFalseNegatives).toBeCloseTo(shareOf(3), 12);
  expect(found.allFalseNegatives).toBeCloseTo(shareOf(300), 12);
});

test.each([1e-6, 1e6])('at a temperature of %d masses and effective numbers are those of the limit', (temperature) => {
  const found = hardnessOf({ batch: oneQuery(0.5, [0.7, 0.7, 0.1, -0.3]) }, { temperature, most: 2 });
  const isCold = temperature < 1;
  expect(found.topMass).toBeCloseTo(isCold ? 1 : 2 / 5, 5); // to the first order in 1e-6
  expect(found.negativeMass).toBeCloseTo(isCold ? 1 : 4 / 5, 5);
  expect(found.effectiveNegatives).toBeCloseTo(isCold ? 2 : 4, 5);
});

test('of negatives that tie the first are the hardest', () => {
  const labels = { queries: [5], keys: [5, 5, 5, 6, 6] };
  const found = hardnessOf({ batch: oneQuery(0.9, [0, 0, 0, 0]), labels }, { temperature: 1, most: 2 });
  expect([found.falseNegatives, found.allFalseNegatives]).toEqual([1, 0.5]);
});

test('negatives and queries without a class do not count as false or true', () => {
  const batch = oneQuery(0.9, [0.5, 0.4, 0.3]);
  expect(hardnessOf({ batch, labels: { queries: [5], keys: [5, -1, 5, 6] } }, options).falseNegatives).toBe(0.5);
  const unknown = hardnessOf({ batch, labels: { queries: [-1], keys: [5, 5, 5, 6] } }, options);
  expect([unknown.falseNegatives, unknown.notes]).toEqual([Number.NaN, ['no query and negative of known class']]);
});

test('a query without a positive or a negative does not count', () => {
  expect(hardnessOf({ batch: oneQuery(0.5, []) }, options)).toMatchObject({
    n: 0,
    rankShare: Number.NaN,
    notes: ['no query has both a positive and a negative'],
  });
});

test('a number that is not finite makes all NaN', () => {
  const found = hardnessOf({ batch: pairs(rows([1, 0], [0, 1]), rows([1, 0], [0, Number.NaN])) }, options);
  expect([found.rankShare, found.notes[0]]).toEqual([Number.NaN, 'features are not all finite numbers within 1e70']);
});

test.each([
  { temperature: 0, most: 1 },
  { temperature: 1, most: 0 },
])('%j is an error, not NaN', (wrong) => {
  expect(() => hardnessOf({ batch: oneQuery(0.5, [0]) }, wrong)).toThrow('expected a temperature above 0');
});

test('labels must fit the batch', () => {
  expect(() => hardnessOf({ batch: oneQuery(0.5, [0]), labels: { queries: [1], keys: [1] } }, options)).toThrow(
    'hardness: expected 2 labels, one a row, got 1',
  );
});

test('batches taken in by two accumulators and merged give what one would', () => {
  const contrasts: LabeledContrast[] = exampleBatches().map(({ batch }) => ({
    batch,
    labels: {
      queries: Int32Array.from({ length: batch.queries.shape[0]! }, (_, i) => i % 2),
      keys: Int32Array.from({ length: batch.keys.reduce((sum, { shape }) => sum + shape[0]!, 0) }, (_, i) => i % 2),
    },
  }));
  const [whole, first, second] = [createHardness(options), createHardness(options), createHardness(options)];
  contrasts.forEach((contrast, i) => {
    whole.add(contrast);
    (i % 2 ? first : second).add(contrast);
  });
  first.merge(second);
  const { notes, ...numbers } = whole.result();
  for (const [name, value] of Object.entries(numbers)) expect(first.result()[name as 'n']).toBeCloseTo(value, 12);
  expect(first.result().notes).toEqual(notes);
});

test('parts of the metric', async () => {
  const { parts, n } = await hardness({ hardest: 3 }).measure(exampleEncodedViews({ items: 4, views: 2 }), running());
  expect(n).toBe(8);
  expect(parts['topHundredthMass']!).toBeLessThan(parts['topMass']!);
  expect(parts['topMass']!).toBeLessThan(parts['negativeMass']!);
  expect(parts['effectiveNegatives']!).toBeLessThanOrEqual(6); // 8 rows less the two of the item
});

const options = { temperature: 0.2, most: 1024 };

function oneQuery(positive: number, negatives: readonly number[]): ContrastBatch {
  return {
    queries: rows([1, 0]),
    keys: [rows(angle(positive), ...negatives.map(angle))],
    targets: sparseWeights([[[0, 1]]]),
    excluded: { kind: 'none' },
  };
}

/** A row with this cosine to (1, 0). */
function angle(cosine: number): readonly [number, number] {
  return [cosine, Math.sqrt(1 - cosine * cosine)];
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(...views: readonly Features[]) {
  return {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' as const } })) },
  };
}
