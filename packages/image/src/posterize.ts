import type { Image } from '@viewforge/tensor';
import { lookUp } from './levels.ts';

/**
 * An image [c, h, w] that keeps the `bits` highest of the 8 bits of every value; the others become 0. A value counts as the level
 * floor(255 x + 0.5), so 8 bits round to levels and 0 bits are black. Throws RangeError unless `bits` is whole and in 0 … 8.
 */
export function posterize(input: Image, bits: number): Image {
  if (!Number.isInteger(bits) || bits < 0 || bits > 8) throw new RangeError(`posterize: expected bits in 0 to 8, got ${bits}`);
  const kept = 256 - 2 ** (8 - bits);
  return lookUp(input, [Float32Array.from({ length: 256 }, (_, level) => (level & kept) / 255)]);
}
