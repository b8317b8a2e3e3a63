import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@viewforge/random';
import { readNpy } from '@viewforge/sinks';
import { type Features, features, values } from '@viewforge/tensor';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryVectors } from './memory-vectors.ts';
import { mineCorpus } from './mine-corpus.ts';
import type { Mining } from './mining.ts';

const running = { signal: new AbortController().signal };
let folder: string;
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-mining-'));
});
afterAll(() => rm(folder, { recursive: true }));
const fresh = (): string => join(folder, `${made++}`);

const random = createRandom('mining');
const [size, width] = [150, 8];
const rows = features(
  Float32Array.from({ length: size * width }, () => random.normal(0, 1)),
  size,
  width,
);
const labels = Int32Array.from({ length: size }, () => random.integer(-1, 4));
const groups = Int32Array.from({ length: size }, (_, row) => Math.floor(row / 3));

/** All cosines, by the plainest loop. */
function cosines(a: Features, b: Features): number[][] {
  const unit = (x: Features): number[][] =>
    Array.from({ length: x.shape[0]! }, (_, i) => {
      const row = Array.from({ length: width }, (__, e) => x.get(i, e));
      const norm = Math.hypot(...row);
      return row.map((value) => value / norm);
    });
  const [left, right] = [unit(a), unit(b)];
  return left.map((x) => right.map((y) => x.reduce((sum, value, e) => sum + value * y[e]!, 0)));
}
const all = cosines(rows, rows);

/** The best `count` rows for a query that pass a test, by the definition. */
function best(scores: readonly number[], count: number, passes: (row: number, score: number) => boolean): number[] {
  return scores
    .map((score, row) => [row, score] as const)
    .filter(([row, score]) => passes(row, score))
    .sort(([, x], [, y]) => y - x)
    .slice(0, count)
    .map(([row]) => row);
}

interface Line {
  anchor: number;
  positive: number | null;
  negative: number;
  positiveScore: number | null;
  negativeScore: number;
}

async function mine(mining: Partial<Mining> & { count: number }) {
  const out = fresh();
  // blocks of 16 queries, so that there are ten of them
  const report = await mineCorpus({ vectors: memoryVectors(rows), folder: out, memory: 1, ...mining }, running);
  const neighbors = await readNpy(join(out, 'neighbors.npy'));
  const scores = await readNpy(join(out, 'scores.npy'));
  const text = await readFile(join(out, 'triples.jsonl'), 'utf8');
  const triples = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
  const table = await parquetReadObjects({ file: await asyncBufferFromFile(join(out, 'triples.parquet')) });
  const lists = Array.from({ length: neighbors.shape[0]! }, (_, row) =>
    [...(neighbors.data as Int32Array).subarray(row * mining.count, (row + 1) * mining.count)].filter((each) => each >= 0),
  );
  return { out, report, lists, scores, triples, table };
}

test('every row finds its nearest rows, itself left out, as by the definition; the files say the same', async () => {
  const { out, report, lists, scores, triples, table } = await mine({ count: 5 });
  expect(lists).toEqual(all.map((own, row) => best(own, 5, (other) => other !== row)));
  expect(scores.shape).toEqual([size, 5]);
  lists.forEach((list, row) => {
    list.forEach((other, i) => {
      expect(scores.data[row * 5 + i]).toBeCloseTo(all[row]![other]!, 5);
    });
  });
  expect(triples).toHaveLength(5 * size);
  expect(triples[7]).toEqual({
    anchor: 1,
    positive: null,
    negative: lists[1]![2],
    positiveScore: null,
    negativeScore: scores.data[7],
  });
  expect(table).toHaveLength(5 * size);
  expect(table.map(({ anchor, negative, negativeScore }) => [anchor, negative, negativeScore])).toEqual(
    triples.map(({ anchor, negative, negativeScore }) => [anchor, negative, negativeScore]),
  );
  expect(report).toEqual({
    ...{ queries: size, rows: size, width, count: 5, unusable: { rows: 0, queries: 0 } },
    ...{ negatives: 5 * size, short: 0, positives: 0, withoutPositive: size, triples: 5 * size, index: 'exact' },
    files: ['neighbors.npy', 'scores.npy', 'triples.jsonl', 'triples.parquet', 'mining.json'],
  });
  expect((await readdir(out)).sort()).toEqual([...report.files].sort());
});

