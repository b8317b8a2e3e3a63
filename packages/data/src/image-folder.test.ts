import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { values } from '@viewforge/tensor';
import { obeysOptionLaws, obeysSourceLaws, running } from '@viewforge/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageFolder } from './image-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-folder-'));
  await put('classes/dog/b.png', 'classes/dog/deep/a.png', 'classes/cat/c.PNG', 'classes/Ant/d.png');
  await put('classes/.hidden/e.png', 'classes/cat/.f.png', 'classes/cat/notes.txt', 'classes/empty/notes.txt');
  await put('flat/2.png', 'flat/10.png', 'flat/LICENSE');
  await put('mixed/loose.png', 'mixed/class/a.png', 'nothing/notes.txt');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Files below the folder: a picture of 3 x 2 pixels of one color, or text. */
async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const picture = sharp({ create: { width: 3, height: 2, channels: 3, background: { r: 10, g: 20, b: 30 } } });
    await writeFile(join(folder, path), /png$/i.test(path) ? await picture.png().toBuffer() : 'text');
  }
}

function ready(name: string, options: Omit<Parameters<typeof imageFolder>[0] & object, 'root'> = {}) {
  return imageFolder({ root: join(folder, name), ...options }).ready(running());
}

async function idsOf(name: string, options = {}): Promise<string[]> {
  const collection = await ready(name, options);
  return Array.from({ length: collection.size }, (_, index) => collection.id(index));
}

obeysSourceLaws(() => imageFolder({ root: join(folder, 'classes') }));
obeysSourceLaws(() => imageFolder({ root: join(folder, 'flat') }));
obeysOptionLaws(imageFolder, { root: 'anywhere' });

test('files are in the order of their paths by code unit; hidden ones and others are passed over', async () => {
  expect(await idsOf('classes')).toEqual(['Ant/d.png', 'cat/c.PNG', 'dog/b.png', 'dog/deep/a.png']);
  expect(await idsOf('flat')).toEqual(['10.png', '2.png']);
});

test('folders right below the root are the classes, sorted by name; folders without images are none', async () => {
  const { labels, classes } = await ready('classes');
  expect(classes).toEqual(['Ant', 'cat', 'dog']);
  expect(labels).toEqual(Int32Array.of(0, 1, 2, 2));
  const collection = await ready('classes');
  expect((await collection.open(3, running())).label).toBe(2);
});

test.each([
  ['flat', {}],
  ['classes', { classes: 'none' }],
  ['mixed', { recursive: false }],
])('%s with %o has no labels', async (name, options) => {
  const collection = await ready(name, options as object);
  expect(collection.labels).toBeUndefined();
  expect((await collection.open(0, running())).label).toBeUndefined();
});

test('other extensions can be asked for', async () => {
  expect(await idsOf('classes', { extensions: ['TXT'] })).toEqual(['cat/notes.txt', 'empty/notes.txt']);
});

test('an item knows its shape from the header, and decodes to its colors', async () => {
  const item = await (await ready('flat')).open(0, running());
  expect(item.shape).toEqual([3, 2, 3]);
  const pixels = await item.decode(running());
  expect(pixels.shape).toEqual([3, 2, 3]);
  expect([...values(pixels)]).toEqual([10, 20, 30].flatMap((value) => Array(6).fill(value)));
});

test('images beside class folders are LABEL, and the message says what to do', async () => {
  const mixed = { code: 'LABEL', message: expect.stringMatching(/"loose\.png".*"class\/a\.png".*"none"/) };
  await expect(ready('mixed')).rejects.toMatchObject(mixed);
});

test('a folder without images is EMPTY and names the folder', async () => {
  await expect(ready('nothing')).rejects.toMatchObject({ code: 'EMPTY', where: join(folder, 'nothing') });
});

test('a folder that is not there is FILE_MISSING, a file FILE_READ', async () => {
  await expect(ready('nowhere')).rejects.toMatchObject({ code: 'FILE_MISSING', where: join(folder, 'nowhere') });
  await expect(ready('flat/2.png')).rejects.toMatchObject({ code: 'FILE_READ', where: join(folder, 'flat/2.png') });
});

test('a folder that was not there before can be made ready later', async () => {
  const source = imageFolder({ root: join(folder, 'later') });
  await expect(source.ready(running())).rejects.toMatchObject({ code: 'FILE_MISSING' });
  await put('later/a.png');
  expect((await source.ready(running())).size).toBe(1);
});

test('links to files and folders are followed', async () => {
  await put('target/one/a.png');
  await mkdir(join(folder, 'links'));
  await symlink(join(folder, 'target/one'), join(folder, 'links/two'));
  await symlink(join(folder, 'target/one'), join(folder, 'links/one'));
  await symlink(join(folder, 'target/one/a.png'), join(folder, 'links/one-is-a-file.png'));
  expect(await idsOf('links', { classes: 'none' })).toEqual(['one-is-a-file.png', 'one/a.png', 'two/a.png']);
});

test('a link to a folder that it lies in is FILE_READ and names the link', async () => {
  await put('loop/class/a.png');
  await symlink(join(folder, 'loop'), join(folder, 'loop/class/again'));
  await expect(ready('loop')).rejects.toMatchObject({ code: 'FILE_READ', where: join(folder, 'loop/class/again') });
});

test('a link with nothing behind it is listed, and opening it is FILE_MISSING with the item', async () => {
  await mkdir(join(folder, 'dangling'));
  await symlink(join(folder, 'gone.png'), join(folder, 'dangling/a.png'));
  const collection = await ready('dangling');
  const path = join(folder, 'dangling/a.png');
  await expect(collection.open(0, running())).rejects.toMatchObject({ code: 'FILE_MISSING', item: 'a.png', where: path });
});
