import { image } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { contactSheet, decodeImage, encodeContactSheet, encodeImage, toFloat, toPixels } from './index.ts';

const red = image(Float32Array.from([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]), 3, 2, 2);
const gray = image(Float32Array.of(0.5), 1, 1, 1);

test('cells lie in rows with a gutter around them, and missing cells show the background', () => {
  const sheet = contactSheet([[red, gray], [gray]], { cell: 3, gutter: 1, background: 0.25 });
  expect(sheet.shape).toEqual([3, 9, 9]);
  const at = (y: number, x: number) => [0, 1, 2].map((c) => sheet.get(c, y, x));
  expect(at(0, 0)).toEqual([0.25, 0.25, 0.25]);
  expect(at(1, 1)).toEqual([1, 0, 0]);
  expect(at(3, 3)).toEqual([1, 0, 0]);
  expect(at(2, 6)).toEqual([0.5, 0.5, 0.5]);
  expect(at(6, 6)).toEqual([0.25, 0.25, 0.25]);
  expect(() => contactSheet([])).toThrow('expected at least one image');
});

test('a sheet as PNG has the same pixels, below the line of labels', async () => {
  const options = { cell: 40, gutter: 2 };
  const plain = await decodeImage(await encodeContactSheet([[red, gray]], options));
  expect([...plain.data]).toEqual([...toPixels(contactSheet([[red, gray]], options)).data]);
  const labeled = await decodeImage(await encodeContactSheet([[red, gray]], { ...options, labels: ['a < b', 'c'] }));
  expect(labeled.shape).toEqual([3, 64, 86]);
  expect([...labeled.data.subarray(20 * 86 * 3)]).toEqual([...plain.data]);
});

test('PNG keeps bytes exactly, JPEG nearly', async () => {
  const back = await decodeImage(await encodeImage(red, { format: 'png' }));
  expect([...back.data]).toEqual([...toPixels(red).data]);
  expect([...(await decodeImage(await encodeImage(gray, { format: 'png' }))).data]).toEqual([128, 128, 128]);
  const lossy = toFloat(await decodeImage(await encodeImage(red, { format: 'jpeg', quality: 100 })));
  expect(lossy.get(0, 1, 1)).toBeGreaterThan(0.97);
});
