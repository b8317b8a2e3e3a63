import { type Image, image } from '@viewforge/tensor';
import { exampleImages, flatImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { createViewFidelity, decibelsOf, structuralSimilarityOf, viewFidelityOf } from '../index.ts';

const dark = flatImage(12, 0.25);
const light = flatImage(12, 0.75);

test('a change of .5 everywhere is .25 squared, 6.02 decibels', () => {
  const found = viewFidelityOf(dark, light);
  expect(found).toMatchObject({
    meanSquaredChange: 0.25,
    peakSignalToNoise: expect.closeTo(-10 * Math.log10(0.25), 12),
    same: 0,
    n: 1,
  });
  expect(found.structuralSimilarity).toBe(structuralSimilarityOf(dark, light));
});

test('the same image has no ratio to speak of, and is counted', () => {
  expect(viewFidelityOf(dark, dark)).toMatchObject({
    meanSquaredChange: 0,
    peakSignalToNoise: null,
    structuralSimilarity: 1,
    same: 1,
  });
  expect(decibelsOf(0)).toBeNull();
});

test('decibels are averaged over pairs that differ', () => {
  const fidelity = createViewFidelity();
  fidelity.add({ sample: dark, view: dark });
  fidelity.add({ sample: dark, view: light });
  expect(fidelity.result()).toMatchObject({
    meanSquaredChange: 0.125,
    peakSignalToNoise: expect.closeTo(6.0206, 4),
    same: 1,
    n: 2,
  });
});

test.each([
  ['no pixels', image(new Float32Array(0), 1, 0, 0)],
  ['NaN', image(Float32Array.of(Number.NaN), 1, 1, 1)],
])('%s: left out, with a note', (_, empty: Image) => {
  expect(viewFidelityOf(empty, empty)).toEqual({
    meanSquaredChange: Number.NaN,
    peakSignalToNoise: Number.NaN,
    structuralSimilarity: Number.NaN,
    same: 0,
    n: 0,
    notes: ['1 pairs without pixels, or not of finite numbers, were left out', 'fidelity needs a view and its sample'],
  });
});

test('a view of another shape is an error', () => {
  expect(() => viewFidelityOf(dark, flatImage(11, 0.5))).toThrow(
    "view-fidelity: expected a view of its sample's shape [1,12,12], got [1,11,11]",
  );
});

test('pairs taken in by two accumulators and merged give what one would', () => {
  const pairs = exampleImages().map((sample) => ({
    sample,
    view: image(
      sample.data.map((v) => v * 0.9),
      ...shapeOf(sample),
    ),
  }));
  const [whole, first, second] = [createViewFidelity(), createViewFidelity(), createViewFidelity()];
  pairs.forEach((pair, i) => {
    whole.add(pair);
    (i % 2 ? first : second).add(pair);
  });
  first.merge(second);
  const [found, expected] = [first.result(), whole.result()];
  expect(found.n).toBe(expected.n);
  expect(found.meanSquaredChange).toBeCloseTo(expected.meanSquaredChange, 12);
  expect(found.peakSignalToNoise).toBeCloseTo(expected.peakSignalToNoise!, 12);
  expect(found.structuralSimilarity).toBeCloseTo(expected.structuralSimilarity, 12);
});

function shapeOf({ shape }: Image): [number, number, number] {
  return shape as [number, number, number];
}
