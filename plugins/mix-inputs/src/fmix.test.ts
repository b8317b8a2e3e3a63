import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { fmix, maskOf } from './fmix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const shapes = [
  [6, 9],
  [4, 2, 16],
  [3, 2, 5, 6],
  [2, 1, 4, 3, 5],
  [2, 1, 1, 1],
];

obeysMixerLaws(fmix({ softness: 0.3, reformulate: true }), [...exampleViewBatches(), ...shapes.map(exampleViewBatch)]);
obeysMixerLaws(fmix({ spectrum: 'public' }), [...exampleViewBatches(), ...shapes.map(exampleViewBatch)]);

test('an element comes from the item or its partner, in all channels alike, and the blend has the drawn weight', () => {
  const batch = exampleViewBatch([4, 3, 9, 7]);
  const part = fmix({ partners: 'no-fixed' });
  const drawn = part.draw(batch, createRandom(5), context)!;
  const mask = maskOf([3, 9, 7], drawn.mask);
  const mixed = part.apply(batch, drawn);
  expect(new Set(mask)).toEqual(new Set([0, 1]));
  values(mixed.values).forEach((value, at) => {
    const item = Math.floor(at / 189);
    const from = mask[at % 63] === 1 ? item : drawn.partners[item]!;
    expect(value).toBe(values(batch.values)[from * 189 + (at % 189)]);
  });
  expect(blendRows(mixed)[0]![0]).toBe(Math.fround(drawn.mask.weight));
  expect(Math.abs(mask.reduce((sum, each) => sum + each, 0) / 63 - drawn.mask.weight)).toBeLessThan(1 / 63);
});

test('weights of the reformulated law favor the item itself: Beta(2, 1) has mean 2/3', () => {
  const batch = exampleViewBatch([2, 1, 2, 2]);
  const drawn = Array.from(
    { length: 2000 },
    (_, seed) => fmix({ reformulate: true }).draw(batch, createRandom(seed), context)!.mask.weight,
  );
  expect(Math.abs(drawn.reduce((sum, each) => sum + each, 0) / 2000 - 2 / 3)).toBeLessThan(5 * Math.sqrt(1 / 18 / 2000));
});
