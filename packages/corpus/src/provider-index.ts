import {
  type BuiltIndex,
  defineIndex,
  integer,
  type NearestRows,
  type Running,
  type Vectors,
  ViewforgeError,
} from '@viewforge/core';
import { chooseProviders, openSession, type ProviderName, providersOption, type Session } from '@viewforge/onnx';
import { type Features, unitRows, values } from '@viewforge/tensor';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { mergeNearest, noneNearest } from './merge-nearest.ts';
import { nearestModel } from './nearest-model.ts';
import { checkRows, saveRows } from './saved-rows.ts';

/**
 * Compares queries with every row, by cosine in float32, on a provider of ONNX Runtime, which keeps the rows: for a graphics card.
 * Sums are those of the provider, so rows of nearly the same score may change places; of equal ones the lower wins on the CPU. A row or
 * query that holds NaN or an infinity finds nothing and is not found. What is saved names the rows alone.
 */
export const providerIndex = defineIndex({
  name: 'provider-index',
  summary: 'Find the nearest rows by comparing with every one, on a graphics card or another provider.',
  isExact: true,
  options: z.object({
    providers: providersOption,
    blockRows: integer({ default: 65536, min: 1, unit: 'rows', doc: 'Rows in one model; each is opened once.' }),
    queriesAtOnce: integer({
      default: 512,
      min: 1,
      unit: 'queries',
      doc: 'Queries of one run; it needs 4 bytes for each and every row of a block.',
    }),
  }),
  make: (options) => ({
    build: (vectors, running) => openBlocks(vectors, options, running),
    async load(path, vectors, running) {
      await checkRows(path, vectors, running);
      return openBlocks(vectors, options, running);
    },
  }),
});

interface Choice {
  readonly providers: readonly ProviderName[];
  readonly blockRows: number;
  readonly queriesAtOnce: number;
}

interface Block {
  readonly session: Session;
  readonly first: number;
  readonly rows: number;
}

async function openBlocks(vectors: Vectors, choice: Choice, running: Running): Promise<BuiltIndex> {
  const { size, width } = vectors;
  const blocks: Block[] = [];
  const close = async () => void (await Promise.all(blocks.map(({ session }) => session.close())));
  try {
    for (let first = 0; first < size; first += choice.blockRows) {
      const rows = Math.min(choice.blockRows, size - first);
      blocks.push({ session: await openBlock(await vectors.read(first, rows, running), choice, running), first, rows });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    size,
    width,
    async search(queries, count, running) {
      const d = queries.shape[1]!;
      if (d !== width) throw new ViewforgeError('SHAPE', 'provider-index', `expected queries of ${width} features, got ${d}`);
      return searchBlocks(blocks, queries, count, choice.queriesAtOnce, running);
    },
    save: (path) => saveRows(path, vectors, { signal: new AbortController().signal }),
    close,
  };
}

async function openBlock(rows: Features, { providers: asked }: Choice, running: Running): Promise<Session> {
  const where = 'provider-index';
  const { providers, passedOver } = await chooseProviders(asked, where, running);
  const setup = { where, model: nearestModel(rows), providers, passedOver, threads: availableParallelism(), spinning: false };
  return openSession(setup, running);
}

/** Block by block for some queries at a time, so that memory stays within what one run needs. */
async function searchBlocks(
  blocks: readonly Block[],
  queries: Features,
  count: number,
  atOnce: number,
  running: Running,
): Promise<NearestRows> {
  const [n, d] = queries.shape as [number, number];
  const found = noneNearest(n, count);
  const { rows, norms } = unitRows(queries);
  const unit = Float32Array.from(values(rows));
  for (let first = 0; first < n; first += atOnce) {
    const some = Math.min(atOnce, n - first);
    let nearest: NearestRows = noneNearest(some, count);
    for (const block of blocks) {
      const most = Math.min(count, block.rows);
      const feeds = {
        queries: { type: 'float32' as const, shape: [some, d], data: unit.slice(first * d, (first + some) * d) },
        count: { type: 'int64' as const, shape: [1], data: BigInt64Array.of(BigInt(most)) },
      };
      const { outputs } = await block.session.run(feeds, ['scores', 'columns'], running);
      const [scores, columns] = [outputs['scores']!.data as Float32Array, outputs['columns']!.data as BigInt64Array];
      nearest = mergeNearest(nearest, { scores, columns, most, first: block.first });
    }
    for (let row = 0; row < some; row++) {
      if (!Number.isFinite(norms[first + row]!)) continue;
      found.counts[first + row] = nearest.counts[row]!;
      found.columns.set(nearest.columns.subarray(row * count, (row + 1) * count), (first + row) * count);
      found.scores.set(nearest.scores.subarray(row * count, (row + 1) * count), (first + row) * count);
    }
  }
  return found;
}