test('labels give positives and hide them from the negatives; a margin keeps negatives below the lowest positive', async () => {
  const margin = { marginKind: 'absolute', margin: 0.1 } as const;
  const { lists, triples, table, report } = await mine({ count: 4, labels, positiveCount: 2, margin });
  const same = (row: number, other: number) => labels[row]! >= 0 && labels[row] === labels[other];
  const positives = all.map((own, row) => best(own, 2, (other) => other !== row && same(row, other)));
  const expected = all.map((own, row) => {
    const limit = positives[row]!.length === 0 ? Infinity : Math.min(...positives[row]!.map((other) => own[other]!)) - 0.1;
    return best(own, 4, (other, score) => other !== row && !same(row, other) && score < limit);
  });
  expect(lists).toEqual(expected);
  const lines = expected.flatMap((list, row) =>
    (positives[row]!.length === 0 ? [null] : positives[row]!).flatMap((positive) =>
      list.map((negative) => ({ anchor: row, positive, negative })),
    ),
  );
  expect(triples.map(({ anchor, positive, negative }) => ({ anchor, positive, negative }))).toEqual(lines);
  expect(table.map(({ positive }) => positive ?? null)).toEqual(lines.map(({ positive }) => positive));
  expect(report.positives).toBe(positives.flat().length);
  expect(report.withoutPositive).toBe([...labels].filter((label) => label < 0).length);
});

test('farthest positives are the hardest, and groups hide from both sides where there are labels', async () => {
  const { lists, triples } = await mine({ count: 3, labels, groups, positives: 'farthest' });
  const isAlike = (of: Int32Array, row: number, other: number) => of[row]! >= 0 && of[row] === of[other];
  const positives = all.map(
    (own, row) =>
      best(
        own.map((score) => -score),
        1,
        (other) => other !== row && isAlike(labels, row, other) && !isAlike(groups, row, other),
      )[0],
  );
  const expected = all.map((own, row) =>
    best(own, 3, (other) => !isAlike(labels, row, other) && !isAlike(groups, row, other) && other !== row),
  );
  expect(lists).toEqual(expected);
  const first = new Map(triples.map(({ anchor, positive }) => [anchor, positive ?? undefined]));
  expect([...first.values()]).toEqual(positives);
  expect(triples[0]!.positiveScore ?? 0).toBeCloseTo(all[0]![positives[0]!] ?? 0, 5);
});

test('groups alone give positives; a window and a band of scores leave out what lies within and beyond', async () => {
  const grouped = await mine({ count: 3, groups });
  const alike = (row: number, other: number) => groups[row] === groups[other];
  expect(grouped.lists).toEqual(all.map((own, row) => best(own, 3, (other) => !alike(row, other))));
  expect(grouped.triples.every(({ anchor, positive }) => alike(anchor, positive!) && anchor !== positive)).toBe(true);
  const banded = await mine({ count: 6, window: 4, lowest: -0.1, highest: 0.4 });
  expect(banded.lists).toEqual(
    all.map((own, row) => best(own, 6, (other, score) => Math.abs(row - other) > 4 && score >= -0.1 && score <= 0.4)),
  );
});

test('queries of their own find rows, with pairs as positives, and names go into the triples', async () => {
  const queries = features(
    values(rows)
      .slice(0, 20 * width)
      .map((value, i) => value + (i % 3)),
    20,
    width,
  );
  const pairs = Int32Array.from({ length: 20 }, (_, row) => (row === 3 ? -1 : 149 - row));
  const ids = Array.from({ length: size }, (_, row) => `row ${row}`);
  const queryIds = Array.from({ length: 20 }, (_, row) => `query ${row}`);
  const given = { queries: memoryVectors(queries), pairs, ids, queryIds };
  const { lists, triples, table } = await mine({ count: 4, ...given });
  const own = cosines(queries, rows);
  expect(lists).toEqual(own.map((scores, row) => best(scores, 4, (other) => other !== pairs[row])));
  expect(triples[0]).toMatchObject({
    anchorId: 'query 0',
    positive: 149,
    positiveId: 'row 149',
    negativeId: `row ${lists[0]![0]}`,
  });
  expect(triples[0]!.positiveScore).toBeCloseTo(own[0]![149]!, 5);
  expect(triples[3 * 4]).toMatchObject({ positive: null, positiveId: null, anchorId: 'query 3' });
  expect(table[0]).toMatchObject({ anchorId: 'query 0', positiveId: 'row 149' });
});

