import { compute } from './compute.ts';
import { countLevelsTwin, lookUpLevelsTwin } from './reference/levels.ts';

/** How often each of 256 levels occurs among values; the level of v, clamped to [0, 1], is floor(255 v + 0.5), and 0 for NaN. */
export function countLevels(from: Float32Array): Uint32Array {
  const counts = compute({
    length: 256,
    needs: [from],
    kernel: (exports, to, [at = 0]) => exports.countLevels(at, from.length, to),
    twin: (to) => countLevelsTwin(from, countsIn(to)),
  });
  return countsIn(counts);
}

/** For every value the number that stands at its level in its plane's table; `tables` are as many times 256 numbers as there are planes. */
export function lookUpLevels(from: Float32Array, tables: Float32Array): Float32Array {
  const count = tables.length / 256;
  const size = from.length / count;
  if (!Number.isInteger(count) || !Number.isInteger(size)) {
    throw new RangeError(`lookUpLevels: expected 256 numbers for each plane, got ${tables.length} for ${from.length} values`);
  }
  return compute({
    length: from.length,
    needs: [from, tables],
    kernel: (exports, to, [at = 0, table = 0]) => {
      for (let c = 0; c < count; c++) exports.lookUpLevels(at + c * size * 4, size, table + c * 1024, to + c * size * 4);
    },
    twin: (to) => {
      for (let c = 0; c < count; c++) {
        const [start, end] = [c * size, (c + 1) * size];
        lookUpLevelsTwin(from.subarray(start, end), tables.subarray(c * 256, (c + 1) * 256), to.subarray(start, end));
      }
    },
  });
}

/** The same memory as whole numbers. */
function countsIn(floats: Float32Array): Uint32Array {
  return new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
}
