import { type BuiltIndex, choice, defineIndex, integer, type Running, type Vectors, ViewforgeError } from '@viewforge/core';
import { digestOf, readBlocks } from '@viewforge/sinks';
import { type Features, values } from '@viewforge/tensor';
import type { Index } from 'usearch';
import { z } from 'zod';
import { addRows } from './add-rows.ts';
import { readIndexFile, writeIndexFile } from './index-file.ts';
import { searchNear } from './search-near.ts';

/**
 * A graph of near neighbors (HNSW), by usearch: finds most of the nearest rows without comparing with every one. Rows are added by one thread, so
 * the same rows and options give the same graph. A row that holds NaN or an infinity is not found. Scores are cosines as usearch has them, which
 * with fewer bits a number are those of the rounded rows; of equal scores the lower row comes first among those that were found.
 *
 * What is saved carries a checksum, the options and a digest of the rows, all of which are compared before the library reads it: it must not
 * get bytes that it did not write. Throws ViewforgeError: FILE_FORMAT for such a file, FILE_MISSING, FILE_READ, FILE_WRITE, SHAPE.
 */
export const usearchIndex = defineIndex({
  name: 'usearch-index',
  summary: 'Find near rows in a graph of neighbors, without comparing with every one.',
  reference: 'https://arxiv.org/abs/1603.09320',
  isExact: false,
  options: z.object({
    connectivity: integer({ default: 16, min: 2, max: 512, unit: 'neighbors', doc: 'Neighbors of a row in the graph.' }),
    addWidth: integer({ default: 128, min: 1, max: 65536, unit: 'rows', doc: 'Rows that are kept in view while one is added.' }),
    searchWidth: integer({ default: 128, min: 1, max: 65536, unit: 'rows', doc: 'Rows that are kept in view in a search.' }),
    numbers: choice(['f32', 'f16', 'bf16', 'i8'], { default: 'f32', doc: 'How the numbers of rows are stored.' }),
  }),
  make: (options) => ({
    async build(vectors, running) {
      const index = await openIndex(options, vectors);
      for await (const { first, block } of blocksOf(vectors, running)) await addRows(index, block, first, running);
      return searchable(index, vectors, options);
    },
    async load(path, vectors, running) {
      running.signal.throwIfAborted();
      const rows = await digestOf(vectors, running);
      const index = await openIndex(options, vectors);
      await readIndexFile(path, { rows, options }, (payload) => index.load(payload));
      return searchable(index, vectors, options);
    },
  }),
});

/** Options of a graph. */
interface GraphOptions {
  readonly connectivity: number;
  readonly addWidth: number;
  readonly searchWidth: number;
  readonly numbers: 'f32' | 'f16' | 'bf16' | 'i8';
}

/** The library is loaded at the first use: it is native code, which not everyone who lists parts needs. */
async function openIndex({ connectivity, addWidth, searchWidth, numbers }: GraphOptions, { width }: Vectors): Promise<Index> {
  const { Index, MetricKind } = await import('usearch');
  return new Index({
    dimensions: width,
    metric: MetricKind.Cos,
    quantization: numbers as never,
    connectivity,
    expansion_add: addWidth,
    expansion_search: searchWidth,
    multi: false,
  });
}

async function* blocksOf(vectors: Vectors, running: Running): AsyncGenerator<{ first: number; block: Features }> {
  let first = 0;
  for await (const block of readBlocks(vectors, running)) {
    yield { first, block };
    first += block.shape[0]!;
  }
}

function searchable(index: Index, vectors: Vectors, options: GraphOptions): BuiltIndex {
  let open: Index | undefined = index;
  const opened = (): Index => {
    if (open === undefined) throw new RangeError('usearch-index: expected an open index, got a closed one');
    return open;
  };
  return {
    size: vectors.size,
    width: vectors.width,
    async search(queries, count, running) {
      running.signal.throwIfAborted();
      if (queries.shape[1] !== vectors.width) {
        throw new ViewforgeError(
          'SHAPE',
          'usearch-index',
          `expected queries of ${vectors.width} features, got ${queries.shape[1]}`,
        );
      }
      return searchNear(opened(), Float32Array.from(values(queries)), { width: vectors.width, count }, running);
    },
    async save(path) {
      const rows = await digestOf(vectors, { signal: new AbortController().signal });
      await writeIndexFile(path, { rows, options }, (payload) => opened().save(payload));
    },
    async close() {
      open = undefined;
    },
  };
}
