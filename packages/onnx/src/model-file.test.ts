import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph } from '@viewforge/graph';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModelFile } from './model-file.ts';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'viewforge-model-'));
  folder = join(root, 'model');
  await mkdir(folder);
  await writeFile(join(root, 'outside.bin'), new Uint8Array(64));
});
afterAll(() => rm(root, { recursive: true }));

function identity(): Uint8Array {
  const graph = createGraph({ name: 'g' });
  graph.output('y', graph.node('Relu', [graph.input('x', 'float32', ['n'])]), 'float32', ['n']);
  return graph.bytes();
}

/** A model whose one initializer, 4 floats, lies at `location`. */
function withExternal(location: string, offset = 0): Uint8Array {
  const bytes = (field: number, content: string | readonly number[]): number[] => {
    const inner = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
    expect(inner.length).toBeLessThan(128);
    return [(field << 3) | 2, inner.length, ...inner];
  };
  const entry = (key: string, value: string) => bytes(13, [...bytes(1, key), ...bytes(2, value)]);
  const name = location.length > 60 ? location.slice(0, 60) : location;
  const tensor = [
    8,
    4,
    16,
    1,
    ...bytes(8, 'w'),
    ...entry('location', name),
    ...entry('offset', String(offset)),
    ...entry('length', '16'),
    112,
    1,
  ];
  const graph = Uint8Array.from([(7 << 3) | 2, tensor.length + 2, ...bytes(5, tensor)]);
  return Uint8Array.from([...identity(), ...graph]);
}

async function write(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

test('a sound model is read', async () => {
  const path = await write('sound.onnx', identity());
  expect(await readModelFile(path)).toMatchObject({ path, external: [], size: identity().length, summary: { nodes: 2 } });
});

test('numbers in a file of the same folder are fine, and count', async () => {
  await write('weights.bin', new Uint8Array(64));
  const path = await write('inside.onnx', withExternal('weights.bin'));
  const file = await readModelFile(path);
  expect(file.external.map((one) => one.split('/').at(-1))).toEqual(['weights.bin']);
  expect(file.size).toBe(withExternal('weights.bin').length + 64);
  await expect(readModelFile(path, file.size - 1)).rejects.toMatchObject({ code: 'MODEL_TOO_LARGE' });
});

test('a model over the limit is refused before it is read', async () => {
  const path = await write('large.onnx', identity());
  await expect(readModelFile(path, 10)).rejects.toMatchObject({
    code: 'MODEL_TOO_LARGE',
    message: `${path}: expected a model of at most 10 bytes, got ${identity().length}; raise maxBytes if you trust it`,
  });
});

test('nothing there is FILE_MISSING, a folder is FILE_READ', async () => {
  await expect(readModelFile(join(folder, 'none.onnx'))).rejects.toMatchObject({
    code: 'FILE_MISSING',
    message: expect.stringContaining('none.onnx: expected a model file'),
  });
  await expect(readModelFile(folder)).rejects.toMatchObject({ code: 'FILE_READ' });
});

test.each([
  ['text', new TextEncoder().encode('not a model at all')],
  ['nothing', new Uint8Array(0)],
  ['half a model', identity().subarray(0, identity().length / 2)],
])('%s is MODEL_CORRUPT and names the file', async (name, bytes) => {
  const path = await write(`${name}.onnx`, bytes);
  await expect(readModelFile(path)).rejects.toMatchObject({
    code: 'MODEL_CORRUPT',
    message: expect.stringContaining(`${path}: expected an ONNX model`),
  });
});

test.each([
  ['a path upward', '../outside.bin', 'the path "../outside.bin"'],
  ['a path upward in disguise', 'x/../../outside.bin', 'the path "x/../../outside.bin"'],
  ['the path of a whole disk', '/etc/passwd', 'the path "/etc/passwd"'],
  ['a path of Windows', 'C:\\weights.bin', 'the path "C:\\\\weights.bin"'],
  ['the folder itself', '.', 'the path "."'],
])('external data by %s is MODEL_EXTERNAL', async (_, location, what) => {
  const path = await write('external.onnx', withExternal(location));
  await expect(readModelFile(path)).rejects.toMatchObject({
    code: 'MODEL_EXTERNAL',
    message: expect.stringContaining(
      `in the model's own folder, got ${what.replace('\\\\', '\\')} for tensor "w"; copy the file beside the model`,
    ),
  });
});

test('external data by a symbolic link that leads outside is MODEL_EXTERNAL', async () => {
  await symlink(join(root, 'outside.bin'), join(folder, 'symbolic.bin'));
  const path = await write('symbolic.onnx', withExternal('symbolic.bin'));
  await expect(readModelFile(path)).rejects.toMatchObject({
    code: 'MODEL_EXTERNAL',
    message: expect.stringContaining('a link at "symbolic.bin" that leads out of it'),
  });
});

test('external data in a linked folder that leads outside is MODEL_EXTERNAL', async () => {
  await symlink(root, join(folder, 'up'));
  const path = await write('folder.onnx', withExternal('up/outside.bin'));
  await expect(readModelFile(path)).rejects.toMatchObject({ code: 'MODEL_EXTERNAL' });
});

test('external data by a hard link is MODEL_EXTERNAL', async () => {
  await link(join(root, 'outside.bin'), join(folder, 'hard.bin'));
  const path = await write('hard.onnx', withExternal('hard.bin'));
  await expect(readModelFile(path)).rejects.toMatchObject({
    code: 'MODEL_EXTERNAL',
    message: expect.stringContaining('a hard link at "hard.bin"'),
  });
});

test('external data that is missing is FILE_MISSING, and too short MODEL_CORRUPT', async () => {
  const missing = await write('missing.onnx', withExternal('nowhere.bin'));
  await expect(readModelFile(missing)).rejects.toMatchObject({
    code: 'FILE_MISSING',
    message: expect.stringContaining('"nowhere.bin"'),
  });
  await write('short.bin', new Uint8Array(16));
  const short = await write('short.onnx', withExternal('short.bin', 1));
  await expect(readModelFile(short)).rejects.toMatchObject({
    code: 'MODEL_CORRUPT',
    message: expect.stringContaining('expected 16 bytes at 1 of "short.bin", got a file of 16 bytes'),
  });
});

test('external data behind "link/.." is looked for where the link leads, not beside it', async () => {
  const decoy = join(folder, 'decoy.bin');
  await writeFile(decoy, new Uint8Array(16));
  await writeFile(join(root, 'decoy.bin'), new Uint8Array(16));
  await mkdir(join(root, 'elsewhere'), { recursive: true });
  await symlink(join(root, 'elsewhere'), join(folder, 'aside'));
  const path = await write('aside.onnx', withExternal('aside/../decoy.bin'));
  await expect(readModelFile(path)).rejects.toMatchObject({
    code: 'MODEL_EXTERNAL',
    message: expect.stringContaining('that leads out of it'),
  });
});
