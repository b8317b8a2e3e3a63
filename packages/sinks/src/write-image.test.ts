import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeImage, toPixels } from '@viewforge/image';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, rampImage } from '@viewforge/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeContactSheet, writeImage } from './write-image.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-image-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a PNG holds the bytes that the image rounds to', async () => {
  const path = join(folder, 'exact.png');
  for (const image of exampleImages()) {
    await writeImage(path, image);
    expect([...values(await decodeImage(path))]).toEqual([...values(toPixels(image))]);
  }
});

test.each(['flat.jpg', 'flat.JPEG'])('%s is a JPEG', async (name) => {
  const path = join(folder, name);
  await writeImage(path, flatImage(16, 0.4, 3));
  expect([...(await readFile(path)).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  for (const byte of values(await decodeImage(path))) expect(Math.abs(byte - 102)).toBeLessThanOrEqual(2); // quality 90
});

test('a sheet has a cell for each image of the longest row', async () => {
  const path = join(folder, 'sheet.png');
  const white = flatImage(4, 1, 3);
  const black = flatImage(4, 0, 3);
  await writeContactSheet(path, [[black, white], [white]], { cell: 8, gutter: 2, background: 0.5 });
  const sheet = await decodeImage(path);
  expect(sheet.shape).toEqual([3, 2 * 8 + 3 * 2, 2 * 8 + 3 * 2]);
  expect([sheet.get(0, 5, 5), sheet.get(0, 5, 15), sheet.get(0, 15, 5)]).toEqual([0, 255, 255]);
  expect(sheet.get(0, 15, 15)).toBe(128); // nothing there
});

test('labels take room above the columns', async () => {
  const path = join(folder, 'labels.png');
  await writeContactSheet(path, [[rampImage(3, 4, 4)]], { cell: 40, gutter: 0, labels: ['view 0'] });
  expect((await decodeImage(path)).shape[1]).toBeGreaterThan(40);
});

test.each([
  ['another ending', 'picture.bmp'],
  ['a folder that is not there', 'nowhere/picture.png'],
])('%s is FILE_WRITE and names the path', async (_, name) => {
  const path = join(folder, name);
  await expect(writeImage(path, flatImage(1, 0))).rejects.toMatchObject({ code: 'FILE_WRITE', where: path });
  await expect(writeContactSheet(path, [[flatImage(1, 0)]])).rejects.toMatchObject({ code: 'FILE_WRITE', where: path });
});

test('a sheet of nothing is EMPTY, and no file is left', async () => {
  await expect(writeContactSheet(join(folder, 'nothing.png'), [[], []])).rejects.toMatchObject({ code: 'EMPTY' });
  expect(await readdir(folder)).not.toContain('nothing.png');
});
