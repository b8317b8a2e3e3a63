import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltIndex, NearestRows, VectorIndex } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { expect } from 'vitest';
import { type ExampleVectors, exampleVectors, vectorsOf } from './example-vectors.ts';
import { withTemporaryFolder } from './example-folder.ts';
import { running } from './example-items.ts';
import { type Law, registerLaws } from './law.ts';

/** What an index promises of its answers. */
export interface IndexPromise {
  /** The least share of the nearest rows that it finds, on 200 rows of 12 normal numbers; 1 for an exact index, otherwise 0.8 when left out. */
  readonly recall?: number;
  /** By how much scores may differ from cosines; 1e-5 when left out. */
  readonly tolerance?: number;
}

/** Registers the laws of an index of vectors. */
export function obeysIndexLaws(part: VectorIndex, promise: IndexPromise = {}): void {
  registerLaws(`${part.name} obeys the laws of indexes`, indexLaws(part, promise));
}

/** The same laws as values. */
export function indexLaws(part: VectorIndex, promise: IndexPromise = {}): Law[] {
  return [
    { name: 'it finds rows that are there, each once, best first, with their cosines', check: () => findsRows(part, promise) },
    { name: 'it finds as many of the nearest rows as it promises', check: () => findsNearest(part, promise) },
    { name: 'few rows, more asked for than there are, and no queries', check: () => findsFew(part) },
    { name: 'equal rows come in their order', check: () => keepsOrder(part) },
    { name: 'a row and a query that hold NaN or an infinity find nothing and are not found', check: () => leavesOutBroken(part) },
    { name: 'the same question has the same answer, and the queries stay as they were', check: () => answersAlike(part) },
    { name: 'what was saved answers as before', check: () => savesAll(part) },
    { name: 'a file that is damaged, foreign or of other rows is refused', check: () => refusesFiles(part) },
    { name: 'queries of another width are refused', check: () => refusesWidth(part) },
    { name: 'an aborted call rejects with the reason of the signal', check: () => abortRejects(part) },
    { name: 'closing twice is fine and leaves the rows open', check: () => closesTwice(part) },
  ];
}

const count = 7;

async function findsRows(part: VectorIndex, { tolerance = 1e-5 }: IndexPromise): Promise<void> {
  const vectors = exampleVectors();
  const queries = exampleVectors(9, 12, 1).rows;
  await withIndex(part, vectors, async (built) => {
    expect([built.size, built.width]).toEqual([vectors.size, vectors.width]);
    const found = await built.search(queries, count, running());
    expect([found.count, found.counts.length, found.columns.length, found.scores.length]).toEqual([7, 9, 63, 63]);
    const cosines = cosinesOf(queries, vectors.rows);
    for (const [row, list] of listsOf(found).entries()) {
      expect(new Set(list.map(([column]) => column)).size, 'different rows').toBe(list.length);
      for (const [i, [column, score]] of list.entries()) {
        expect(Number.isInteger(column) && column >= 0 && column < vectors.size, `row ${column}`).toBe(true);
        expect(Math.abs(score - cosines[row]![column]!), `score of row ${column}`).toBeLessThanOrEqual(tolerance);
        if (i > 0) expect(list[i - 1]![1], 'scores in order').toBeGreaterThanOrEqual(score);
      }
    }
  });
}

async function findsNearest(part: VectorIndex, { recall = part.isExact ? 1 : 0.8 }: IndexPromise): Promise<void> {
  const vectors = exampleVectors();
  const queries = exampleVectors(40, 12, 2).rows;
  await withIndex(part, vectors, async (built) => {
    const found = listsOf(await built.search(queries, count, running()));
    let hits = 0;
    for (const [row, scores] of cosinesOf(queries, vectors.rows).entries()) {
      const nearest = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
      hits += nearest.filter((column) => found[row]!.some(([each]) => each === column)).length;
      if (part.isExact) expect(found[row]!.map(([column]) => column)).toEqual(nearest);
    }
    expect(hits / (40 * count), 'recall').toBeGreaterThanOrEqual(recall);
  });
}

async function findsFew(part: VectorIndex): Promise<void> {
  for (const size of [1, 3]) {
    const vectors = exampleVectors(size, 4);
    await withIndex(part, vectors, async (built) => {
      const found = await built.search(vectors.rows, 5, running());
      expect([...found.counts]).toEqual(Array.from({ length: size }, () => size));
      expect(listsOf(found).map((list) => list[0]![0])).toEqual(Array.from({ length: size }, (_, row) => row));
      for (let place = size; place < 5; place++) expect([found.columns[place], found.scores[place]]).toEqual([-1, -Infinity]);
      const none = await built.search(features(new Float32Array(0), 0, 4), 5, running());
      expect([none.counts.length, none.columns.length, none.count]).toEqual([0, 0, 5]);
    });
  }
}

