import { image, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { posterize, toBytes } from './index.ts';

test('every byte keeps its highest bits, for every number of bits', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const levels = image(
    Float32Array.from(bytes, (byte) => byte / 255),
    1,
    16,
    16,
  );
  for (let bits = 0; bits <= 8; bits++) {
    const size = 2 ** (8 - bits);
    expect([...toBytes(posterize(levels, bits))]).toEqual(bytes.map((byte) => Math.floor(byte / size) * size));
  }
});

test('values count as their nearest level, halves up, and results are levels', () => {
  const property = fc.property(fc.float({ min: Math.fround(-0.2), max: Math.fround(1.2), noNaN: true }), (value) => {
    const level = Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
    expect(values(posterize(image(Float32Array.of(value), 1, 1, 1), 8))[0]).toBe(Math.fround(level / 255));
  });
  fc.assert(property, { seed: 3, numRuns: 300 });
});

test.each([-1, 9, 2.5])('%d bits are refused', (bits) => {
  expect(() => posterize(image(new Float32Array(1), 1, 1, 1), bits)).toThrow(`posterize: expected bits in 0 to 8, got ${bits}`);
});
