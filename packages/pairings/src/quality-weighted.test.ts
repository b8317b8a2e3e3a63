import type { EncodedViews } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { bothWays, firstDirection, inBatch, pairQualities, pairQuality, qualityWeighted, qualityWeights } from './index.ts';

const direction = [1, 0, 0];
const progress = { epoch: 0, step: 0, fraction: 0 };

test('an item whose foreground stays while its background changes counts most', () => {
  // tokens of foreground (1, 0, 0) and of background along the others: turned around for item 0, kept for item 1
  const first = tokens(
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
  );
  const second = tokens(
    [
      [1, 0, 0],
      [0, -1, 0],
    ],
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
  );
  const found = pairQualities(encoded(first, second), { direction });
  expect([...found]).toEqual([expect.closeTo(2, 6), expect.closeTo(0, 6)]);
  const { batch } = qualityWeighted(inBatch(), { direction }).pair(encoded(first, second), null, progress);
  // 2 softmax(2, 0)
  expect([...batch.queryWeights!]).toEqual([expect.closeTo(1.761594, 5), expect.closeTo(0.238406, 5)]);
});

test('the loss is the mean of weight times what it says of each query, and gradients flow as before', () => {
  const views = encoded(exampleTokens(1), exampleTokens(2));
  const pairing = qualityWeighted(inBatch(), { direction, sharpness: 2 });
  const [plain, weighted] = [inBatch(), pairing].map((each) => each.pair(views, null, progress));
  const weights = qualityWeights(pairQualities(views, { direction }), 2);
  const { perQuery } = infoNce().measure(plain!.batch);
  const { value, gradients } = infoNce().differentiate(weighted!.batch);
  expect(value).toBeCloseTo(perQuery.reduce((sum, each, i) => sum + each * weights[i]!, 0) / 4, 6);
  expect(weighted!.pullback(gradients)['view']!.map(({ shape }) => shape)).toEqual([
    [4, 5],
    [4, 5],
  ]);
});

test('from patch tokens of any encoder: the direction over all tokens, then weights of mean 1 for every view', () => {
  const [first, second] = [exampleTokens(3), exampleTokens(4)];
  const all = features(Float64Array.from([...values(first), ...values(second)]), 2 * 4 * 6, 3);
  const fixed = firstDirection(all);
  const { batch } = qualityWeighted(bothWays(), { direction: fixed }).pair(encoded(first, second), null, progress);
  expect(batch.queryWeights).toHaveLength(8);
  expect(batch.queryWeights!.reduce((sum, each) => sum + each, 0)).toBeCloseTo(8, 9);
  expect(batch.queryWeights!.slice(0, 4)).toEqual(batch.queryWeights!.slice(4));
  const one = (of: typeof first, i: number): Features => features(Float64Array.from(values(of).slice(i * 18, i * 18 + 18)), 6, 3);
  const expected = pairQuality(one(first, 2), one(second, 2), fixed).quality;
  expect(pairQualities(encoded(first, second), { direction: fixed })[2]).toBeCloseTo(expected, 6);
});

test('an output that is not there, and tokens of another shape, are refused', () => {
  const views = encoded(exampleTokens(1), exampleTokens(2));
  const pair = (options: object) => qualityWeighted(inBatch(), { direction, ...options }).pair(views, null, progress);
  expect(() => pair({ output: 'patches' })).toThrow('expected an output "patches" of the encoder, got tokens');
  expect(() => pair({ direction: [1, 0] })).toThrow('expected tokens of [4, t, 2], got [4,6,3]');
  expect(() => pair({ views: [0, 2] })).toThrow('expected at least 3 views of role "view", got 2');
});

function encoded(...outputs: ReturnType<typeof tokens>[]): EncodedViews {
  const n = outputs[0]!.shape[0]!;
  return {
    items: Array.from({ length: n }, (_, i) => ({ id: `${i}` })),
    views: {
      view: outputs.map((each, v) => ({
        features: exampleFeatures(n, 5, v),
        blend: { kind: 'identity' },
        outputs: { tokens: each },
      })),
    },
  };
}

/** [n, t, d] */
function tokens(...items: readonly (readonly (readonly number[])[])[]) {
  return tensor(Float64Array.from(items.flat(2)), [items.length, items[0]!.length, items[0]![0]!.length]);
}

function exampleTokens(seed: number) {
  return tensor(Float64Array.from(values(exampleFeatures(4 * 6, 3, seed))), [4, 6, 3]);
}
