import { exampleImages, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { gammaCurve } from './gamma-curve.ts';

obeysAugmenterLaws(gammaCurve, exampleImages());

test('power 1 changes nothing', () => {
  const [image] = exampleImages();
  expect(gammaCurve().apply(image!, { power: 1 }).data).toEqual(image!.data);
});
