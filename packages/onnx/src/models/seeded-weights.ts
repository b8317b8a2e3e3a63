import type { Random } from '@viewforge/random';

/**
 * `count` weights drawn evenly from an interval around 0 with this standard deviation, the same for the same stream. Made by a 32-bit
 * xorshift generator that the stream seeds, so that millions of them cost a moment.
 */
export function seededWeights(random: Random, count: number, deviation: number): Float32Array {
  const weights = new Float32Array(count);
  const half = deviation * Math.sqrt(3);
  let state = random.word() | 1; // 0 would stay 0
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    weights[i] = half * (state / 2 ** 31);
  }
  return weights;
}