async function keepsOrder(part: VectorIndex): Promise<void> {
  const rows = features(
    Float32Array.from({ length: 12 * 3 }, (_, i) => [1, 2, 3][i % 3]!),
    12,
    3,
  );
  await withIndex(part, vectorsOf(rows), async (built) => {
    const [list] = listsOf(await built.search(features(Float32Array.of(3, 2, 1), 1, 3), 12, running()));
    const columns = list!.map(([column]) => column);
    expect(columns).toEqual([...columns].sort((a, b) => a - b));
    if (part.isExact) expect(columns).toHaveLength(12);
  });
}

async function leavesOutBroken(part: VectorIndex): Promise<void> {
  const { rows } = exampleVectors(30, 6);
  rows.set(4, 2, Number.NaN);
  rows.set(17, 0, Number.POSITIVE_INFINITY);
  await withIndex(part, vectorsOf(rows), async (built) => {
    const found = await built.search(rows, 30, running());
    expect([found.counts[4], found.counts[17]]).toEqual([0, 0]);
    expect([...found.columns].some((column) => column === 4 || column === 17)).toBe(false);
    expect(found.counts[0]).toBeGreaterThan(0);
  });
}

async function answersAlike(part: VectorIndex): Promise<void> {
  const queries = exampleVectors(5, 12, 3).rows;
  const before = values(queries).slice();
  await withIndex(part, exampleVectors(), async (built) => {
    const first = await built.search(queries, count, running());
    expect(await built.search(queries, count, running())).toEqual(first);
    expect(values(queries)).toEqual(before);
  });
}

async function savesAll(part: VectorIndex): Promise<void> {
  const vectors = exampleVectors();
  const queries = exampleVectors(6, 12, 4).rows;
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'saved');
    const before = await withIndex(part, vectors, async (built) => {
      await built.save(path);
      await built.save(path);
      return built.search(queries, count, running());
    });
    const again = await part.load(path, vectors, running());
    expect(await again.search(queries, count, running())).toEqual(before);
    await again.close();
  });
}

async function refusesFiles(part: VectorIndex): Promise<void> {
  const vectors = exampleVectors();
  await withTemporaryFolder(async (folder) => {
    const [path, other] = [join(folder, 'saved'), join(folder, 'other')];
    await withIndex(part, vectors, (built) => built.save(path));
    const bytes = await readFile(path);
    const damaged = Uint8Array.from(bytes);
    damaged[Math.floor(bytes.length / 2)]! ^= 1;
    const files = {
      damaged,
      'cut off': bytes.subarray(0, bytes.length >> 1),
      foreign: Buffer.from('something else'),
      empty: Buffer.alloc(0),
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(other, content);
      await expect(part.load(other, vectors, running()), name).rejects.toMatchObject({ code: 'FILE_FORMAT' });
    }
    const changed = exampleVectors(vectors.size, vectors.width, 5);
    await expect(part.load(path, changed, running()), 'other rows').rejects.toMatchObject({ code: 'FILE_FORMAT' });
    await expect(part.load(join(folder, 'none'), vectors, running())).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });
}

async function refusesWidth(part: VectorIndex): Promise<void> {
  await withIndex(part, exampleVectors(20, 4), async (built) => {
    await expect(built.search(exampleVectors(2, 5).rows, 1, running())).rejects.toMatchObject({ code: 'SHAPE' });
  });
}

async function abortRejects(part: VectorIndex): Promise<void> {
  const vectors = exampleVectors();
  const aborted = { signal: AbortSignal.abort(new Error('enough')) };
  await expect(part.build(vectors, aborted)).rejects.toThrow('enough');
  await withIndex(part, vectors, async (built) => {
    await expect(built.search(vectors.rows, 1, aborted)).rejects.toThrow('enough');
  });
}

async function closesTwice(part: VectorIndex): Promise<void> {
  const vectors = exampleVectors();
  const built = await part.build(vectors, running());
  await built.close();
  await built.close();
  expect(vectors.isClosed()).toBe(false);
}

async function withIndex<T>(part: VectorIndex, vectors: ExampleVectors, work: (built: BuiltIndex) => Promise<T>): Promise<T> {
  const built = await part.build(vectors, running());
  try {
    return await work(built);
  } finally {
    await built.close();
  }
}

function listsOf({ columns, scores, counts, count: most }: NearestRows): (readonly [column: number, score: number])[][] {
  return [...counts].map((size, row) =>
    Array.from({ length: size }, (_, i) => [columns[row * most + i]!, scores[row * most + i]!] as const),
  );
}

function cosinesOf(a: Features, b: Features): number[][] {
  const unit = (x: Features): number[][] =>
    Array.from({ length: x.shape[0]! }, (_, row) => {
      const numbers = Array.from({ length: x.shape[1]! }, (__, e) => x.get(row, e));
      const norm = Math.hypot(...numbers);
      return numbers.map((value) => value / norm);
    });
  const keys = unit(b);
  return unit(a).map((query) => keys.map((key) => query.reduce((sum, value, e) => sum + value * key[e]!, 0)));
}
