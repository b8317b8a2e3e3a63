import { type ContrastBatch, eachExcluded, onlyColumns, pairs, sparseExclusion } from '@viewforge/core';
import { withTwins } from '@viewforge/kernels';
import { infoNce } from '@viewforge/losses';
import { createRandom, permutation, seedOf } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, gradientError, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { betaNoise } from './draw-weights.ts';
import { interpolateRows } from './interpolate-rows.ts';
import { interpolateNegatives } from './interpolate-negatives.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const random = createRandom(1);
const normal = (n: number, d = 4): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );

/** Three queries, a block of their keys, and a queue in two blocks. */
const queued: ContrastBatch = {
  queries: normal(3),
  keys: [normal(3), normal(4), normal(2)],
  targets: { kind: 'identity' },
  excluded: sparseExclusion([
    [1, 2],
    [0, 2, 5],
    [0, 1],
  ]), // prettier-ignore
  frozen: [true, true, true],
};
/** Ranges over a queue, and batches whose blocks all hold positives: their keys are mixed apart. */
const others = [6, 0, 1, 3, 4].map((i) => exampleBatches()[i]!.batch);

for (const negativeSharing of ['batch', 'sample', 'element'] as const)
  obeysMixerLaws(interpolateNegatives({ negativeSharing }), [queued, ...others]);

test('rows at length 1 are mixed with those of a permutation, through all blocks', () => {
  const blocks = [rows([2, 0], [0, 3]), rows([-1, 0])];
  const [first, second] = interpolateRows(blocks, [2, 0, 1], { by: 'batch', data: Float64Array.of(0.25) });
  expect([...values(first!), ...values(second!)]).toEqual([-0.5, 0, 0.75, 0.25, -0.25, 0.75]);
  expect(values(first!).buffer).toBe(values(second!).buffer);
});

test.each(['batch', 'sample', 'element'] as const)('many rows in float32 give what float64 gives, a weight for each %s', (by) => {
  const d = 1000; // of which 32 rows are mixed at a time
  const blocks = [normal(30, d), normal(1, d), normal(70, d)];
  const order = permutation(createRandom(4), 101);
  const weights = { by, data: betaNoise({ batch: 1, sample: 101, element: 101 * d }[by], 1.6, 3) };
  const single = blocks.map((block) => features(Float32Array.from(values(block)), block.shape[0]!, d));
  const found = interpolateRows(single, order, weights);
  const rowsOf = (each: readonly Features[]) => each.flatMap((block) => [...values(block)]);
  const exact = rowsOf(interpolateRows(blocks, order, weights));
  const worst = rowsOf(found).reduce((most, each, i) => Math.max(most, Math.abs(each - exact[i]!)), 0);
  expect(worst).toBeLessThan(1e-7); // numbers of some 0.1 in float32
  expect(rowsOf(withTwins(() => interpolateRows(single, order, weights)))).toEqual(rowsOf(found));
  expect(found.map(({ shape }) => shape[0])).toEqual([30, 1, 70]);
});

test('the order is the permutation of the seed, and the weight the drawn one', () => {
  const part = interpolateNegatives();
  const drawn = part.draw(queued, createRandom(9), context);
  const order = permutation(createRandom(drawn.seed), 6);
  const [, one, two] = part.apply(queued, drawn).keys;
  const queue = [...values(queued.keys[1]!), ...values(queued.keys[2]!)];
  const unit = (row: number) => queue.slice(4 * row, 4 * row + 4).map((each, _, all) => each / Math.hypot(...all));
  const weight = (drawn.weights as { value: number }).value;
  const expected = order.flatMap((other, row) => unit(row).map((each, e) => weight * each + (1 - weight) * unit(other)[e]!));
  expect([...values(one!), ...values(two!)]).toEqual(expected.map((each) => expect.closeTo(each, 12)));
});

test('weight 1 leaves the queue as it is, without a copy; queries and positives come at length 1', () => {
  const mixed = interpolateNegatives().apply(queued, { weights: { by: 'batch', value: 1 }, seed: 3 });
  expect(mixed.keys[1]).toBe(queued.keys[1]);
  expect(mixed.excluded).toBe(queued.excluded);
  for (const block of [mixed.queries, mixed.keys[0]!]) expect(Math.hypot(...values(block).subarray(0, 4))).toBeCloseTo(1, 12);
});

test('a query that must not see a row sees no mixture with it', () => {
  const drawn = { weights: { by: 'batch', value: 0.5 }, seed: 3 } as const;
  const order = permutation(createRandom(3), 6);
  const mixed = interpolateNegatives().apply(queued, drawn);
  // query 1 must not see column 5, row 2 of the queue; what holds it is row 2 and the row whose partner it is
  const hidden = [...new Set([2, order.indexOf(2)])].map((row) => 3 + row);
  const seen = infoNce({ similarity: 'dot' }).measure(mixed).parts['negatives'];
  expect(seen).toBeCloseTo((6 + (6 - hidden.length) + 6) / 3, 12);
  const poison = { ...queued, keys: [queued.keys[0]!, withRow(queued.keys[1]!, 2, 1e3), queued.keys[2]!] };
  const before = infoNce({ similarity: 'dot' }).measure(mixed).perQuery;
  const after = infoNce({ similarity: 'dot' }).measure(interpolateNegatives().apply(poison, drawn)).perQuery;
  expect(after[1]).toBe(before[1]);
  expect(after[0]).not.toBe(before[0]);
});

