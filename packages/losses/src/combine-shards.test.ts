import { type ContrastBatch, type Loss, type LossGradients, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { type ExampleBatch, exampleBatches } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import {
  combineReports,
  combineShards,
  angular,
  circle,
  debiased,
  decoupled,
  fastAp,
  hardWeighted,
  infoNce,
  lifted,
  listWiseCdf,
  listWiseWasserstein,
  modelAware,
  multiSimilarity,
  nca,
  ntXent,
  shardContrast,
  spectralContrastive,
  supCon,
  triplet,
  twoSidedInfoNce,
  weightedDecoupled,
} from './index.ts';

const random = createRandom('shards');
const losses: readonly Loss[] = [
  infoNce({ temperature: 0.5 }),
  infoNce({ positives: 'sum', similarity: 'dot', temperature: 1, scale: 'twice-temperature' }),
  ntXent({ positives: 'apart' }),
  decoupled(),
  debiased(),
  hardWeighted(),
  supCon(),
  spectralContrastive(),
  listWiseCdf(),
  // parts of these are means over pairs, of which a shard may have more than its share of queries
  nca(),
  circle({ scale: 4 }),
  lifted({ rows: 'raw' }),
  fastAp(),
  multiSimilarity({ negativeScale: 4 }),
];
const batches: readonly ExampleBatch[] = [
  ...exampleBatches(),
  { name: 'two views of ten items, by weight', batch: viewsByWeight(10) },
  { name: 'everything at once', batch: everything() },
  { name: 'a frozen block', batch: { ...everything(), frozen: [false, true] } },
];

describe.each([2, 3, 8])('%i shards together say what the whole batch says', (parts) => {
  test.each(losses.flatMap((loss, i) => batches.map(({ name, batch }) => ({ loss, name, batch, i }))))(
    '$loss.name ($i) of $name',
    ({ loss, batch }) => {
      const found = shardContrast(batch, parts).map((shard) => loss.differentiate(shard));
      const whole = loss.differentiate(batch);
      expectSame(combineShards(batch, found), whole);
      expect(combineReports(batch, found)).toEqual(withoutGradients(combineShards(batch, found)));
    },
  );
});

test('shards are consecutive, as even as can be, and never empty', () => {
  const batch = viewsByWeight(5);
  expect(shardContrast(batch, 3).map(({ queries }) => queries.shape[0])).toEqual([3, 3, 4]);
  expect(shardContrast(batch, 99)).toHaveLength(10);
  expect(shardContrast(batch, 2)[1]!.queries.get(0, 0)).toBe(batch.queries.get(5, 0));
});

test('triplets go with their queries', () => {
  const triplets = { queries: Int32Array.of(3, 0, 2), positives: Int32Array.of(1, 2, 3), negatives: Int32Array.of(0, 1, 2) };
  const [first, second] = shardContrast({ ...exampleBatches()[2]!.batch, triplets }, 2).map((shard) => shard.triplets!);
  expect([first, second].map((each) => [...each!.queries])).toEqual([[0], [3 - 2, 2 - 2]]);
  expect([...second!.positives]).toEqual([1, 3]);
});

test('keys keep their element type', () => {
  const batch: ContrastBatch = pairs(features(new Float32Array(8).fill(1), 4, 2), features(new Float64Array(8).fill(1), 4, 2));
  const { gradients } = combineShards(
    batch,
    shardContrast(batch, 2).map((shard) => infoNce().differentiate(shard)),
  );
  expect(gradients.queries!.data).toBeInstanceOf(Float32Array);
  expect(gradients.keys![0]!.data).toBeInstanceOf(Float64Array);
});

test('the mean distance of pairs is by pairs, not by queries: a shard with three of four pairs counts three times', () => {
  const batch: ContrastBatch = {
    ...pairs(features(Float64Array.of(0, 0), 2, 1), features(Float64Array.of(1, 2, 3, 8), 4, 1)),
    targets: sparseWeights([[0, 1, 2].map((column) => [column, 1 / 3] as const), [[3, 1]]]),
    queryWeights: Float64Array.of(5, 10), // relative to the largest of a shard both weigh 1
  };
  const found = shardContrast(batch, 2).map((shard) => lifted({ rows: 'raw' }).measure(shard));
  const { parts } = combineReports(batch, found);
  expect(parts['positive']).toBeCloseTo((0.5 * (1 + 2 + 3) + 8) / 2.5, 12);
  expect(parts).toMatchObject({ positivePairs: 2.5, negativePairs: 3.5, queries: 2 });
});

describe('errors', () => {
  const { batch } = exampleBatches()[0]!;

  test.each([
    weightedDecoupled(),
    modelAware(),
    twoSidedInfoNce(),
    listWiseWasserstein(),
    supCon({ skipEmpty: false }),
    triplet(),
    angular(),
  ])('$name is no mean over queries, and refused', (loss) => {
    const found = shardContrast(batch, 2).map((shard) => loss.differentiate(shard));
    expect(() => combineShards(batch, found)).toThrow('expected perQuery for each of 5 queries, got 0 + 0');
  });

  test('a shard that is missing is refused', () => {
    const [first] = shardContrast(batch, 2);
    expect(() => combineReports(batch, [infoNce().measure(first!)])).toThrow('expected perQuery for each of 5 queries, got 2');
  });

  test.each([0, 1.5])('%d parts are refused', (parts) => {
    expect(() => shardContrast(batch, parts)).toThrow('expected a whole number of parts >= 1');
  });
});

function withoutGradients({ gradients: _, ...report }: LossGradients) {
  return report;
}

function expectSame(found: LossGradients, whole: LossGradients): void {
  expectClose([found.value], [whole.value]);
  expectClose(found.perQuery, whole.perQuery);
  expect(Object.keys(found.parts).sort()).toEqual(Object.keys(whole.parts).sort());
  for (const name of Object.keys(whole.parts)) expectClose([found.parts[name]!], [whole.parts[name]!]);
  const lists = [found, whole].map(({ gradients }) => [gradients.queries!, ...gradients.keys!, gradients.extras]);
  for (const [i, gradient] of lists[0]!.entries()) {
    const expected = lists[1]![i];
    expect(gradient?.shape).toEqual(expected?.shape);
    if (expected) expectClose(values(gradient!), values(expected));
  }
}

/** To 1e-12: sums in another order. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i]!)) expect(actual[i]).toBeNaN();
    else expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected[i]!)));
  }
}

function viewsByWeight(items: number): ContrastBatch {
  const n = 2 * items;
  const rows = normal(n, 4);
  return {
    queries: rows,
    keys: [rows],
    targets: sparseWeights(Array.from({ length: n }, (_, row) => [[(row + items) % n, 1]])),
    excluded: { kind: 'self' },
    queryWeights: Float64Array.from({ length: n }, (_, row) => row % 3),
  };
}

/** Weights, soft targets, extras, zero rows, a query without a positive. */
function everything(): ContrastBatch {
  const [n, k] = [9, 11];
  const shares = Float64Array.from({ length: n * k }, () => random.uniform(0, 1));
  shares.fill(0, k, 2 * k);
  const queries = normal(n, 3);
  values(queries).fill(0, 6, 9);
  return {
    queries,
    keys: [normal(7, 3), normal(4, 3)],
    targets: {
      kind: 'dense',
      values: tensor(
        shares.map((each) => (each < 0.7 ? 0 : each)),
        [n, k],
      ),
    },
    excluded: { kind: 'none' },
    extras: {
      values: tensor(values(normal(n * 2, 3)), [n, 2, 3]),
      counts: Int32Array.from({ length: n }, (_, row) => row % 3),
    },
    queryWeights: Float64Array.from({ length: n }, () => random.uniform(0, 5)),
  };
}

function normal(n: number, d: number): Features {
  return features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
}
