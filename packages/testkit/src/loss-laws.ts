import {
  type ContrastBatch,
  countKeys,
  eachExcluded,
  eachWeight,
  type Loss,
  type LossGradients,
  pairs,
  sparseExclusion,
  sparseWeights,
} from '@viewforge/core';
import { copy, type Features, features, stack, type Tensor, tensor, unstack, values } from '@viewforge/tensor';
import { expect } from 'vitest';
import { contentOf, firstDifference, firstNotFinite, stateOf } from './compare.ts';
import { type ExampleBatch, exampleBatches } from './example-batches.ts';
import { lossGradientError } from './gradients.ts';
import { type Law, registerLaws } from './law.ts';

/**
 * Registers the laws of a loss over ContrastBatches: the value is the mean of `perQuery` over queries with a positive, the
 * order of queries does not matter, an excluded key and an extra that does not count have no influence whatever they hold, a frozen
 * block of keys has no gradient and changes nothing else, identical, opposite and zero rows give finite numbers, and gradients agree with
 * central differences. `batches` are float64; example batches when left out.
 */
export function obeysLossLaws(loss: Loss, batches: readonly ExampleBatch[] = exampleBatches()): void {
  registerLaws(`${loss.name} obeys the laws of losses`, lossLaws(loss, batches));
}

/** The same laws as values. */
export function lossLaws(loss: Loss, batches: readonly ExampleBatch[] = exampleBatches()): Law[] {
  const laws: readonly (readonly [name: string, check: (batch: ContrastBatch) => void])[] = [
    // first: a loss that spoils its input would spoil the examples of the laws after it
    ['the batch stays as it was', (batch) => untouched(loss, batch)],
    ['the value is the mean over queries with a positive', (batch) => isMean(loss, batch)],
    ['measuring and differentiating report the same', (batch) => sameReport(loss, batch)],
    ['reordering queries reorders what is said of each', (batch) => reordered(loss, batch)],
    ['an excluded key has no influence, whatever it holds', (batch) => unmoved(loss, batch)],
    ['a frozen block of keys has no gradient, and all else stays', (batch) => leavesOutFrozen(loss, batch)],
    ['queries, extras and every block of keys that learns have a gradient', (batch) => completeGradients(loss, batch)],
    ['gradients agree with central differences', (batch) => correctGradients(loss, batch)],
  ];
  return [
    ...batches.flatMap(({ name, batch }) => laws.map(([law, check]) => ({ name: `${name}: ${law}`, check: () => check(batch) }))),
    ...batches.flatMap(({ name, batch }) =>
      batch.extras === undefined
        ? []
        : [{ name: `${name}: an extra that does not count has no influence`, check: () => unmovedByExtras(loss, batch) }],
    ),
    { name: 'identical, opposite and zero rows give finite numbers', check: () => finite(loss) },
  ];
}

function untouched(loss: Loss, batch: ContrastBatch): void {
  const before = stateOf(batch);
  loss.differentiate(batch);
  expect(firstDifference(before, stateOf(batch))).toBeUndefined();
}

function isMean(loss: Loss, batch: ContrastBatch): void {
  const { value, perQuery } = loss.measure(batch);
  if (perQuery.length === 0) return; // a loss that is no such mean
  expect(perQuery.length).toBe(batch.queries.shape[0]);
  const counted = perQuery.filter((_, row) => hasPositive(batch, row));
  expect(firstNotFinite(counted)).toBeUndefined();
  expect(perQuery.filter(Number.isNaN).length, 'queries without a positive').toBe(perQuery.length - counted.length);
  expectClose([value], [weightedMean(batch, perQuery)]);
}

/** The mean of `perQuery` over queries with a positive, by their weights; 0 of nothing. */
function weightedMean(batch: ContrastBatch, perQuery: Float64Array): number {
  let [sum, total] = [0, 0];
  perQuery.forEach((each, row) => {
    if (!hasPositive(batch, row)) return;
    const weight = batch.queryWeights?.[row] ?? 1;
    sum += weight * each;
    total += weight;
  });
  return total === 0 ? 0 : sum / total;
}

function sameReport(loss: Loss, batch: ContrastBatch): void {
  const { gradients: _, ...report } = loss.differentiate(batch);
  expect(firstDifference(contentOf(loss.measure(batch)), contentOf(report))).toBeUndefined();
}

function reordered(loss: Loss, batch: ContrastBatch): void {
  const rows = Array.from({ length: batch.queries.shape[0]! }, (_, row) => row).reverse();
  const before = loss.differentiate(batch);
  const after = loss.differentiate(withQueries(batch, rows));
  expectClose([after.value], [before.value]);
  if (before.perQuery.length > 0)
    expectClose(
      after.perQuery,
      rows.map((row) => before.perQuery[row]!),
    );
  const { queries } = before.gradients;
  if (queries) expectClose(values(after.gradients.queries!), values(inOrder(queries, rows)));
}

function unmoved(loss: Loss, batch: ContrastBatch): void {
  const before = loss.differentiate(batch);
  for (const filling of [0, -3, 1e30, Number.POSITIVE_INFINITY, Number.NaN]) {
    const after = loss.differentiate(withExcludedKeys(batch, filling));
    expectClose([after.value], [before.value]);
    expectClose(after.perQuery, before.perQuery);
    expectClose(gradientsOf(after, batch.keys.length), gradientsOf(before, batch.keys.length));
    const own = after.gradients.keys?.[batch.keys.length];
    if (own)
      expect(
        values(own).every((each) => each === 0),
        'no gradient of the excluded keys',
      ).toBe(true);
  }
}

