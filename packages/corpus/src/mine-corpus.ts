import { join } from 'node:path';
import { type BuiltIndex, type Running, ViewforgeError } from '@viewforge/core';
import { writeJson } from '@viewforge/sinks';
import { readBlock, writeBlock } from './block-file.ts';
import { checkMining } from './check-mining.ts';
import { exactIndex, isOwnExact } from './exact-index.ts';
import { findByIndex } from './find-by-index.ts';
import { openExactFinder } from './find-exactly.ts';
import { type FindRows, type MinedBlock, mineBlock } from './mine-block.ts';
import { blocksFolder, type CorpusReport, type Mining, miningFiles } from './mining.ts';
import { claimFolder, dropBlocks, jobOf } from './mining-job.ts';
import { recallOf, sampleRows } from './recall-of.ts';
import { writeResults } from './write-results.ts';

/**
 * The nearest rows of every row, or of every query, that may serve as its negatives, and with labels, groups or pairs its positives: exactly, by comparing
 * with every row, or by an index. Writes them, and the triples of anchor, positive and negative, into a folder (`miningFiles`).
 *
 * Queries are worked off in blocks, each of which is stored when it is done; a mining that was interrupted, however suddenly, is gone on with by
 * `resume`, and its results are the same bytes. Memory is bounded by `memory` and some 100 MB for each thread, however many rows there are.
 * Throws ViewforgeError: OPTION, SHAPE or EMPTY for a mining that cannot be, USAGE for a folder that is not empty, CHECKPOINT for one of
 * another mining, FILE_READ, FILE_WRITE, WORKER.
 */
export async function mineCorpus(mining: Mining, running: Running): Promise<CorpusReport> {
  checkMining(mining);
  const job = await jobOf(mining, blockRowsOf(mining), running);
  const begun = await claimFolder(mining, job);
  if (begun?.report !== undefined) {
    await dropBlocks(mining.folder); // what was left where a mining ended between its last two steps
    return begun.report;
  }
  const blocks = blocksOf(mining, begun?.job.blockRows ?? job.blockRows);
  const recall = await withFinder(mining, running, async (find, built) => {
    await mineBlocks(mining, blocks, find, running);
    return built && measureRecall(mining, built, running);
  });
  const stored = blocks.map(
    ({ path, n }) =>
      () =>
        mined(mining, path, n),
  );
  const report = await writeResults(mining, stored, { unusable: job.unusable, recall });
  await writeJson(join(mining.folder, miningFiles.report), { job, report });
  await dropBlocks(mining.folder);
  return report;
}

interface Block {
  readonly first: number;
  readonly n: number;
  readonly path: string;
}

function blocksOf({ vectors, queries, folder }: Mining, rows: number): Block[] {
  const { size } = queries ?? vectors;
  return Array.from({ length: Math.ceil(size / rows) }, (_, i) => {
    const first = i * rows;
    return { first, n: Math.min(rows, size - first), path: join(folder, blocksFolder, `${i}.bin`) };
  });
}

const defaultMemory = 2 ** 28;
/** Queries of a block, however little memory there is. */
const leastRows = 16;

/** Queries whose rows and lists take the memory there is: each is there as it was read, brought to length 1, in a thread and on the memory of its kernels. */
function blockRowsOf({ vectors, count, positiveCount = 1, memory = defaultMemory }: Mining): number {
  const bytes = 16 * vectors.width + 2 * 8 * (2 * (count + positiveCount) + 64) + 12 * (count + positiveCount);
  if (leastRows * bytes > Math.max(memory, defaultMemory)) {
    const expected = `memory: expected ${leastRows * bytes} bytes or more for what is found for ${leastRows} queries`;
    throw new ViewforgeError('OPTION', 'mine-corpus', `${expected}, got ${memory}; or ask for fewer`);
  }
  return Math.max(leastRows, Math.min(16384, Math.floor(memory / bytes)));
}

async function mineBlocks(mining: Mining, blocks: readonly Block[], find: FindRows, running: Running): Promise<void> {
  const total = (mining.queries ?? mining.vectors).size;
  for (const { first, n, path } of blocks) {
    running.signal.throwIfAborted();
    if ((await storedBlock(mining, path, n)) === undefined) {
      await writeBlock(path, await mineBlock(mining, find, first, n, running));
    }
    mining.onProgress?.(first + n, total);
  }
}

function storedBlock(mining: Mining, path: string, n: number): Promise<MinedBlock | undefined> {
  return readBlock(path, { n, count: mining.count, positiveCount: positiveCountOf(mining) });
}

async function mined(mining: Mining, path: string, n: number): Promise<MinedBlock> {
  const block = await storedBlock(mining, path, n);
  if (block === undefined) throw new RangeError(`mine-corpus: expected the block that was written to ${path}, got none`);
  return block;
}

function positiveCountOf({ pairs, labels, groups, positiveCount = 1 }: Mining): number {
  if (pairs !== undefined) return 1;
  return labels === undefined && groups === undefined ? 0 : positiveCount;
}

async function withFinder<T>(
  mining: Mining,
  running: Running,
  work: (find: FindRows, built: BuiltIndex | undefined) => Promise<T>,
): Promise<T> {
  const { vectors, index, count, reach = 4 * count + 32, threads = threadsFor(mining) } = mining;
  if (index === undefined || isOwnExact(index)) {
    const { find, close } = openExactFinder(vectors, threads, running);
    try {
      return await work(find, undefined);
    } finally {
      await close();
    }
  }
  const built = await openIndex(mining, index, running);
  try {
    return await work(findByIndex({ built, reach, goesOn: index.isExact }, running), built);
  } finally {
    await built.close();
  }
}

/** Products below which starting threads takes longer than they save. */
const fewProducts = 2 ** 30;

function threadsFor({ vectors, queries = vectors }: Mining): number {
  return queries.size * vectors.size * vectors.width < fewProducts ? 0 : 2;
}

/** The index of an earlier attempt, or a new one, which is saved: another build of it might find other rows. */
async function openIndex(
  { vectors, folder }: Mining,
  index: NonNullable<Mining['index']>,
  running: Running,
): Promise<BuiltIndex> {
  const path = join(folder, blocksFolder, 'index');
  const earlier = await index.load(path, vectors, running).catch(() => undefined);
  if (earlier !== undefined) return earlier;
  running.signal.throwIfAborted();
  const built = await index.build(vectors, running);
  try {
    await built.save(path);
    return built;
  } catch (cause) {
    await built.close();
    throw cause;
  }
}

/** Queries on which the recall of an index is measured. */
const sampleSize = 200;

async function measureRecall(
  { vectors, queries, count }: Mining,
  built: BuiltIndex,
  running: Running,
): Promise<NonNullable<CorpusReport['recall']>> {
  const sample = await sampleRows(queries ?? vectors, sampleSize, running);
  const exact = await exactIndex().build(vectors, running);
  const value = await recallOf({ index: built, exact, queries: sample, count }, running);
  return { value, queries: sample.shape[0]! };
}
