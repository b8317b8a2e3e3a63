import { createRandom } from '@viewforge/random';
import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { eigs, multiply, transpose } from 'mathjs';
import { expect, test } from 'vitest';
import { centeredKernelAlignmentOf, createComparison, procrustesDistanceOf } from '../index.ts';

const x = rows([1, 0], [0, 1], [1, 1]);
const y = rows([2, 1], [0, 3], [1, 1]);

test('kernel alignment of two sets of three rows', () => {
  expect(centeredKernelAlignmentOf(x, y).value).toBeCloseTo(0.916261, 6);
  expect(centeredKernelAlignmentOf(x, y).n).toBe(3);
});

test('a representation is aligned with itself, turned, scaled and moved', () => {
  const z = exampleFeatures(8, 2);
  const moved = features(
    Float64Array.from(z.data, (_, at) => {
      const [p, q] = [z.data[at - (at % 2)]!, z.data[at - (at % 2) + 1]!];
      return 3 * (at % 2 ? 0.8 * p + 0.6 * q : 0.6 * p - 0.8 * q) + 7;
    }),
    8,
    2,
  );
  expect(centeredKernelAlignmentOf(z, moved).value).toBeCloseTo(1, 10);
  expect(procrustesDistanceOf(z, moved).value).toBeCloseTo(0, 10);
});

test('what varies in one and not in the other is at right angles', () => {
  const [p, q] = [rows([1], [-1], [1], [-1]), rows([1], [1], [-1], [-1])];
  expect(centeredKernelAlignmentOf(p, q).value).toBeCloseTo(0, 12);
  expect(procrustesDistanceOf(p, q).value).toBeCloseTo(2, 12);
});

test.each([
  [7, 3, 5],
  [4, 6, 2],
])('%i items of widths %i and %i agree with products of centered Gram matrices', (n, d, e) => {
  const [p, q] = [exampleFeatures(n, d), features(exampleFeatures(2 * n, e).data.slice(n * e), n, e)];
  const [k, l] = [centeredGram(p), centeredGram(q)];
  const inner = (a: number[][], b: number[][]) =>
    a.reduce((sum, row, i) => sum + row.reduce((all, each, j) => all + each * b[i]![j]!, 0), 0);
  const expected = inner(k, l) / Math.sqrt(inner(k, k) * inner(l, l));
  expect(centeredKernelAlignmentOf(p, q).value).toBeCloseTo(expected, 10);
});

test('the Procrustes distance takes the root of the eigenvalues of the squared cross product', () => {
  const [p, q] = [exampleFeatures(6, 3), features(exampleFeatures(12, 3).data.slice(18), 6, 3)];
  const [a, b] = [centered(p), centered(q)];
  const size = (m: number[][]) => Math.sqrt(m.flat().reduce((sum, each) => sum + each * each, 0));
  const cross = multiply(transpose(a), b) as number[][];
  const squares = eigs(multiply(transpose(cross), cross) as number[][]).values as number[];
  const nuclear = squares.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
  expect(procrustesDistanceOf(p, q).value).toBeCloseTo(2 - (2 * nuclear) / (size(a) * size(b)), 8);
});

test('no rotation or reflection does better than the distance says', () => {
  const distance = procrustesDistanceOf(x, y).value;
  const [a, b] = [centered(x), centered(y)];
  const size = (m: number[][]) => Math.sqrt(m.flat().reduce((sum, each) => sum + each * each, 0));
  const random = createRandom('rotations');
  const left = Array.from({ length: 500 }, (_, i) => {
    const [angle, sign] = [random.uniform(0, 2 * Math.PI), i % 2 ? 1 : -1];
    const turn = [
      [Math.cos(angle), -sign * Math.sin(angle)],
      [Math.sin(angle), sign * Math.cos(angle)],
    ];
    const turned = multiply(b, turn) as number[][];
    return a.flat().reduce((sum, each, at) => sum + (each / size(a) - turned.flat()[at]! / size(b)) ** 2, 0);
  });
  expect(Math.min(...left)).toBeGreaterThanOrEqual(distance - 1e-12);
  expect(Math.min(...left)).toBeLessThan(distance + 0.01); // 250 angles of each kind come near the best
});

test.each([
  ['one item', rows([1, 2]), rows([3]), 'a comparison of representations needs two items'],
  ['the same for all items', rows([0.1, 0.3], [0.1, 0.3], [0.1, 0.3]), x, 'one representation is the same for all items'],
  ['zeros', x, rows([0], [0], [0]), 'one representation is the same for all items'],
  ['NaN', x, rows([1], [Number.NaN], [2]), 'features are not all finite numbers within 1e70'],
])('%s: NaN with a note', (_, p, q, note) => {
  for (const of of [centeredKernelAlignmentOf, procrustesDistanceOf]) {
    expect(of(p, q)).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
  }
});

test('items taken in by two accumulators and merged compare as one would', () => {
  const [p, q] = [exampleFeatures(9, 2), exampleFeatures(9, 3)];
  const part = (z: Features, from: number, to: number) =>
    features(z.data.slice(from * z.shape[1]!, to * z.shape[1]!), to - from, z.shape[1]!);
  const [first, second] = [createComparison(2, 3), createComparison(2, 3)];
  first.add({ x: part(p, 0, 2), y: part(q, 0, 2) });
  second.add({ x: part(p, 2, 8), y: part(q, 2, 8) });
  second.add({ x: part(p, 8, 9), y: part(q, 8, 9) });
  first.merge(second);
  expect(first.result()).toEqual({
    centeredKernelAlignment: expect.closeTo(centeredKernelAlignmentOf(p, q).value, 12),
    procrustesDistance: expect.closeTo(procrustesDistanceOf(p, q).value, 12),
    n: 9,
    notes: [],
  });
});

test('different numbers of items are an error', () => {
  expect(() => centeredKernelAlignmentOf(x, rows([1]))).toThrow('comparison: expected x of [1, 2] for y of [1,1], got [3,2]');
});

function centered(z: Features): number[][] {
  const [n, d] = z.shape as [number, number];
  const mean = (j: number) => Array.from({ length: n }, (_, i) => z.get(i, j)).reduce((sum, each) => sum + each, 0) / n;
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_other, j) => z.get(i, j) - mean(j)));
}

function centeredGram(z: Features): number[][] {
  const rowsOf = centered(z);
  return multiply(rowsOf, transpose(rowsOf)) as number[][];
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