function unmovedByExtras(loss: Loss, batch: ContrastBatch): void {
  const before = loss.differentiate(withOtherExtras(batch, 0));
  for (const filling of [-3, 1e30, Number.NaN]) {
    const after = loss.differentiate(withOtherExtras(batch, filling));
    expectClose([after.value], [before.value]);
    expectClose(after.perQuery, before.perQuery);
    expectClose(gradientsOf(after, batch.keys.length), gradientsOf(before, batch.keys.length));
  }
}

function leavesOutFrozen(loss: Loss, batch: ContrastBatch): void {
  const before = loss.differentiate({ ...batch, frozen: batch.keys.map(() => false) });
  batch.keys.forEach((_, block) => {
    const after = loss.differentiate({ ...batch, frozen: batch.keys.map((_, b) => b === block) });
    expect(after.gradients.keys?.[block], `the gradient of block ${block}`).toBeUndefined();
    const others = before.gradients.keys?.map((each, b) => (b === block ? undefined : each));
    const { keys, ...rest } = before.gradients;
    const expected = { ...before, gradients: { ...rest, ...(keys && { keys: others }) } };
    expect(firstDifference(contentOf(expected), contentOf(after)), `with block ${block} frozen`).toBeUndefined();
  });
}

function completeGradients(loss: Loss, batch: ContrastBatch): void {
  const { queries, keys, extras } = loss.differentiate(batch).gradients;
  expect(queries?.shape, 'of the queries').toEqual(batch.queries.shape);
  batch.keys.forEach((block, b) => {
    expect(keys?.[b]?.shape, `of block ${b}`).toEqual(batch.frozen?.[b] ? undefined : block.shape);
  });
  if (batch.extras) expect(extras?.shape, 'of the extras').toEqual(batch.extras.values.shape);
}

function correctGradients(loss: Loss, batch: ContrastBatch): void {
  const { worst, where, scale } = lossGradientError(loss, batch);
  // central differences with a step of 1e-6 have about nine digits, of which a curved loss loses some
  expect(worst, `the largest difference, at ${where}`).toBeLessThanOrEqual(1e-6 * Math.max(1, scale));
}

function finite(loss: Loss): void {
  const constant = (filling: number): Features => features(new Float64Array(12).fill(filling), 4, 3);
  for (const [query, key] of [
    [1, 1],
    [1, -1],
    [0, 0],
    [0, 1],
    [1, 0],
  ] as const) {
    const { value, perQuery, gradients } = loss.differentiate(pairs(constant(query), constant(key)));
    expect(firstNotFinite({ value, perQuery, gradients }), `queries of ${query}, keys of ${key}`).toBeUndefined();
  }
}

function hasPositive({ targets }: ContrastBatch, row: number): boolean {
  let found = false;
  eachWeight(targets, row, (_, weight) => {
    found ||= weight > 0;
  });
  return found;
}

function withQueries(batch: ContrastBatch, rows: readonly number[]): ContrastBatch {
  const { queries, extras, queryWeights } = batch;
  return {
    ...batch,
    queries: inOrder(queries, rows),
    ...(queryWeights && { queryWeights: Float64Array.from(rows, (row) => queryWeights[row]!) }),
    targets: sparseWeights(rows.map((row) => targetsOf(batch, row))),
    excluded: sparseExclusion(rows.map((row) => excludedOf(batch, row))),
    ...(extras && {
      extras: { values: inOrder(extras.values, rows), counts: Int32Array.from(rows, (row) => extras.counts[row]!) },
    }),
  };
}

/** Two more keys of one number, which no query may see. */
function withExcludedKeys(batch: ContrastBatch, filling: number): ContrastBatch {
  const [n, d] = batch.queries.shape as [number, number];
  const k = countKeys(batch);
  const rows = Array.from({ length: n }, (_, row) => row);
  return {
    ...batch,
    keys: [...batch.keys, features(new Float64Array(2 * d).fill(filling), 2, d)],
    ...(batch.frozen && { frozen: [...batch.frozen, false] }),
    targets: sparseWeights(rows.map((row) => targetsOf(batch, row))),
    excluded: sparseExclusion(rows.map((row) => [...excludedOf(batch, row), k, k + 1])),
  };
}

/** The extras beyond each query's count filled with one number. */
function withOtherExtras(batch: ContrastBatch, filling: number): ContrastBatch {
  const { values: given, counts } = batch.extras!;
  const [, s, d] = given.shape as [number, number, number];
  const data = values(given).slice();
  for (const [row, count] of counts.entries()) data.fill(filling, (row * s + count) * d, (row + 1) * s * d);
  return { ...batch, extras: { values: tensor(data, given.shape), counts } };
}

function targetsOf({ targets }: ContrastBatch, row: number): [number, number][] {
  const found: [number, number][] = [];
  eachWeight(targets, row, (column, weight) => found.push([column, weight]));
  return found.filter(([, weight]) => weight > 0);
}

function excludedOf(batch: ContrastBatch, row: number): number[] {
  const found: number[] = [];
  eachExcluded(batch, row, (column) => found.push(column));
  return found;
}

function inOrder(array: Tensor, rows: readonly number[]): Tensor {
  return stack(rows.map((row) => copy(unstack(array, row))));
}

function gradientsOf({ gradients: { queries, keys = [], extras } }: LossGradients, blocks: number): number[] {
  return [queries, ...keys.slice(0, blocks), extras].flatMap((each) => (each ? [...values(each)] : []));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    // sums of a few numbers in float64, in another order
    if (Number.isNaN(expected[i]!)) expect(actual[i]).toBeNaN();
    else
      expect(Math.abs(actual[i]! - expected[i]!), `element ${i}`).toBeLessThanOrEqual(
        1e-12 * Math.max(1, Math.abs(expected[i]!)),
      );
  }
}
