import { type Vectors, ViewforgeError } from '@viewforge/core';
import { features, values } from '@viewforge/tensor';
import { checkRange } from './row-file.ts';

/** Several sets of rows below each other, as one; closing it closes them. Throws ViewforgeError: EMPTY for none, SHAPE for unequal widths. */
export function joinVectors(parts: readonly Vectors[]): Vectors {
  const [first] = parts;
  if (first === undefined) throw new ViewforgeError('EMPTY', 'vectors', 'expected one file or more, got none');
  const { width } = first;
  for (const [index, part] of parts.entries()) {
    if (part.width === width) continue;
    throw new ViewforgeError('SHAPE', 'vectors', `expected rows of ${width} in every file, got ${part.width} in file ${index}`);
  }
  if (parts.length === 1) return first;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return {
    size,
    width,
    async read(from, count, running) {
      checkRange('vectors', size, from, count);
      const data = new Float32Array(count * width);
      let start = 0;
      for (const part of parts) {
        const [low, high] = [Math.max(from, start), Math.min(from + count, start + part.size)];
        if (low < high) data.set(values(await part.read(low - start, high - low, running)), (low - from) * width);
        start += part.size;
      }
      return features(data, count, width);
    },
    async close() {
      for (const part of parts) await part.close();
    },
  };
}
