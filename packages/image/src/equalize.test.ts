import { image } from '@viewforge/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalize, toBytes } from './index.ts';

/** The definition on bytes, by counting for every byte anew. */
function equalized(bytes: readonly number[]): number[] {
  const highest = Math.max(...bytes);
  const step = Math.floor(bytes.filter((byte) => byte !== highest).length / 255);
  if (step === 0) return [...bytes];
  return bytes.map((byte) => {
    const below = bytes.filter((other) => other < byte).length;
    return Math.min(255, Math.floor((Math.floor(step / 2) + below) / step));
  });
}

test('agrees with the definition on bytes of few and of many levels', () => {
  const bytes = fc
    .integer({ min: 1, max: 256 })
    .chain((levels) =>
      fc.array(fc.nat(levels - 1), { minLength: 900, maxLength: 900 }).map((all) => all.map((level) => (level * 97) % 256)),
    );
  const property = fc.property(bytes, (all) => {
    const input = image(
      Float32Array.from(all, (byte) => byte / 255),
      1,
      30,
      30,
    );
    expect([...toBytes(equalize(input))]).toEqual(equalized(all));
  });
  fc.assert(property, { seed: 4, numRuns: 40 });
});

test('order is kept: a lighter value never becomes darker than another', () => {
  const all = Array.from({ length: 2500 }, (_, i) => ((i * i) % 251) / 255);
  const result = toBytes(equalize(image(Float32Array.from(all), 1, 50, 50)));
  const pairs = all.map((value, i) => [value, result[i]!] as const).sort(([a], [b]) => a - b);
  for (let i = 1; i < pairs.length; i++) expect(pairs[i]![1]).toBeGreaterThanOrEqual(pairs[i - 1]![1]);
});
