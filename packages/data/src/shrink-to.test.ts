import { fileURLToPath } from 'node:url';
import { decodeImage, resize, toFloat } from '@viewforge/image';
import { values } from '@viewforge/tensor';
import { obeysSourceLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { imageFolder } from './image-folder.ts';

const root = fileURLToPath(new URL('../../../examples/photos', import.meta.url));

async function item(name: string, shrinkTo: number) {
  const collection = await imageFolder({ root, shrinkTo }).ready(running());
  const index = Array.from({ length: collection.size }, (_, i) => collection.id(i)).indexOf(name);
  return collection.open(index, running());
}

obeysSourceLaws(() => imageFolder({ root, shrinkTo: 60 }));

// chelsea is 300 x 451
test.each([
  [0, 1],
  [301, 1],
  [300, 1],
  [151, 1],
  [150, 2],
  [76, 2],
  [75, 4],
  [38, 4],
  [37, 8],
  [1, 8],
])('a shorter side of 300 is kept at %i pixels or more: 1/%i', async (shrinkTo, shrink) => {
  const { shape, decode } = await item('chelsea.jpg', shrinkTo);
  expect(shape).toEqual([3, Math.floor(300 / shrink), Math.floor(451 / shrink)]);
  expect((await decode(running())).shape).toEqual(shape);
});

test('a reduced image shows what the whole one shows, within 4 of 255 levels on average', async () => {
  const whole = await decodeImage(`${root}/coffee.jpg`);
  const { shape, decode } = await item('coffee.jpg', 80);
  const [height, width] = [shape[1]!, shape[2]!];
  const other = values(resize(toFloat(whole), { height, width, interpolation: 'bilinear', antialias: true }));
  const reduced = values(toFloat(await decode(running())));
  expect(reduced.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / other.length).toBeLessThan(4 / 255);
});
