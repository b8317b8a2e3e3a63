import { createHash } from 'node:crypto';
import { type BuiltIndex, defineIndex, type NearestRows, ViewforgeError } from '@viewforge/core';
import { dotRows, topK, unitRows, values } from '@viewforge/tensor';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { indexLaws } from './index-laws.ts';

type Change = (found: NearestRows) => NearestRows;

/** An exact index whose answers and checks are changed. */
function indexWith({ change = (found) => found, checks = true }: { change?: Change; checks?: boolean } = {}) {
  return defineIndex({
    name: 'plain',
    summary: 'Compare with every row.',
    isExact: true,
    make: () => ({
      async build(vectors, running) {
        const all = await vectors.read(0, vectors.size, running);
        return searchable(values(unitRows(all).rows), vectors.width, digestOf(values(all)), change);
      },
      async load(path, vectors, running) {
        const all = await vectors.read(0, vectors.size, running);
        const saved = await readFile(path, 'utf8').catch((cause) => {
          throw new ViewforgeError('FILE_MISSING', path, 'expected a file, got none', { cause });
        });
        if (checks && saved !== digestOf(values(all))) throw new ViewforgeError('FILE_FORMAT', path, 'expected these rows');
        return searchable(values(unitRows(all).rows), vectors.width, saved, change);
      },
    }),
  })();
}

function searchable(rows: Float32Array | Float64Array, width: number, digest: string, change: Change): BuiltIndex {
  const size = rows.length / width;
  return {
    size,
    width,
    async search(queries, count, { signal }) {
      signal.throwIfAborted();
      const [n, d] = queries.shape as [number, number];
      if (d !== width) throw new ViewforgeError('SHAPE', 'plain', `expected ${width}, got ${d}`);
      const left = values(unitRows(queries).rows);
      const [columns, scores] = [new Int32Array(n * count).fill(-1), new Float32Array(n * count).fill(Number.NEGATIVE_INFINITY)];
      const counts = new Int32Array(n);
      for (let query = 0; query < n; query++) {
        const all = Float32Array.from({ length: size }, (_, row) => dotRows(left, query, rows, row, d));
        const best = topK(all, count, (row) => Number.isFinite(all[row]));
        columns.set(best, query * count);
        scores.set(
          best.map((row) => all[row]!),
          query * count,
        );
        counts[query] = best.length;
      }
      return change({ columns, scores, counts, count });
    },
    save: (path) => writeFile(path, digest),
    async close() {},
  };
}

async function brokenLaws(part: ReturnType<typeof indexWith>): Promise<string[]> {
  const broken: string[] = [];
  for (const law of indexLaws(part)) {
    await Promise.resolve()
      .then(() => law.check())
      .catch(() => broken.push(law.name));
  }
  return broken;
}

test('an index that compares with every row obeys', async () => {
  expect(await brokenLaws(indexWith())).toEqual([]);
});

let calls = 0;
test.each<[what: string, wrong: Parameters<typeof indexWith>[0], law: string]>([
  [
    'scores that are no cosines',
    { change: (found) => ({ ...found, scores: found.scores.map((x) => x * 2) }) },
    'with their cosines',
  ],
  [
    'rows that are next to the nearest',
    { change: (found) => ({ ...found, columns: found.columns.map((x) => x ^ 1) }) },
    'it promises',
  ],
  [
    'lists from the end',
    { change: ({ columns, scores, ...rest }) => ({ ...rest, columns: columns.reverse(), scores: scores.reverse() }) },
    'best first',
  ],
  [
    'counts that say too little',
    { change: (found) => ({ ...found, counts: found.counts.map((x) => Math.max(0, x - 1)) }) },
    'few rows',
  ],
  [
    'answers that change',
    { change: (found) => ({ ...found, scores: found.scores.map((x) => x + calls++ * 1e-7) }) },
    'the same question',
  ],
  ['files that are not checked', { checks: false }, 'is refused'],
])('%s break a law', async (_, wrong, law) => {
  expect((await brokenLaws(indexWith(wrong))).join('\n')).toContain(law);
});

function digestOf(numbers: Float32Array | Float64Array): string {
  return createHash('sha256').update(new Uint8Array(numbers.buffer)).digest('hex');
}
