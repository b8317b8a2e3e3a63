import { type ContrastBatch, countKeys, onlyColumns, pairs, sparseWeights, type Triplets } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { margin } from './margin.ts';
import { triplet } from './triplet.ts';

expect.extend(matchers);
const batches = exampleBatches();
obeysLossLaws(triplet(), batches);
obeysLossLaws(triplet({ swap: true, reduction: 'mean' }), batches);
obeysLossLaws(triplet({ penalty: 'softplus', distance: 'signal-to-noise', swap: true, reduction: 'sum' }), batches);

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
/** One query, of which key 0 is the positive and all others are negatives. */
const first = (query: Features, keys: Features): ContrastBatch => ({ ...pairs(query, keys), targets: sparseWeights([[[0, 1]]]) });
const triplets = (...of: [number, number, number][]): Triplets => ({
  queries: Int32Array.from(of, ([query]) => query),
  positives: Int32Array.from(of, ([, positive]) => positive),
  negatives: Int32Array.from(of, ([, , negative]) => negative),
});

describe('values worked out by hand', () => {
  const batch = first(rows([0, 0]), rows([1, 0], [0, 1.2]));

  test('a hinge: 1 - 1.2 + 0.5', () => {
    const found = triplet({ margin: 0.5, rows: 'raw' }).differentiate(batch);
    expect(found).toMatchLoss({ value: 0.3, queries: [-1, 1], keys: [[1, 0, 0, -1]] }, 1e-12);
  });

  test('a soft margin: ln(1 + e^(1 - 1.2))', () => {
    const { value } = triplet({ margin: 0, penalty: 'softplus', rows: 'raw' }).measure(batch);
    expect(value).toBeCloseTo(0.598139, 6);
  });

  test('exactly at the margin a triplet is in place', () => {
    const found = triplet({ margin: 0.25, rows: 'raw' }).differentiate(first(rows([0, 0]), rows([1, 0], [0, 1.25])));
    expect(found).toMatchLoss({ value: 0, queries: [0, 0], keys: [[0, 0, 0, 0]] }, 0);
    expect(found.parts).toMatchObject({ triplets: 1, active: 0 });
  });

  test('swapped, the negative is as far as it is from the positive, where that is nearer', () => {
    // d(q, p) = 3, d(q, n) = 5, d(p, n) = 4
    const corner = first(rows([0, 0]), rows([3, 0], [3, 4]));
    const settings = { margin: 2, rows: 'raw' } as const;
    expect(triplet(settings).measure(corner).value).toBeCloseTo(0, 12);
    const found = triplet({ ...settings, swap: true }).differentiate(corner);
    expect(found).toMatchLoss({ value: 1, queries: [-1, 0], keys: [[1, 1, 0, -1]] }, 1e-12);
  });

  test('one of two triplets above 0: their mean, the mean of all, and the sum', () => {
    const two = first(rows([0, 0]), rows([1, 0], [0, 1.2], [0, 9]));
    const value = (reduction: 'nonzero' | 'mean' | 'sum') => triplet({ margin: 0.5, rows: 'raw', reduction }).measure(two).value;
    expect(value('nonzero')).toBeCloseTo(0.3, 12);
    expect(value('mean')).toBeCloseTo(0.15, 12);
    expect(value('sum')).toBeCloseTo(0.3, 12);
  });

  test('cosines are larger where rows are nearer', () => {
    const batch = first(rows([2, 0]), rows([0.6, 0.8], [8, 6]));
    expect(triplet({ margin: 0.1, distance: 'inner-product' }).measure(batch).value).toBeCloseTo(0.8 - 0.6 + 0.1, 12);
  });
});

