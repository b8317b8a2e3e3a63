import { pairs, sparseExclusion } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { matchers } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { infoNce } from './info-nce.ts';

expect.extend(matchers);
const [queries, keys] = [rows([1, 0.2], [-0.5, 1]), rows([0.9, 0.4], [-0.2, 0.8])];

test('an extra of zeros has cosine 0, like a key of zeros, and no gradient', () => {
  const batch = pairs(queries, keys);
  const extras = { values: tensor(Float64Array.of(0, 0, 3, 4, 0, 0, 0, 0), [2, 2, 2]), counts: Int32Array.of(2, 1) };
  const found = infoNce().differentiate({ ...batch, extras });
  const asKeys = infoNce().differentiate({
    ...batch,
    keys: [keys, rows([0, 0], [3, 4], [0, 0])],
    excluded: sparseExclusion([[4], [2, 3]]),
  });
  expect(found.value).toBeCloseTo(asKeys.value, 14);
  const [own, alike] = [values(found.gradients.extras!), values(asKeys.gradients.keys![1]!)];
  expect(own.subarray(2, 4)).toBeCloseToTensor(alike.subarray(2, 4), 1e-14);
  for (const at of [0, 1, 4, 5, 6, 7]) expect(Math.abs(own[at]!)).toBe(0);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
