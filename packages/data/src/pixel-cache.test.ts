import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { values } from '@viewforge/tensor';
import { obeysSourceLaws, running } from '@viewforge/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { imageFolder } from './image-folder.ts';
import { manifest } from './manifest.ts';
import { openPixelCache } from './pixel-cache.ts';

let folder: string;
let [images, photo, cache] = ['', '', ''];
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-cache-'));
});
beforeEach(async () => {
  images = join(folder, `images-${count}`);
  cache = join(folder, `cache-${count++}`, 'deep');
  photo = join(images, 'photo.png');
  await mkdir(images);
  await writeFile(photo, await picture(1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A PNG of noise, 12 pixels wide and 10 high; without compression, so that all are of one size. */
function picture(seed: number): Promise<Buffer> {
  const raw = Uint8Array.from({ length: 360 }, (_, i) => Math.imul(i + 1, seed * 2654435761) >>> 24);
  return sharp(raw, { raw: { width: 12, height: 10, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

/** The pixels of the only item, read with the cache. */
async function pixelsWith(options: object = {}) {
  const item = await (await imageFolder({ root: images, cache, ...options }).ready(running())).open(0, running());
  const decoded = await item.decode(running());
  expect(item.shape).toEqual(decoded.shape);
  return [...values(decoded)];
}

async function pixelsWithout(options: object = {}) {
  const item = await (await imageFolder({ root: images, ...options }).ready(running())).open(0, running());
  return [...values(await item.decode(running()))];
}

/** What is kept, as files. */
async function entries(): Promise<string[]> {
  const found = await readdir(cache, { recursive: true });
  return found.filter((name) => name.endsWith('.pixels')).map((name) => join(cache, name));
}

/** Another content of the same size and time, which nobody notices who does not read it. */
async function replaceUnnoticed(): Promise<void> {
  const { atime, mtime, mtimeMs, size } = await stat(photo);
  expect(mtimeMs % 1000, 'whole seconds can be set again exactly').toBe(0);
  await writeFile(photo, Buffer.alloc(size));
  await utimes(photo, atime, mtime);
}

describe('with a cache', () => {
  beforeEach(() => mkdir(cache, { recursive: true }));
  obeysSourceLaws(() => imageFolder({ root: images, cache }));
});

test('the pixels are the same without a cache, the first and the second time, also of a manifest', async () => {
  const plain = await pixelsWithout();
  expect(await pixelsWith()).toEqual(plain);
  expect(await pixelsWith()).toEqual(plain);
  const table = join(images, 'table.csv');
  await writeFile(table, 'path\nphoto.png\n');
  const item = await (await manifest({ file: table, cache }).ready(running())).open(0, running());
  expect([...values(await item.decode(running()))]).toEqual(plain);
  expect(await entries()).toHaveLength(1); // both sources mean the same file
});

test('what is kept is neither read from the image nor decoded again', async () => {
  await utimes(photo, 1000, 1000);
  const plain = await pixelsWith();
  await replaceUnnoticed();
  expect(await pixelsWith()).toEqual(plain);
  await expect(pixelsWithout()).rejects.toMatchObject({ code: 'IMAGE_FORMAT' });
});

test('a changed file is decoded again, and kept in place of the old one', async () => {
  const before = await pixelsWith();
  await writeFile(photo, await picture(2));
  await utimes(photo, 5000, 5000);
  const after = await pixelsWithout();
  expect(after).not.toEqual(before);
  expect(await pixelsWith()).toEqual(after);
  expect(await entries()).toHaveLength(1);
});

test('a file that is gone is FILE_MISSING, whatever is kept', async () => {
  await pixelsWith();
  const collection = await imageFolder({ root: images, cache }).ready(running());
  await rm(photo);
  await expect(collection.open(0, running())).rejects.toMatchObject({ code: 'FILE_MISSING', item: 'photo.png', where: photo });
});

test('other options are another reading: nothing is kept past a lower limit or at another size', async () => {
  await pixelsWith();
  await expect(pixelsWith({ pixelLimit: 119 })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  expect(await pixelsWith({ shrinkTo: 5 })).toEqual(await pixelsWithout({ shrinkTo: 5 }));
  expect(await pixelsWith()).toHaveLength(360);
});

test.each<[string, (bytes: Buffer) => Uint8Array]>([
  ['cut off', (bytes) => bytes.subarray(0, -1)],
  ['empty', () => new Uint8Array(0)],
  ['longer than it should be', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
  ['wrong in one bit of a pixel', (bytes) => bytes.fill(bytes.at(-5)! ^ 1, bytes.length - 5, bytes.length - 4)],
  ['said to be of another size', (bytes) => bytes.fill(1, 8, 9)],
  ['said to hold a text longer than itself', (bytes) => bytes.fill(255, 20, 24)],
  ['of another version', (bytes) => bytes.fill('9', 7, 8)],
  ['something else', () => Buffer.alloc(600, 'x')],
])('an entry that is %s is decoded and written anew', async (_, damage) => {
  const plain = await pixelsWith();
  const [entry] = (await entries()) as [string];
  const whole = await readFile(entry);
  await writeFile(entry, damage(Buffer.from(whole)));
  expect(await pixelsWith()).toEqual(plain);
  expect(await readFile(entry)).toEqual(whole);
});

test('many writers and readers at a time see whole entries, and leave no others', async () => {
  const plain = await pixelsWithout();
  const all = await Promise.all(Array.from({ length: 16 }, () => pixelsWith()));
  for (const each of all) expect(each).toEqual(plain);
  expect(await pixelsWith()).toEqual(plain);
  expect((await readdir(cache, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(await entries()).toHaveLength(1);
});

test('nothing is written beyond the limit, and everything is still decoded', async () => {
  for (const i of [2, 3, 4]) await writeFile(join(images, `photo-${i}.png`), await picture(i));
  const collection = await imageFolder({ root: images, cache, cacheLimit: 3 * 4096 - 1 }).ready(running());
  for (let epoch = 0; epoch < 2; epoch++)
    for (let index = 0; index < 4; index++)
      expect((await (await collection.open(index, running())).decode(running())).shape).toEqual([3, 10, 12]);
  expect(await entries()).toHaveLength(2); // each takes one block of 4096 bytes
});

test('a folder that is deleted while it is used starts over', async () => {
  const collection = await imageFolder({ root: images, cache }).ready(running());
  await rm(cache, { recursive: true });
  await (await collection.open(0, running())).decode(running());
  expect(await entries()).toHaveLength(1);
});

describe('a folder that cannot be written is FILE_WRITE', () => {
  test('and nothing is listed when a file is in its place', async () => {
    await writeFile(join(folder, `file-${count}`), 'x');
    const path = join(folder, `file-${count}`);
    await expect(imageFolder({ root: images, cache: path }).ready(running())).rejects.toMatchObject({
      code: 'FILE_WRITE',
      where: path,
      message: expect.stringMatching(/expected a folder for decoded images that can be written/),
    });
  });

  // root may write everywhere
  test.skipIf(process.getuid?.() === 0)('when its permissions say so', async () => {
    await mkdir(cache, { recursive: true });
    await chmod(cache, 0o500);
    await expect(pixelsWith()).rejects.toMatchObject({ code: 'FILE_WRITE', where: cache });
  });

  test('when it turns so later', async () => {
    const collection = await imageFolder({ root: images, cache }).ready(running());
    await rm(cache, { recursive: true });
    await writeFile(cache, 'a file where the folder was');
    const item = await collection.open(0, running());
    const where = expect.stringContaining(cache);
    await expect(item.decode(running())).rejects.toMatchObject({ code: 'FILE_WRITE', where, item: 'photo.png' });
  });
});

test('only interleaved RGB pixels are kept', async () => {
  const place = (await openPixelCache(cache, 2 ** 20, {})).find(photo)!;
  expect(place.read()).toBeUndefined();
  const item = await (await imageFolder({ root: images }).ready(running())).open(0, running());
  const decoded = await item.decode(running());
  await place.write(decoded, 'photo.png');
  expect([...values(place.read()!)]).toEqual([...values(decoded)]);
  await expect(place.write(decoded.step(1, 1, -1) as never, 'photo.png')).rejects.toThrow(RangeError);
});
