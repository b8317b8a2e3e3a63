import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obeysOptionLaws, obeysSourceLaws, running } from '@viewforge/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manifest } from './manifest.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-manifest-'));
  await mkdir(join(folder, 'images'));
  for (const name of ['a', 'b', 'c, d']) {
    await sharp({ create: { width: 3, height: 2, channels: 3, background: 'white' } })
      .png()
      .toFile(join(folder, 'images', `${name}.png`));
  }
  await table('named.csv', 'path,label,id\nimages/b.png,dog,first\nimages/a.png,cat,second\n"images/c, d.png",dog,\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function table(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function listed(name: string, content: string, options = {}) {
  const { size, id, labels, classes } = await manifest({ file: await table(name, content), ...options }).ready(running());
  const ids = Array.from({ length: size }, (_, index) => id(index));
  return { ids, labels: labels && [...labels], classes };
}

obeysSourceLaws(() => manifest({ file: join(folder, 'named.csv') }));
obeysOptionLaws(manifest, { file: 'anywhere.csv' });

test('a CSV file keeps its order; ids are the paths where none is given; names are numbered in sorted order', async () => {
  const collection = await manifest({ file: join(folder, 'named.csv') }).ready(running());
  expect([0, 1, 2].map((index) => collection.id(index))).toEqual(['first', 'second', 'images/c, d.png']);
  expect([...collection.labels!]).toEqual([1, 0, 1]);
  expect(collection.classes).toEqual(['cat', 'dog']);
  expect((await collection.open(2, running())).shape).toEqual([3, 2, 3]);
});

test('a JSON-lines file says the same', async () => {
  const lines = [
    { path: 'images/b.png', label: 'dog', id: 'first' },
    { path: 'images/a.png', label: 'cat' },
  ];
  expect(await listed('named.jsonl', lines.map((line) => JSON.stringify(line)).join('\n\n'))).toEqual({
    ids: ['first', 'images/a.png'],
    labels: [1, 0],
    classes: ['cat', 'dog'],
  });
});

test.each([
  ['numbers.csv', 'label,path\n4,a.png\n0,b.png\n'],
  ['numbers.ndjson', '{"path":"a.png","label":4}\n{"path":"b.png","label":0}\n'],
])('%s: whole numbers stay the labels they are', async (name, content) => {
  expect(await listed(name, content)).toEqual({ ids: ['a.png', 'b.png'], labels: [4, 0], classes: undefined });
});

test('a table without labels has none; a byte order mark, CRLF and empty lines do not matter', async () => {
  expect(await listed('plain.csv', '\uFEFFpath\r\n\r\na.png\r\nb.png\r\n')).toEqual({
    ids: ['a.png', 'b.png'],
    labels: undefined,
    classes: undefined,
  });
});

test('paths are relative to the root where one is given, and may be absolute', async () => {
  const root = join(folder, 'images');
  const file = await table('rooted.csv', `path\na.png\n${join(root, 'b.png')}\n`);
  const collection = await manifest({ file, root }).ready(running());
  for (const index of [0, 1]) expect((await collection.open(index, running())).shape).toEqual([3, 2, 3]);
});

describe('mistakes name the file and the line', () => {
  test.each<[string, string, string, string, string]>([
    ['no-path.csv', 'label,id\n1,2\n', 'FILE_FORMAT', ':1', 'header with path'],
    ['unknown.csv', 'path,lable\na.png,1\n', 'FILE_FORMAT', ':1', 'lable'],
    ['twice.csv', 'path,path\na.png,b.png\n', 'FILE_FORMAT', ':1', 'each once'],
    ['fields.csv', 'path,label\na.png,1\nb.png\n', 'FILE_FORMAT', ':3', 'expected 2 fields, got 1'],
    ['empty-path.csv', 'path,label\n,1\n', 'FILE_FORMAT', ':2', 'path'],
    ['quote.csv', 'path\n"a.png\n', 'FILE_FORMAT', ':2', 'quoted'],
    ['some-labels.csv', 'path,label\na.png,1\nb.png,\n', 'LABEL', ':3', ':2'],
    ['ids.csv', 'path,id\na.png,x\nb.png,y\nc.png,x\n', 'DUPLICATE', ':4', ':2'],
    ['same-path.csv', 'path\na.png\na.png\n', 'DUPLICATE', ':3', '"a.png"'],
    ['broken.jsonl', '{"path":"a.png"}\n{"path":\n', 'FILE_FORMAT', ':2', 'JSON'],
    ['list.jsonl', '["a.png"]\n', 'FILE_FORMAT', ':1', 'object'],
    ['key.jsonl', '{"path":"a.png","lable":1}\n', 'FILE_FORMAT', ':1', 'lable'],
    ['number.jsonl', '{"path":7}\n', 'FILE_FORMAT', ':1', 'path'],
    ['half.jsonl', '{"path":"a.png","label":0.5}\n', 'LABEL', ':1', '0.5'],
    ['negative.jsonl', '{"path":"a.png","label":1}\n{"path":"b.png","label":-1}\n', 'LABEL', ':2', '-1'],
    ['nothing.csv', 'path\n', 'EMPTY', '', 'none'],
    ['nothing.jsonl', '', 'EMPTY', '', 'none'],
    ['table.txt', 'path\na.png\n', 'FILE_FORMAT', '', '.csv'],
  ])('%s', async (name, content, code, line, telling) => {
    const where = `${join(folder, name)}${line}`;
    await expect(listed(name, content)).rejects.toMatchObject({ code, where, message: expect.stringContaining(telling) });
  });

  test('a table that is not there is FILE_MISSING, a folder FILE_READ', async () => {
    const missing = join(folder, 'missing.csv');
    await expect(manifest({ file: missing }).ready(running())).rejects.toMatchObject({ code: 'FILE_MISSING', where: missing });
    const taken = join(folder, 'folder.csv');
    await mkdir(taken);
    await expect(manifest({ file: taken }).ready(running())).rejects.toMatchObject({ code: 'FILE_READ', where: taken });
  });
});
