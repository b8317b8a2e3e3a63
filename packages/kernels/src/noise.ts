import { compute } from './compute.ts';
import { normalNoiseTwin, uniformNoiseTwin } from './reference/noise.ts';

/**
 * `length` uniform numbers in [0, 1), whole multiples of 2^-24, for bulk draws: four streams of xoshiro128++ that a seed (any finite
 * number) starts. The same seed always gives the same numbers, and a shorter result is the beginning of a longer one.
 */
export function uniformNoise(length: number, seed: number): Float32Array {
  const state = streamsOf(seed);
  return compute({
    length: wholeVectors('uniformNoise', length),
    needs: [state],
    kernel: (exports, to, [at = 0]) => exports.uniformNoise(at, length, to),
    twin: (to) => uniformNoiseTwin(state, to),
  }).subarray(0, length);
}

/** `length` normal numbers of mean 0 and deviation 1, at most 5.8 in size, by the method of Box and Muller; seeded as `uniformNoise` is. */
export function normalNoise(length: number, seed: number): Float32Array {
  const state = streamsOf(seed);
  return compute({
    length: wholeVectors('normalNoise', length),
    needs: [state],
    kernel: (exports, to, [at = 0]) => exports.normalNoise(at, length, to),
    twin: (to) => normalNoiseTwin(state, to),
  }).subarray(0, length);
}

function wholeVectors(where: string, length: number): number {
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`${where}: expected a length >= 0, got ${length}`);
  return 8 * Math.ceil(length / 8);
}

/** Sixteen words of state, out of the bits of a float64, by the finalizer of MurmurHash3. */
function streamsOf(seed: number): Uint32Array {
  if (!Number.isFinite(seed)) throw new RangeError(`noise: expected a finite seed, got ${seed}`);
  const [low, high] = new Uint32Array(new Float64Array([seed === 0 ? 0 : seed]).buffer) as unknown as [number, number];
  const state = new Uint32Array(16);
  for (let i = 0; i < 16; i++) state[i] = mixed(mixed(mixed(low + 0x9e3779b9 * (i + 1)) ^ high) + i + 1);
  return state;
}

function mixed(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
