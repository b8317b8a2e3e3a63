import { isContiguous, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { axes, exampleFeatures } from './example-features.ts';
import { drawScene, exampleImages, examplePixels, flatImage, pointImage, rampImage } from './example-images.ts';

test('example images are in [0, 1], of different sizes, and the same each time', () => {
  const images = exampleImages();
  expect(new Set(images.map(({ shape }) => shape.join())).size).toBe(images.length);
  for (const image of images) {
    expect(values(image).every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(isContiguous(image)).toBe(true);
  }
  expect(images.map((image) => [...values(image)])).toEqual(exampleImages().map((image) => [...values(image)]));
});

test('example pixels are strided as decoders give them, and each is different', () => {
  const pictures = examplePixels(12);
  expect(pictures).toHaveLength(12);
  expect(pictures.every((picture) => !isContiguous(picture))).toBe(true);
  expect(new Set(pictures.map((picture) => values(picture).join())).size).toBe(12);
});

test('a scene has light and dark, and differs from the next', () => {
  const scene = drawScene(0, 40, 60);
  expect(scene.length).toBe(40 * 60 * 3);
  expect(Math.max(...scene) - Math.min(...scene)).toBeGreaterThan(60);
  expect(scene).not.toEqual(drawScene(1, 40, 60));
});

test('a point, a flat field and a ramp', () => {
  expect(pointImage(3).get(0, 1, 1)).toBe(1);
  expect(values(pointImage(5, 2)).reduce<number>((sum, value) => sum + value, 0)).toBe(2);
  expect(new Set(values(flatImage(4, 0.5, 3)))).toEqual(new Set([0.5]));
  expect([...values(rampImage(1, 2, 2))]).toEqual([0, 0.25, 0.5, 0.75]);
});

test('axes are unit rows at right angles', () => {
  expect([...values(axes(2, 3))]).toEqual([1, 0, 0, 0, 1, 0]);
});

test('features of one seed are the same, of another seed others', () => {
  expect([...values(exampleFeatures(3, 2, 1))]).toEqual([...values(exampleFeatures(3, 2, 1))]);
  expect([...values(exampleFeatures(3, 2, 1))]).not.toEqual([...values(exampleFeatures(3, 2, 2))]);
});
