import { type ContrastBatch, type EncodedViews, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { type Features, features, tensor } from '@viewforge/tensor';
import { exampleBatches, exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { createScoreStatistics, scoreMonitor, scoreStatisticsOf } from '../index.ts';

obeysMetricLaws(scoreMonitor(), [
  // views alike, items at right angles: 1 - 0
  { encoded: viewsOf(rows([1, 0], [0, 1]), rows([2, 0], [0, 3])), value: 1 },
  // .8 with the own other view; of the other item, view 0 beats no more than .6, view 1 as much as .96
  { encoded: viewsOf(rows([1, 0], [0, 1]), rows([0.8, 0.6], [0.6, 0.8])), value: (2 * (0.8 - 0.6) + 2 * (0.8 - 0.96)) / 4 },
]);

test('one query with positive .8 and negatives .5, .1, -.2 and .4', () => {
  const { positive, negative, margin, n } = scoreStatisticsOf(oneQuery(0.8, [0.5, 0.1, -0.2, 0.4]), { temperature: 0.2 });
  expect(negative.mean).toBeCloseTo(0.2, 12);
  expect(negative.variance).toBeCloseTo(0.1, 12);
  expect(negative.exponential).toBeCloseTo(5.397038, 6);
  expect(positive.exponential).toBeCloseTo(54.59815, 5);
  expect([positive.mean, positive.variance]).toEqual([expect.closeTo(0.8, 12), expect.closeTo(0, 12)]);
  expect([margin, n]).toEqual([expect.closeTo(0.3, 12), 1]);
  // a cosine of rows in float64 may fall just below the edge of a bin
  expect([75, 55, 40, 70].map((bin) => near(negative.histogram.counts, bin))).toEqual([1, 1, 1, 1]);
  expect(near(positive.histogram.counts, 90)).toBe(1);
});

test('extras, synthetic positives and what is excluded have spreads of their own', () => {
  const own = (...cosines: readonly number[]) => ({
    values: tensor(Float64Array.from(cosines.flatMap(angle)), [1, cosines.length, 2]),
    counts: Int32Array.of(cosines.length),
  });
  const batch = {
    ...oneQuery(0.8, [0.5, 0.1, -0.2]),
    excluded: sparseExclusion([[3]]),
    extras: own(0.6, 0.2),
    positives: own(0.9, 0.7),
  };
  const { positive, synthetic, negative, extra, excluded, margins } = scoreStatisticsOf(batch, { temperature: 0.2 });
  const counts = [positive, synthetic, negative, extra, excluded].map(({ histogram }) => histogram.n);
  expect(counts).toEqual([1, 2, 4, 2, 1]);
  expect([synthetic.mean, synthetic.variance]).toEqual([expect.closeTo(0.8, 12), expect.closeTo(0.01, 12)]);
  expect([extra.mean, extra.variance]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.08, 12)]);
  expect([negative.mean, excluded.mean]).toEqual([expect.closeTo(0.35, 12), expect.closeTo(-0.2, 12)]);
  expect(excluded.variance).toBeNaN();
  expect([margins.mean, margins.n]).toEqual([expect.closeTo(0.2, 12), 1]); // from the hardest extra
  expect(Math.abs(margins.quantile(0.5) - 0.2)).toBeLessThan(4e-4);
});

test('by product the lengths of rows count, and what lies outside falls into the last bin', () => {
  const batch = pairs(rows([2, 0]), rows([3, 1], [-0.25, 0.5]));
  const { positive, negative, margin } = scoreStatisticsOf(batch, { temperature: 1, similarity: 'dot', bins: 4 });
  expect([positive.mean, negative.mean, margin]).toEqual([6, -0.5, 6.5]);
  expect([...positive.histogram.counts]).toEqual([0, 0, 0, 1]);
  expect([...negative.histogram.counts]).toEqual([0, 1, 0, 0]);
});

test('negatives are averaged over queries, however many each has', () => {
  const batch: ContrastBatch = {
    queries: rows([1, 0], [1, 0]),
    keys: [rows([1, 0], angle(0.2), angle(0.4), angle(-0.6))],
    targets: sparseWeights([[[0, 1]], [[0, 1]]]),
    excluded: sparseExclusion([[], [1, 2]]),
  };
  const { negative, margin } = scoreStatisticsOf(batch, { temperature: 1 });
  expect(negative.mean).toBeCloseTo((0 - 0.6) / 2, 12);
  expect(negative.variance).toBeCloseTo((0.04 + 0.16 + 0.36) / 2, 12); // of the first query alone
  expect(margin).toBeCloseTo((0.6 + 1.6) / 2, 12);
});

