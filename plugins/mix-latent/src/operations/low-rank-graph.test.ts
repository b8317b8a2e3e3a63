import { features, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { normalizedAdjacency, propagateLowRank } from './low-rank-graph.ts';
import { truncatedSvd } from './low-rank-view.ts';

const adjacency = tensor(Float64Array.of(1, 1, 0, 1, 0, 0, 0, 1, 1), [3, 3]);
const rounded = (numbers: ArrayLike<number>) => Array.from(numbers, (each) => Number(each.toFixed(6)) + 0);
const identity = features(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 3, 3);

test('entries are divided by the roots of both degrees, and a node without edges stays zero', () => {
  const root = Number(Math.SQRT1_2.toFixed(6));
  expect(rounded(values(normalizedAdjacency(adjacency)))).toEqual([0.5, 0.5, 0, root, 0, 0, 0, 0.5, root]);
  expect([...values(normalizedAdjacency(tensor(Float64Array.of(0, 0, 0, 4), [2, 2])))]).toEqual([0, 0, 0, 1]);
});

test('singular values, and the views of rank 1, 2 and 3', () => {
  const normalized = normalizedAdjacency(adjacency);
  expect(rounded(truncatedSvd(normalized, 3).singular)).toEqual([1, 0.809017, 0.309017]);
  const view = (rank: number) =>
    rounded(values(propagateLowRank(truncatedSvd(normalized, rank), { users: identity, items: identity }).users));
  expect(view(1)).toEqual([0.4, 0.4, 0.282843, 0.282843, 0.282843, 0.2, 0.4, 0.4, 0.282843]);
  expect(view(2)).toEqual([0.561803, 0.338197, 0.141421, 0.653089, 0.141421, -0.123607, -0.023607, 0.561803, 0.653089]);
  expect(view(3)).toEqual(rounded(values(normalized)));
});

test('one step at rank 1 over items (1, 0), (0, 1) and (1, 1)', () => {
  const items = features(Float64Array.of(1, 0, 0, 1, 1, 1), 3, 2);
  const { users, items: back } = propagateLowRank(truncatedSvd(normalizedAdjacency(adjacency), 1), { users: items, items });
  expect(rounded(values(users))).toEqual([0.682843, 0.682843, 0.482843, 0.482843, 0.682843, 0.682843]);
  // the transposed view, of columns (.4, .282843, .4), (.4, .282843, .4) and (.282843, .2, .282843)
  expect(rounded(values(back))).toEqual([0.8, 0.682843, 0.8, 0.682843, 0.565685, 0.482843]);
});

test('it is its own transpose', () => {
  const svd = truncatedSvd(features(Float64Array.of(1, 2, 3, 4, 5, 7), 2, 3), 1);
  const [a, b] = [
    { users: features(Float64Array.of(1, -2), 2, 1), items: features(Float64Array.of(3, 0.5, -1), 3, 1) },
    { users: features(Float64Array.of(4, 1), 2, 1), items: features(Float64Array.of(-2, 1, 1), 3, 1) },
  ] as const;
  const product = (one: typeof a, other: typeof a) =>
    [...values(one.users), ...values(one.items)].reduce(
      (sum, each, i) => sum + each * [...values(other.users), ...values(other.items)][i]!,
      0,
    );
  expect(product(propagateLowRank(svd, a), b)).toBeCloseTo(product(a, propagateLowRank(svd, b)), 10);
});

test('sides that are not those of the graph are refused', () => {
  const parts = truncatedSvd(features(Float64Array.of(1, 0, 1, 0, 1, 1), 2, 3), 1);
  const [two, three] = [features(new Float64Array(4), 2, 2), features(new Float64Array(6), 3, 2)];
  expect(() => propagateLowRank(parts, { users: three, items: two })).toThrow(
    'propagate-low-rank: expected users and items of the graph, [n, d] and [m, d], got [3,2] and [2,2] for 2 and 3 entries of rank 1',
  );
  expect(propagateLowRank(parts, { users: two, items: three }).users.shape).toEqual([2, 2]);
});
