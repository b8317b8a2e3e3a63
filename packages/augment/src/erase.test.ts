import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { erase } from './erase.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];
const box = { top: 2, left: 1, height: 3, width: 4 };

obeysAugmenterLaws(erase, examples);

test('a quarter of 100 x 100 at ratio 4 is 100 high and 25 wide', () => {
  const part = erase({ areaRange: [0.25, 0.25], ratioRange: [4, 4] });
  expect(part.draw([3, 100, 100], createRandom(1), start).box).toMatchObject({ top: 0, height: 100, width: 25 });
});

test('areas and aspects lie in their ranges, and boxes in the image', () => {
  const part = erase();
  const random = createRandom(4);
  for (let i = 0; i < 500; i++) {
    const found = part.draw([3, 200, 300], random, start).box;
    const { top, left, height, width } = found!;
    expect(top >= 0 && left >= 0 && top + height <= 200 && left + width <= 300).toBe(true);
    // sides are rounded to whole pixels, of which there are at least 18
    expect((height * width) / 60000).toBeGreaterThan(0.02 * 0.95);
    expect((height * width) / 60000).toBeLessThan(0.33 * 1.05);
    expect(height / width).toBeGreaterThan(0.3 * 0.95);
    expect(height / width).toBeLessThan(3.3 * 1.05);
  }
});

test('where no box fits, the image stays whole', () => {
  const part = erase({ areaRange: [1, 1], ratioRange: [2, 2] });
  const image = rampImage(3, 10, 10);
  const params = part.draw(image.shape, createRandom(1), start);
  expect(params.box).toBeNull();
  expect(values(part.apply(image, params))).toEqual(values(image));
});

test('the box takes the value, the rest stays', () => {
  const image = rampImage(3, 8, 8);
  const erased = erase().apply(image, { box, content: 'constant', value: 0.5 });
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const isInside = y >= 2 && y < 5 && x >= 1 && x < 5;
        expect(erased.get(c, y, x)).toBe(isInside ? 0.5 : image.get(c, y, x));
      }
    }
  }
});

test('noise depends on its seed, and is another in every channel', () => {
  const noisy = (seed: number) => erase().apply(flatImage(8, 0, 3), { box, content: 'noise', seed });
  expect(values(noisy(1))).toEqual(values(noisy(1)));
  expect(values(noisy(1))).not.toEqual(values(noisy(2)));
  expect(noisy(1).get(0, 2, 1)).not.toBe(noisy(1).get(1, 2, 1));
  expect(values(noisy(1)).filter((value) => value !== 0).length).toBeGreaterThan(30);
});

test('noise is asked for by an option, and then has a seed', () => {
  expect(erase({ content: 'noise' }).draw([3, 8, 8], createRandom(1), start)).toHaveProperty('seed');
  expect(erase().draw([3, 8, 8], createRandom(1), start)).toHaveProperty('value', 0);
});
