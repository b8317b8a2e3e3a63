import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeTemporaries, writeAtomically } from './write-atomically.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-atomic-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the file holds the bytes, and nothing else is left in the folder', async () => {
  const path = join(folder, 'a', 'bytes.bin');
  await mkdir(join(folder, 'a'));
  await writeAtomically(path, Uint8Array.of(1, 2, 3));
  expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  expect(await readdir(join(folder, 'a'))).toEqual(['bytes.bin']);
});

test('what was there is replaced', async () => {
  const path = join(folder, 'text.txt');
  await writeFile(path, 'a longer text of before');
  await writeAtomically(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
});

test('writers of one path at the same time leave one of their contents, whole', async () => {
  const path = join(folder, 'race.txt');
  const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(50_000));
  await Promise.all(contents.map((content) => writeAtomically(path, content)));
  expect(contents).toContain(await readFile(path, 'utf8'));
});

test('a path that cannot be written is named, and the folder stays clean', async () => {
  await mkdir(join(folder, 'b', 'taken', 'inner'), { recursive: true });
  const path = join(folder, 'b', 'taken');
  await expect(writeAtomically(path, 'x')).rejects.toMatchObject({ code: 'FILE_WRITE', where: path });
  expect(await readdir(join(folder, 'b'))).toEqual(['taken']);
});

test('a missing folder is FILE_WRITE and names the path', async () => {
  const path = join(folder, 'nowhere', 'file.txt');
  await expect(writeAtomically(path, 'x')).rejects.toMatchObject({ code: 'FILE_WRITE', message: expect.stringContaining(path) });
});

test('a name as long as names can be is written', async () => {
  const path = join(folder, `${'n'.repeat(251)}.txt`);
  await writeAtomically(path, 'x');
  expect(await readFile(path, 'utf8')).toBe('x');
});

test('what a killed process left of its writing can be taken away, and nothing else is', async () => {
  await mkdir(join(folder, 'c'));
  for (const name of ['.0b7f2a44-58c1-4f0e-9d3b-6a1f5e2c7d90.tmp', '.other.tmp', 'kept.json'])
    await writeFile(join(folder, 'c', name), 'x');
  await removeTemporaries(join(folder, 'c'));
  expect((await readdir(join(folder, 'c'))).sort()).toEqual(['.other.tmp', 'kept.json']);
  await expect(removeTemporaries(join(folder, 'nowhere'))).resolves.toBeUndefined();
});
