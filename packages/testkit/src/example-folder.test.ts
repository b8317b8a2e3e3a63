import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage } from '@viewforge/image';
import { values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { exampleFolder, withTemporaryFolder } from './example-folder.ts';
import { drawScene } from './example-images.ts';

test('the folder holds the pictures it says, in their classes', async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = await exampleFolder(folder, { count: 5, classes: 2 });
    expect(paths).toEqual([
      'class-0/example-0000.jpg',
      'class-0/example-0002.png',
      'class-0/example-0004.jpg',
      'class-1/example-0001.jpg',
      'class-1/example-0003.jpg',
    ]);
    expect((await readdir(join(folder, 'class-1'))).sort()).toEqual(['example-0001.jpg', 'example-0003.jpg']);
  });
});

test('a PNG decodes to the very bytes of its scene', async () => {
  await withTemporaryFolder(async (folder) => {
    await exampleFolder(folder, { count: 3, classes: 1, side: 16 });
    const pixels = await decodeImage(join(folder, 'class-0/example-0002.png'));
    const [c, h, w] = pixels.shape as [number, number, number];
    expect(c).toBe(3);
    expect([...values(pixels.transpose(1, 2, 0))]).toEqual([...drawScene(2, h, w)]);
  });
});

test('the same call writes the same bytes', async () => {
  const written = () =>
    withTemporaryFolder(async (folder) => {
      const paths = await exampleFolder(folder, { count: 4 });
      return Promise.all(paths.map(async (path) => (await readFile(join(folder, path))).toString('base64')));
    });
  expect(await written()).toEqual(await written());
});

test('a temporary folder is gone afterward, also after an error', async () => {
  let left = '';
  await expect(
    withTemporaryFolder(async (folder) => {
      left = folder;
      expect(existsSync(folder)).toBe(true);
      throw new Error('used up');
    }),
  ).rejects.toThrow('used up');
  expect(existsSync(left)).toBe(false);
});
