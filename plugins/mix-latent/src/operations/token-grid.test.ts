import { features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { embedTokens, nearestCodes } from './token-grid.ts';

const codebook = features(Float64Array.of(0, 0, 1, 0, 1, 4), 3, 2);

test('embeddings are channels of maps, and the nearest codes are the tokens again', () => {
  const tokens = { ids: Int32Array.of(2, 0, 1, 1, 0, 2), n: 2, h: 1, w: 3 };
  const maps = embedTokens(tokens, codebook);
  expect([...maps.shape]).toEqual([2, 2, 1, 3]);
  expect([...values(maps)]).toEqual([1, 0, 1, 4, 0, 0, 1, 0, 1, 0, 0, 4]);
  expect(nearestCodes(maps, codebook)).toEqual(tokens);
});

test('of codes equally near the lowest counts', () => {
  const twins = features(Float64Array.of(2, 0, 0, 0, 2, 0), 3, 2);
  expect([...nearestCodes(tensor(Float64Array.of(1, 0, 2, 0), [2, 2, 1, 1]), twins).ids]).toEqual([0, 0]);
});

test('it is what sorting by distance gives', () => {
  const [codes, points] = [exampleFeatures(17, 3, 1), exampleFeatures(20, 3, 2)];
  const found = nearestCodes(tensor(values(points), [20, 3, 1, 1]), codes).ids;
  for (let i = 0; i < 20; i++) {
    const distance = (code: number) => Math.hypot(...[0, 1, 2].map((k) => points.get(i, k) - codes.get(code, k)));
    const sorted = Array.from({ length: 17 }, (_, code) => code).sort((a, b) => distance(a) - distance(b));
    expect(found[i]).toBe(sorted[0]);
  }
});

test('what does not fit is refused', () => {
  const tokens = (...ids: number[]) => ({ ids: Int32Array.from(ids), n: 1, h: 1, w: 2 });
  expect(() => embedTokens(tokens(0, 3), codebook)).toThrow('embed-tokens: expected ids of 3 codes, got 3');
  expect(() => embedTokens(tokens(0), codebook)).toThrow('embed-tokens: expected 2 ids for [1,1,2], got 1');
  expect(() => nearestCodes(tensor(new Float64Array(3), [1, 3, 1, 1]), codebook)).toThrow(
    'expected embeddings of [n, 2, h, w], got [1,3,1,1]',
  );
  expect(() => nearestCodes(tensor(Float64Array.of(0, Number.NaN), [1, 2, 1, 1]), codebook)).toThrow(
    'expected finite embeddings and codes',
  );
  expect(() => nearestCodes(tensor(new Float64Array(2), [1, 2, 1, 1]), features(new Float64Array(0), 0, 2))).toThrow(
    'at least one code',
  );
});