test.each(['batch', 'sample', 'element'] as const)(
  'gradients agree with central differences, a weight for each %s',
  (sharing) => {
    const part = interpolateNegatives({ negativeSharing: sharing });
    const free = { ...queued, frozen: [false, false, false] };
    const drawn = part.draw(free, createRandom(2), context);
    const loss = infoNce({ temperature: 0.7, similarity: 'dot' });
    const back = part.pullback!(free, drawn, loss.differentiate(part.apply(free, drawn)).gradients);
    const measure = ([queries, ...keys]: readonly Features[]) =>
      loss.measure(part.apply({ ...free, queries: queries!, keys }, drawn)).value;
    expect(gradientError(measure, [free.queries, ...free.keys], [back.queries, ...back.keys!]).worst).toBeLessThan(1e-7);
    expect(part.pullback!(queued, drawn, loss.differentiate(part.apply(queued, drawn)).gradients).keys).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  },
);

test('without a queue all keys are mixed behind the clean ones, of which a query sees its positive alone', () => {
  const batch = pairs(normal(4), normal(4));
  const drawn = { weights: { by: 'batch', value: 0.3 }, seed: 5 } as const;
  const order = permutation(createRandom(5), 4);
  const mixed = interpolateNegatives().apply(batch, drawn);
  expect(mixed.keys.map(({ shape }) => shape)).toEqual([
    [4, 4],
    [4, 4],
  ]); // prettier-ignore
  const unit = (row: number, e: number) => mixed.keys[0]!.get(row, e);
  for (let i = 0; i < 4; i++) {
    for (let e = 0; e < 4; e++) expect(mixed.keys[1]!.get(i, e)).toBeCloseTo(0.3 * unit(i, e) + 0.7 * unit(order[i]!, e), 12);
    const hidden = new Set<number>();
    eachExcluded(mixed, i, (column) => hidden.add(column));
    const seen = [0, 1, 2, 3, 4, 5, 6, 7].filter((column) => !hidden.has(column));
    expect(seen).toEqual([i, ...[0, 1, 2, 3].filter((row) => row !== i && order[row] !== i).map((row) => 4 + row)]);
  }
});

test('where queries see no negatives, as before a queue has rows, nothing is mixed', () => {
  const batch = { ...pairs(normal(2), normal(2)), excluded: sparseExclusion([[1], [0]]) };
  expect(interpolateNegatives().apply(batch, { weights: { by: 'batch', value: 0.3 }, seed: 5 }).keys).toHaveLength(1);
});

test('blocks of which some learn pass on the gradients of all mixtures with their rows', () => {
  const batch = { ...queued, frozen: [true, false, true] };
  const part = interpolateNegatives();
  const drawn = part.draw(batch, createRandom(2), context);
  const loss = infoNce({ temperature: 0.7, similarity: 'dot' });
  const { keys } = part.pullback!(batch, drawn, loss.differentiate(part.apply(batch, drawn)).gradients);
  expect([keys![0], keys![2]]).toEqual([undefined, undefined]);
  const measure = ([block]: readonly Features[]) =>
    loss.measure(part.apply({ ...batch, keys: [batch.keys[0]!, block!, batch.keys[2]!] }, drawn)).value;
  expect(gradientError(measure, [batch.keys[1]!], [keys![1]]).worst).toBeLessThan(1e-7);
});

test('batches that were mined are refused', () => {
  const part = interpolateNegatives();
  const mined = { ...queued, excluded: onlyColumns([[0], [1], [2]]) };
  expect(() => part.apply(mined, part.draw(mined, createRandom(1), context))).toThrow('mix before mining');
});

test('the weights are drawn first, then the seed of the order', () => {
  const random = createRandom(6);
  const weights = { by: 'element', alpha: 1.6, offset: 0, seed: seedOf(random) };
  const drawn = interpolateNegatives({ negativeSharing: 'element' }).draw(queued, createRandom(6), context);
  expect(drawn).toEqual({ weights, seed: seedOf(random) });
});

test.each([0.3, 0.51, 1, 1.6, 2, 50])('many weights of Beta(%d, same) have its mean, variance and quarter', (alpha) => {
  const count = 60_000;
  const sample = betaNoise(count, alpha, 12);
  const mean = sample.reduce((sum, each) => sum + each, 0) / count;
  const variance = sample.reduce((sum, each) => sum + (each - mean) ** 2, 0) / count;
  const expected = 1 / (4 * (2 * alpha + 1));
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(expected / count));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.03); // 5 deviations are at most 0.029
  expect(sample.every((each) => each >= 0 && each <= 1)).toBe(true);
  if (alpha !== 2) return;
  const below = sample.filter((each) => each < 0.25).length / count;
  expect(Math.abs(below - (3 / 16 - 2 / 64))).toBeLessThan(0.01); // 3 x^2 - 2 x^3
});

test('weights of a longer draw begin with those of a shorter one within the same chunk', () => {
  expect([...betaNoise(5, 2, 3)]).toEqual([...betaNoise(9, 2, 3).subarray(0, 5)]);
  expect([...betaNoise(5, 2, 3)]).not.toEqual([...betaNoise(5, 2, 4)]);
});

function withRow(block: Features, row: number, value: number): Features {
  const d = block.shape[1]!;
  const data = values(block).slice();
  data.set([value, -value, value, 0].slice(0, d), row * d);
  return tensor(data, [...block.shape]);
}
