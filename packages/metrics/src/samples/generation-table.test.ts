import { features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { frechetDistanceOf, generationTable } from '../index.ts';

test('each generated set has its size and its divergence beside the size of the real one', () => {
  const real = exampleFeatures(12, 2);
  const far = features(
    exampleFeatures(9, 2).data.map((value) => value + 20),
    9,
    2,
  );
  const [copy, shifted] = generationTable(real, {
    copy: { features: real, quality: [0.6, 0.1, -0.1] },
    shifted: { features: far },
  });
  expect(copy).toEqual({
    name: 'copy',
    realSize: 12,
    generatedSize: 12,
    divergence: expect.closeTo(0, 9),
    discrepancy: expect.any(Number),
    twoSampleAccuracy: 0, // the copy of each row is its nearest
    meanQuality: expect.closeTo(0.2, 12),
    notes: [],
  });
  expect(shifted).toMatchObject({
    realSize: 12,
    generatedSize: 9,
    twoSampleAccuracy: 1,
    meanQuality: Number.NaN,
    divergence: frechetDistanceOf(real, far).value,
  });
  expect(shifted!.discrepancy).toBeGreaterThan(copy!.discrepancy);
});

test('a generated set of one row is only counted', () => {
  const [row] = generationTable(exampleFeatures(5, 2), { one: { features: exampleFeatures(1, 2) } });
  expect(row).toMatchObject({ generatedSize: 1, divergence: Number.NaN, discrepancy: Number.NaN, twoSampleAccuracy: Number.NaN });
  expect(row!.notes).toHaveLength(3);
});
