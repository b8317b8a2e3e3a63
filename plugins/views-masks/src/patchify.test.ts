import { rampImage } from '@viewforge/testkit';
import { image, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { patchify, unpatchify } from './index.ts';

test('patches go row by row, pixels in them too, with channels side by side', () => {
  // two channels of 2 rows and 4 columns: hundreds are the channel, tens the row, ones the column
  const input = image(Float32Array.of(0, 1, 2, 3, 10, 11, 12, 13, 100, 101, 102, 103, 110, 111, 112, 113), 2, 2, 4);
  const patches = patchify(input, 2);
  expect(patches.shape).toEqual([2, 8]);
  expect([...values(patches)]).toEqual([0, 100, 1, 101, 10, 110, 11, 111, 2, 102, 3, 103, 12, 112, 13, 113]);
});

test.each([
  [3, 8, 12, 4],
  [1, 6, 6, 2],
  [3, 5, 7, 1],
  [4, 3, 3, 3],
])('[%d, %d, %d] in patches of %d comes back to the bit', (c, h, w, patch) => {
  const input = rampImage(c, h, w);
  const patches = patchify(input, patch);
  expect(patches.shape).toEqual([(h * w) / patch ** 2, patch ** 2 * c]);
  const back = unpatchify(patches, { patch, columns: w / patch });
  expect(back.shape).toEqual([c, h, w]);
  expect(back.data).toEqual(input.data);
});

test('what is not whole patches is refused', () => {
  expect(() => patchify(rampImage(3, 8, 10), 4)).toThrow('patchify: expected sides of whole patches of 4 pixels, got [3,8,10]');
  expect(() => patchify(rampImage(3, 8, 8), 0)).toThrow(RangeError);
  expect(() => unpatchify(tensor(new Float32Array(12), [3, 4]), { patch: 2, columns: 2 })).toThrow(RangeError);
  expect(() => unpatchify(tensor(new Float32Array(10), [2, 5]), { patch: 2, columns: 1 })).toThrow(RangeError);
});