describe('triplets that a miner chose', () => {
  const { batch } = batches[2]!; // two blocks of keys; query 3 belongs to keys 3 and 4 and must not see key 2

  test('are the only ones', () => {
    const chosen = { ...batch, triplets: triplets([3, 4, 6], [3, 3, 0], [3, 4, 1], [0, 0, 2]) };
    const { value, parts, gradients } = triplet({ margin: 5, reduction: 'sum' }).differentiate(chosen);
    const alone = chosen.triplets.queries.reduce((sum, query, e) => {
      const one = triplets([query, chosen.triplets.positives[e]!, chosen.triplets.negatives[e]!]);
      return sum + triplet({ margin: 5, reduction: 'sum' }).measure({ ...batch, triplets: one }).value;
    }, 0);
    expect(value).toBeCloseTo(alone, 12);
    expect(parts['triplets']).toBe(4);
    expect([...values(gradients.queries!)].slice(4, 12)).toEqual(new Array(8).fill(0)); // of queries 1 and 2
  });

  test('all of them, named, are what is compared without names', () => {
    const { batch } = batches[0]!;
    const all = [0, 1, 2, 3, 4].flatMap((i) =>
      [0, 1, 2, 3, 4].flatMap((j): [number, number, number][] => (i === j ? [] : [[i, i, j]])),
    );
    const loss = triplet({ swap: true, margin: 1 });
    expect(loss.differentiate({ ...batch, triplets: triplets(...all) })).toEqual(loss.differentiate(batch));
  });

  test('none at all are worth 0', () => {
    const found = triplet().differentiate({ ...batch, triplets: triplets() });
    expect(found.value).toBe(0);
    expect([...values(found.gradients.queries!)].every((each) => each === 0)).toBe(true);
  });

  test('with a column that is excluded are refused', () => {
    expect(() => triplet().measure({ ...batch, triplets: triplets([3, 3, 2]) })).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining('that query 3 may see, got column 2') }),
    );
  });

  test('are refused where the positive has no target, or the negative has one, and not taken at their word', () => {
    const lines = {
      ...pairs(rows([0]), rows([1], [2], [3])),
      targets: sparseWeights([
        [
          [0, 0.5],
          [1, 0.5],
        ],
      ]),
    };
    const named = (positive: number, negative: number) => ({ ...lines, triplets: triplets([0, positive, negative]) });
    for (const loss of [triplet({ rows: 'raw' }), margin({ rows: 'raw' })]) {
      expect(() => loss.measure(named(2, 2))).toThrow(
        'of which the positive is a column with a target that query 0 may see, got column 2',
      );
      expect(() => loss.measure(named(0, 1))).toThrow(
        'of which the negative is a column without a target that query 0 may see, got column 1',
      );
      expect(loss.measure(named(1, 2)).parts['triplets']).toBe(1);
    }
  });

  test('are refused also of a query that sees nothing at all, not passed over', () => {
    const [n, k] = [batch.queries.shape[0]!, countKeys(batch)];
    const nothing = onlyColumns(Array.from({ length: n }, (): number[] => []));
    expect(() => triplet().measure({ ...batch, excluded: nothing, triplets: triplets([1, 0, k - 1]) })).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining('that query 1 may see, got column 0') }),
    );
  });
});

test('extras are negatives, from the positive as well', () => {
  const { batch } = batches[3]!;
  const { extras, ...without } = batch;
  const asKeys = (query: number) => features(values(extras!.values).slice(query * 10, (query + 1) * 10), 2, 5);
  const loss = triplet({ swap: true, reduction: 'sum', margin: 1 });
  const only: ContrastBatch = { ...without, extras: { ...extras!, counts: Int32Array.of(2, 0, 0) } };
  const more = asKeys(0);
  const moved: ContrastBatch = {
    ...without,
    keys: [...without.keys, more],
    targets: sparseWeights([
      [
        [0, 0.5],
        [2, 0.5],
      ],
      [[1, 1]],
      [
        [0, 0.25],
        [1, 0.25],
        [3, 0.5],
      ],
    ]),
    excluded: { kind: 'sparse', offsets: Int32Array.of(0, 0, 2, 4), columns: Int32Array.of(4, 5, 4, 5) },
  };
  const [a, b] = [loss.differentiate(only), loss.differentiate(moved)];
  expect(a.value).toBeCloseTo(b.value, 12);
  expect([...values(a.gradients.extras!)].slice(0, 10)).toEqual([...values(b.gradients.keys![1]!)]);
});
