import { type BuiltIndex, defineIndex, type NearestRows, type VectorIndex, type Vectors, ViewforgeError } from '@viewforge/core';
import { searchTopAsync } from '@viewforge/miners';
import { features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { readBlocks } from '@viewforge/sinks';
import { checkRows, saveRows } from './saved-rows.ts';

/**
 * Compares queries with every row, by cosine in float32: finds the nearest ones, of equal ones the lower rows. Nothing is built; rows are read at
 * every search. What is saved names the rows alone. A row that holds NaN or an infinity is not found.
 */
export const exactIndex = defineIndex({
  name: 'exact-index',
  summary: 'Find the nearest rows by comparing with every one.',
  isExact: true,
  options: z.object({}),
  make: () => ({
    async build(vectors, { signal }) {
      signal.throwIfAborted();
      return searchable(vectors);
    },
    async load(path, vectors, running) {
      await checkRows(path, vectors, running);
      return searchable(vectors);
    },
  }),
});

/** Whether an index is the one above, in whose place comparing in threads is the same. */
export function isOwnExact(index: VectorIndex): boolean {
  return index.isExact && index.name === exactIndex.about.name;
}

function searchable(vectors: Vectors): BuiltIndex {
  const { size, width } = vectors;
  return {
    size,
    width,
    async search(queries, count, running): Promise<NearestRows> {
      const d = queries.shape[1]!;
      if (d !== width) throw new ViewforgeError('SHAPE', 'exact-index', `expected queries of ${width} features, got ${d}`);
      const single = features(Float32Array.from(values(queries)), ...(queries.shape as [number, number]));
      return searchTopAsync({ queries: single, count, limits: {}, keys: readBlocks(vectors, running) });
    },
    save: (path) => saveRows(path, vectors, { signal: new AbortController().signal }),
    async close() {},
  };
}
