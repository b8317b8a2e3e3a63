import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { drawPatches, restoreTokens, visibleTokens } from './index.ts';

const tokens = (n: number, d: number) =>
  tensor(
    Float64Array.from({ length: n * d }, (_, i) => i + 1),
    [n, d],
  );

test('with nothing hidden, tokens come back to their places', () => {
  const { keep, restore } = drawPatches(createRandom(1), 12, 0);
  const all = tokens(12, 3);
  expect([...keep]).not.toEqual([...keep].sort((a, b) => a - b)); // they were shuffled
  expect(values(restoreTokens(visibleTokens(all, keep), [0, 0, 0], restore))).toEqual(values(all));
});

test('hidden tokens are the mask token, visible ones themselves', () => {
  const { keep, mask, restore } = drawPatches(createRandom(2), 10, 0.6);
  const restored = values(restoreTokens(visibleTokens(tokens(10, 2), keep), [-1, -2], restore));
  for (let token = 0; token < 10; token++) {
    const expected = mask[token] === 1 ? [-1, -2] : [2 * token + 1, 2 * token + 2];
    expect([...restored.subarray(2 * token, 2 * token + 2)]).toEqual(expected);
  }
});

test('taking the visible rows is how gradients go back: <restore v, g> = <v, visible g> + <token, hidden g>', () => {
  const { keep, mask, restore } = drawPatches(createRandom(3), 9, 0.5);
  const random = createRandom(4);
  const draw = (n: number, d: number) => tensor(Float64Array.from({ length: n * d }, () => random.normal(0, 1)), [n, d]); // biome-ignore format: one line
  const [visible, gradient, token] = [draw(keep.length, 2), draw(9, 2), values(draw(1, 2))];
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, each, i) => sum + each * b[i]!, 0);
  const hidden = values(gradient).reduce((sum, each, i) => sum + mask[i >> 1]! * each * token[i % 2]!, 0);
  const forward = dot(values(restoreTokens(visible, token, restore)), values(gradient));
  expect(forward).toBeCloseTo(dot(values(visible), values(visibleTokens(gradient, keep))) + hidden, 12);
});

test('a token of another length and a token that is not there are refused', () => {
  const { keep, restore } = drawPatches(createRandom(1), 4, 0.5);
  expect(() => restoreTokens(visibleTokens(tokens(4, 3), keep), [0], restore)).toThrow(RangeError);
  expect(() => visibleTokens(tokens(4, 3), Int32Array.of(4))).toThrow(RangeError);
});
