import { expect, test } from 'vitest';
import { copy, elements, features, image, integers, isContiguous, pixels, tensor, values, zeros } from './tensor.ts';

/** [2, 3, 4] with value 100 i + 10 j + k at (i, j, k). */
const cube = () =>
  tensor(
    Float32Array.from({ length: 24 }, (_, e) => 100 * Math.floor(e / 12) + 10 * (Math.floor(e / 4) % 3) + (e % 4)),
    [2, 3, 4],
  );

test('elements of a shape', () => {
  expect(elements([2, 3, 4])).toBe(24);
  expect(elements([])).toBe(1);
  expect(elements([5, 0])).toBe(0);
});

test('a tensor is a row-major window on the data it was given', () => {
  const data = Float32Array.of(0, 1, 2, 3, 4, 5);
  const matrix = tensor(data, [2, 3]);
  expect(matrix.get(1, 0)).toBe(3);
  data[3] = 9;
  expect(matrix.get(1, 0)).toBe(9);
});

test('tensor keeps its own copy of the shape', () => {
  const shape = [2, 2];
  const matrix = tensor(new Float32Array(4), shape);
  shape[0] = 7;
  expect([...matrix.shape]).toEqual([2, 2]);
});

test.each([
  ['too few elements', 5, [2, 3], 'tensor: shape [2,3] holds 6 elements, got 5'],
  ['too many elements', 7, [2, 3], 'tensor: shape [2,3] holds 6 elements, got 7'],
  ['a broken size', 3, [1.5, 2], 'tensor: expected a shape of whole numbers >= 0, got [1.5,2]'],
  ['a negative size', 4, [-2, -2], 'tensor: expected a shape of whole numbers >= 0, got [-2,-2]'],
])('tensor refuses %s', (_, length, shape, message) => {
  expect(() => tensor(new Float32Array(length), shape)).toThrow(new RangeError(message));
});

test('the element type is the one of the data, and zeros follow an example', () => {
  expect(tensor(new Float64Array(2), [2]).data).toBeInstanceOf(Float64Array);
  expect(zeros([2, 2]).data).toBeInstanceOf(Float32Array);
  expect(zeros([2, 2], tensor(new Float64Array(1), [1])).data).toBeInstanceOf(Float64Array);
});

test('features are [n, d], an image is [c, h, w]', () => {
  expect([...features(new Float32Array(6), 2, 3).shape]).toEqual([2, 3]);
  expect([...image(new Float32Array(6), 1, 2, 3).shape]).toEqual([1, 2, 3]);
  expect(() => image(new Float32Array(6), 3, 2, 3)).toThrow(RangeError);
});

test('pixels read interleaved rows as planes', () => {
  // two rows of two pixels: red, green; blue, white
  const bytes = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
  const picture = pixels(bytes, 2, 2, 3);
  expect([...picture.shape]).toEqual([3, 2, 2]);
  expect([0, 1, 2].map((c) => picture.get(c, 0, 1))).toEqual([0, 255, 0]);
  expect([...values(picture)]).toEqual([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]);
  expect(() => pixels(bytes, 2, 2, 4)).toThrow('pixels: shape [2,2,4] holds 16 elements, got 12');
});

test.each([
  ['as made', cube(), true],
  ['the first rows', cube().hi(1), true],
  ['the last rows', cube().lo(1), true],
  ['the first columns', cube().hi(2, 3, 2), false],
  ['transposed', cube().transpose(2, 1, 0), false],
  ['reversed', cube().step(-1), false],
  ['axes of one element, whatever their stride', tensor(new Float32Array(4), [1, 4, 1]).transpose(2, 1, 0), true],
])('whether elements lie side by side: %s', (_, array, expected) => {
  expect(isContiguous(array)).toBe(expected);
});

test.each([
  ['a corner', cube().lo(1, 1, 2).hi(1, 2, 2), [112, 113, 122, 123]],
  ['every other column', cube().hi(1, 1, 4).step(1, 1, 2), [0, 2]],
  ['one row backward', cube().hi(1, 1, 4).step(1, 1, -1), [3, 2, 1, 0]],
  ['one plane transposed', cube().hi(1).transpose(0, 2, 1), [0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23]],
  ['one element', cube().lo(1, 2, 3), [123]],
])('values of a view, in row-major order: %s', (_, view, expected) => {
  expect([...values(view)]).toEqual(expected);
});

test('values of contiguous elements are a window on the same memory, of others a copy', () => {
  const whole = cube();
  expect(values(whole)).toBe(whole.data);
  expect(values(whole.lo(1)).buffer).toBe(whole.data.buffer);
  expect(values(whole.transpose(2, 1, 0)).buffer).not.toBe(whole.data.buffer);
});

test('values keep the element type of what they copy', () => {
  const wide = tensor(new Float64Array(4).fill(0.1), [2, 2]).transpose(1, 0);
  expect(values(wide)).toEqual(new Float64Array(4).fill(0.1));
});

test('a copy shares no memory with the original', () => {
  const whole = cube();
  const part = copy(whole.lo(1));
  part.set(0, 0, 0, -1);
  expect(whole.get(1, 0, 0)).toBe(100);
  expect([...part.shape]).toEqual([1, 3, 4]);
});

test('whole numbers are a window on their array, of a shape that holds them', () => {
  const ids = Int32Array.of(1, 2, 3, 4, 5, 6);
  expect(integers(ids, [2, 3]).get(1, 0)).toBe(4);
  expect(integers(ids, [2, 3]).data).toBe(ids);
  expect(() => integers(ids, [2, 2])).toThrow(new RangeError('integers: shape [2,2] holds 4 elements, got 6'));
});