test('a step without positives, without negatives or without queries has no margin', () => {
  const none = { ...oneQuery(0.5, [0.1, 0.2]), targets: sparseWeights([[]]) };
  expect(scoreStatisticsOf(none, { temperature: 1 })).toMatchObject({ margin: Number.NaN, notes: ['no query has a positive'] });
  expect(scoreStatisticsOf(oneQuery(0.5, []), { temperature: 1 })).toMatchObject({
    margin: Number.NaN,
    positive: { mean: expect.closeTo(0.5, 12) },
    notes: ['no query has a negative'],
  });
  const { n, notes } = scoreStatisticsOf(pairs(features(new Float64Array(0), 0, 2), rows([1, 0])), { temperature: 1 });
  expect([n, notes]).toEqual([0, ['no query has a positive', 'no query has a negative']]);
});

test('a number that is not finite makes all NaN, with a note', () => {
  const found = scoreStatisticsOf(pairs(rows([1, 0], [0, 1]), rows([1, 0], [0, Number.NaN])), { temperature: 1 });
  expect([found.margin, found.positive.mean, found.negative.variance]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect(found.notes).toEqual(['features are not all finite numbers within 1e70']);
});

test.each([1, 3])('batches taken in by %d accumulators and merged give what one would', (count) => {
  const batches = [...exampleBatches(), ...exampleBatches(1)].map(({ batch }) => batch);
  const [whole, parts] = [statistics(), Array.from({ length: count }, statistics)];
  batches.forEach((batch, i) => {
    whole.add(batch);
    parts[i % count]!.add(batch);
  });
  const [first, ...others] = parts;
  for (const other of others) first!.merge(other);
  const [found, expected] = [first!.result(), whole.result()];
  expect(found.n).toBe(expected.n);
  expect(found.margin).toBeCloseTo(expected.margin, 12);
  for (const kind of ['positive', 'negative'] as const) {
    for (const name of ['mean', 'variance', 'exponential'] as const) {
      expect(found[kind][name] / expected[kind][name]).toBeCloseTo(1, 12);
    }
    expect(found[kind].histogram.counts).toEqual(expected[kind].histogram.counts);
    expect(found[kind].histogram.quantile(0.3)).toBe(expected[kind].histogram.quantile(0.3));
  }
});

test.each([0, 1.5, 10_001])('a histogram of %d bins is an error', (bins) => {
  expect(() => createScoreStatistics({ temperature: 1, bins })).toThrow(`1 to 10000 bins, got ${bins}`);
});

test('a temperature at which exponentials overflow is an error', () => {
  expect(() => createScoreStatistics({ temperature: 0.001 })).toThrow('expected a temperature of at least 0.005, got 0.001');
});

test('one batch cut into queries gives the same', () => {
  const [queries, keys] = [exampleFeatures(6, 4), exampleFeatures(9, 4)];
  const targets = [4, 1, 8, 0, 2, 2];
  const batchOf = (from: number, to: number): ContrastBatch => ({
    queries: features(queries.data.slice(from * 4, to * 4), to - from, 4),
    keys: [keys],
    targets: sparseWeights(targets.slice(from, to).map((column) => [[column, 1]])),
    excluded: { kind: 'none' },
  });
  const cut = statistics();
  cut.add(batchOf(0, 2));
  cut.add(batchOf(2, 6));
  const [found, whole] = [cut.result(), scoreStatisticsOf(batchOf(0, 6), { temperature: 0.2 })];
  expect(found.margin).toBeCloseTo(whole.margin, 12);
  expect(found.negative.variance).toBeCloseTo(whole.negative.variance, 12);
});

test('parts name what was found, and quantiles in percent', async () => {
  const { parts, n } = await scoreMonitor().measure(exampleEncodedViews({ items: 5, views: 3 }), running());
  expect(n).toBe(15);
  expect(Object.keys(parts)).toHaveLength(16);
  expect(parts['positive-95']!).toBeGreaterThan(parts['negative-50']!);
  expect(parts['negative-5']!).toBeLessThan(parts['negative-95']!);
});

test('one view, or one item, has no scores to compare', async () => {
  for (const about of [{ views: 1 }, { items: 1 }, { ids: ['a', 'a', 'a', 'a', 'a', 'a'] }]) {
    const { value, notes } = await scoreMonitor().measure(exampleEncodedViews(about), running());
    expect([value, notes]).toEqual([Number.NaN, ['scores need two views of an item, and another item']]);
  }
});

function statistics() {
  return createScoreStatistics({ temperature: 0.2 });
}

/** A query, its positive and its negatives with these cosines. */
function oneQuery(positive: number, negatives: readonly number[]): ContrastBatch {
  return {
    queries: rows([2, 0]),
    keys: [rows(angle(positive), ...negatives.map(angle))],
    targets: sparseWeights([[[0, 1]]]),
    excluded: { kind: 'none' },
  };
}

/** A row with this cosine to (1, 0). */
function angle(cosine: number): readonly [number, number] {
  return [cosine, Math.sqrt(1 - cosine * cosine)];
}

function near(counts: Float64Array, bin: number): number {
  return counts[bin]! + counts[bin - 1]!;
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(...views: readonly Features[]): EncodedViews {
  return {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
