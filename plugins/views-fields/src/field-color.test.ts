import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { fieldColor } from './field-color.ts';

const start = { epoch: 0, fraction: 0 };
const still = { brightness: 0, contrast: 0, saturation: 0, hue: 0 };

obeysAugmenterLaws(fieldColor, [...exampleImages(), rampImage(1, 9, 12), rampImage(4, 1, 5)]);

test('a strength of 0, and deviations of 0, leave every byte as it is', () => {
  for (const part of [fieldColor({ strength: 0 }), fieldColor(still)]) {
    for (const each of exampleImages()) {
      expect(values(part.apply(each, part.draw(each.shape, createRandom(1), start)))).toEqual(values(each));
    }
  }
});

test('without a field, an image that is large enough for smooth ones stays as it is, too', () => {
  const [large, part] = [rampImage(3, 32, 30), fieldColor({ strength: 0 })];
  expect(values(part.apply(large, part.draw(large.shape, createRandom(1), start)))).toEqual(values(large));
});

test('one deviation moves nothing of another field', () => {
  const [picture] = exampleImages();
  const made = (options: Parameters<typeof fieldColor>[0]) => {
    const part = fieldColor(options);
    return values(part.apply(picture!, part.draw(picture!.shape, createRandom(2), start)));
  };
  // hue keeps the largest and the smallest channel of a pixel, so what brightness did can still be seen
  const [bright, turned] = [made({ ...still, brightness: 0.1 }), made({ ...still, brightness: 0.1, hue: 0.1 })];
  expect(turned).not.toEqual(bright);
  for (let i = 0; i < 256; i++) {
    const largest = (data: Float32Array) => Math.max(data[i]!, data[256 + i]!, data[512 + i]!);
    expect(largest(turned)).toBeCloseTo(largest(bright), 6);
  }
});

test('brightness is a smooth field of factors whose logarithm has the deviation of the option', () => {
  const part = fieldColor({ ...still, brightness: 0.1, length: 0.2 });
  const gray = flatImage(40, 0.2, 3);
  let [square, step, count] = [0, 0, 0];
  for (let seed = 0; seed < 60; seed++) {
    const after = values(part.apply(gray, part.draw(gray.shape, createRandom(seed), start)));
    for (let i = 0; i < 1599; i++) {
      if (i % 40 === 39) continue;
      const [here, next] = [Math.log(after[i]! / 0.2), Math.log(after[i + 1]! / 0.2)];
      square += here ** 2;
      step += (next - here) ** 2;
      count++;
    }
  }
  // some ten independent places a field, 60 fields: 4 % of the deviation
  expect(Math.abs(Math.sqrt(square / count) / 0.1 - 1)).toBeLessThan(0.1);
  // 2 (1 - exp(-1 / (2 * 8²))) of the variance lies between neighbors
  expect(Math.sqrt(step / square)).toBeCloseTo(Math.sqrt(2 * (1 - Math.exp(-1 / 128))), 1);
});

test('a length of 0 gives each pixel a change of its own', () => {
  const part = fieldColor({ ...still, brightness: 0.1, length: 0 });
  const gray = flatImage(40, 0.2, 3);
  const logs = values(part.apply(gray, part.draw(gray.shape, createRandom(1), start)))
    .slice(0, 1600)
    .map((value) => Math.log(value / 0.2));
  const variance = logs.reduce((sum, value) => sum + value ** 2, 0) / 1600;
  const neighbors = logs.reduce((sum, value, i) => sum + value * (logs[i + 1] ?? 0), 0) / 1600;
  expect(Math.sqrt(variance)).toBeCloseTo(0.1, 2);
  expect(Math.abs(neighbors / variance)).toBeLessThan(0.1); // four deviations of 1600 pairs
});