test('rows that are no numbers are not found and find nothing, and are counted', async () => {
  const broken = Float32Array.from(values(rows));
  broken[7 * width] = Number.NaN;
  const { lists, report } = await mine({ count: 149, vectors: memoryVectors(features(broken, size, width)) });
  expect(report).toMatchObject({ unusable: { rows: 1, queries: 1 }, short: size, negatives: 149 * 148 });
  expect(lists[7]).toEqual([]);
  expect(lists.some((list) => list.includes(7))).toBe(false);
});

test('threads and sizes of blocks change no byte', async () => {
  const choices = { count: 3, labels, margin: { marginKind: 'relative', margin: 0.05 } as const };
  const [one, other] = [await mine({ ...choices, threads: 1 }), await mine({ ...choices, threads: 3, memory: 2 ** 28 })];
  for (const name of one.report.files.filter((each) => each !== 'mining.json')) {
    expect((await readFile(join(one.out, name))).equals(await readFile(join(other.out, name))), name).toBe(true);
  }
});

test('an aborted mining rejects with the reason and goes on where it was, and only that', async () => {
  const whole = await mine({ count: 3 });
  const out = fresh();
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = (done: number): void => {
    seen.push(done);
    if (done === 48) stop.abort(new Error('enough'));
  };
  const mining = { vectors: memoryVectors(rows), folder: out, memory: 1, count: 3 };
  await expect(mineCorpus({ ...mining, onProgress }, { signal: stop.signal })).rejects.toThrow('enough');
  expect((await readdir(join(out, 'blocks'))).sort()).toEqual(['0.bin', '1.bin', '2.bin', 'job.json']);
  await expect(mineCorpus(mining, running)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(mineCorpus({ ...mining, resume: true, count: 4 }, running)).rejects.toMatchObject({ code: 'CHECKPOINT' });
  await expect(mineCorpus({ ...mining, resume: true, window: 1 }, running)).rejects.toMatchObject({ code: 'CHECKPOINT' });
  const changed = memoryVectors(
    features(
      values(rows).map((value) => value + 1),
      size,
      width,
    ),
  );
  await expect(mineCorpus({ ...mining, resume: true, vectors: changed }, running)).rejects.toThrow(
    'expected the rows of the mining',
  );
  // a block that was damaged is made again
  await writeFile(join(out, 'blocks', '1.bin'), (await readFile(join(out, 'blocks', '1.bin'))).fill(1, 0, 4));
  const report = await mineCorpus({ ...mining, resume: true }, running);
  for (const name of report.files) {
    expect((await readFile(join(out, name))).equals(await readFile(join(whole.out, name))), name).toBe(true);
  }
  expect(await mineCorpus({ ...mining, resume: true }, running)).toEqual(report);
  expect(await readdir(out)).not.toContain('blocks');
});

test.each(['mining.json', join('blocks', 'job.json'), join('blocks', 'theirs'), 'theirs'])(
  'a folder with a %s of somebody else is not gone on in and stays as it was',
  async (name) => {
    const out = fresh();
    await mkdir(join(out, 'blocks'), { recursive: true });
    await writeFile(join(out, name), '{}');
    const mining = { vectors: memoryVectors(rows), folder: out, count: 3, resume: true };
    await expect(mineCorpus(mining, running)).rejects.toMatchObject({ code: name.endsWith('json') ? 'CHECKPOINT' : 'USAGE' });
    expect(await readFile(join(out, name), 'utf8')).toBe('{}');
  },
);
