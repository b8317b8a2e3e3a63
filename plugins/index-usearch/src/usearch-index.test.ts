import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exactIndex, recallOf } from '@viewforge/corpus';
import { features } from '@viewforge/tensor';
import { exampleVectors, obeysIndexLaws, obeysOptionLaws, running, vectorsOf, withTemporaryFolder } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { usearchIndex } from './usearch-index.ts';

obeysIndexLaws(usearchIndex(), { recall: 0.95 });
describe.each([
  ['f16', 1e-3],
  ['bf16', 1e-2],
  ['i8', 2e-2],
] as const)('numbers in %s', (numbers, tolerance) => {
  obeysIndexLaws(usearchIndex({ numbers }), { recall: 0.7, tolerance });
});
obeysOptionLaws(usearchIndex);

test('looking at more rows finds more of the nearest', async () => {
  const vectors = exampleVectors(2000, 32);
  const exact = await exactIndex().build(vectors, running());
  const queries = exampleVectors(50, 32, 1).rows;
  const recall = async (searchWidth: number) => {
    const index = await usearchIndex({ connectivity: 4, addWidth: 8, searchWidth }).build(vectors, running());
    return recallOf({ index, exact, queries, count: 5 }, running());
  };
  const [narrow, wide] = [await recall(5), await recall(400)];
  expect(wide).toBeGreaterThan(narrow);
  expect(wide).toBeGreaterThan(0.9);
});

test('the same rows give the same bytes', async () => {
  await withTemporaryFolder(async (folder) => {
    for (const name of ['a', 'b']) {
      const built = await usearchIndex().build(exampleVectors(), running());
      await built.save(join(folder, name));
    }
    expect((await readFile(join(folder, 'a'))).equals(await readFile(join(folder, 'b')))).toBe(true);
  });
});

test('an index of other options, or with something behind its end, is not loaded', async () => {
  const vectors = exampleVectors();
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'saved');
    const built = await usearchIndex().build(vectors, running());
    await built.save(path);
    await expect(usearchIndex({ connectivity: 8 }).load(path, vectors, running())).rejects.toThrow(
      'expected an index of these options, got one of others',
    );
    await appendFile(path, 'x');
    await expect(usearchIndex().load(path, vectors, running())).rejects.toMatchObject({ code: 'FILE_FORMAT' });
    await writeFile(path, Buffer.alloc(10_000, 0xff)); // the library itself ends the process on such bytes
    await expect(usearchIndex().load(path, vectors, running())).rejects.toMatchObject({ code: 'FILE_FORMAT' });
    await expect(built.save(join(folder, 'none', 'saved'))).rejects.toMatchObject({ code: 'FILE_WRITE' });
  });
});

test('a closed index answers no more', async () => {
  const vectors = exampleVectors(5, 4);
  const built = await usearchIndex().build(vectors, running());
  await built.close();
  await expect(built.search(vectors.rows, 1, running())).rejects.toThrow('expected an open index');
});

test('a query of zeros is like no row, not even one of zeros', async () => {
  const vectors = vectorsOf(features(Float32Array.of(1, 0, 0, 0, 0, 2), 3, 2));
  const built = await usearchIndex().build(vectors, running());
  const { columns, scores } = await built.search(features(new Float32Array(2), 1, 2), 3, running());
  expect([...columns]).toEqual([0, 1, 2]);
  expect([...scores]).toEqual([0, 0, 0]);
});
