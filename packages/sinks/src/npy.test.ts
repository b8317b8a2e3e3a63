import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@viewforge/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeNpy, encodeNpy, type NpyArray, readNpy, writeNpy } from './npy.ts';
import type { NpyData } from './npy-header.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-npy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file as another program may write it: any version, header text and bytes. */
function file(version: number, header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = new Uint8Array(version === 1 ? 2 : 4);
  const view = new DataView(length.buffer);
  if (version === 1) view.setUint16(0, text.length, true);
  else view.setUint32(0, text.length, true);
  return Uint8Array.of(0x93, ...Buffer.from('NUMPY'), version, 0, ...length, ...text, ...data);
}

const floats = new Uint8Array(Float32Array.of(1, -2.5).buffer);

test('[2, 3] float32 has the header of the format, word for word', () => {
  const bytes = encodeNpy(tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]));
  const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  expect(Buffer.from(bytes.subarray(0, 10))).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]));
  expect(new TextDecoder().decode(bytes.subarray(10, 128))).toBe(`${text.padEnd(117)}\n`);
  expect(new DataView(bytes.buffer).getFloat32(128 + 5 * 4, true)).toBe(6);
  expect(bytes.length).toBe(128 + 24);
});

test.each([
  ['[]', []],
  ['[0, 4]', [0, 4]],
  ['[3]', [3]],
  ['[1, 1, 1, 1, 1]', [1, 1, 1, 1, 1]],
])('the shape %s comes back', (_, shape) => {
  const data = new Float64Array(shape.reduce((product, size) => product * size, 1)).fill(0.1);
  expect(decodeNpy(encodeNpy({ shape, data }))).toEqual({ shape, data });
});

test('a strided tensor is written in row-major order', () => {
  const transposed = tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]).transpose(1, 0);
  expect(decodeNpy(encodeNpy(transposed))).toEqual({ shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) });
});

test('every element type comes back from memory and from a file', async () => {
  const arrays = fc.oneof(
    fc.float32Array({ noNaN: true }),
    fc.float64Array(),
    fc.int32Array(),
    fc.bigInt64Array(),
    fc.uint8Array(),
  ) as fc.Arbitrary<NpyData>;
  await fc.assert(
    fc.asyncProperty(arrays, async (data) => {
      const array: NpyArray = { shape: [data.length], data };
      expect(decodeNpy(encodeNpy(array))).toEqual(array);
      const path = join(folder, 'any.npy');
      await writeNpy(path, array);
      expect(await readNpy(path)).toEqual(array);
    }),
    { seed: 7, numRuns: 60 },
  );
});

test.each([1, 2, 3])('version %i with a header that is not aligned is read', (version) => {
  const bytes = file(version, "{'shape': (2,), 'fortran_order': False, 'descr': '<f4'}\n", floats);
  expect(decodeNpy(bytes)).toEqual({ shape: [2], data: Float32Array.of(1, -2.5) });
});

describe('refused with FILE_FORMAT and the name of the file', () => {
  const header = (descr: string, order = 'False', shape = '(2,)') =>
    `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  test.each([
    ['other bytes', new TextEncoder().encode('this is not an array file'), 'other bytes'],
    ['no bytes', new Uint8Array(0), 'other bytes'],
    ['version 4', file(4, header("'<f4'"), floats), 'got 4'],
    ['big-endian elements', file(1, header("'>f4'"), floats), 'little-endian'],
    ['half floats', file(1, header("'<f2'"), floats), '"<f2"'],
    ['objects', file(1, header("'|O'"), floats), '"|O"'],
    ['fields', file(1, header("[('x', '<f4')]"), floats), 'plain element type'],
    ['columns side by side', file(1, header("'<f4'", 'True', '(2, 2)'), new Uint8Array(16)), 'Fortran'],
    ['missing elements', file(1, header("'<f4'", 'False', '(3,)'), floats), 'expected 12 bytes'],
    ['too many elements', file(1, header("'<f4'", 'False', '(1,)'), floats), 'expected 4 bytes'],
    ['a negative size', file(1, header("'<f4'", 'False', '(-2,)'), floats), 'shape'],
    ['a size beyond counting', file(1, header("'<f4'", 'False', '(9007199254740993, 5)'), floats), 'shape'],
    ['a header that is cut off', file(1, header("'<f4'"), floats).subarray(0, 30), 'bytes'],
  ])('%s', async (name, bytes, telling) => {
    const path = join(folder, `${name}.npy`);
    await writeFile(path, bytes);
    const refusal = { code: 'FILE_FORMAT', where: path, message: expect.stringContaining(telling) };
    await expect(readNpy(path)).rejects.toMatchObject(
      name.includes('no bytes') || name.includes('cut off') ? { ...refusal, message: expect.any(String) } : refusal,
    );
    expect(() => decodeNpy(bytes, path)).toThrow(expect.objectContaining(refusal));
  });
});

test('a file that is not there is FILE_MISSING', async () => {
  const path = join(folder, 'nowhere.npy');
  await expect(readNpy(path)).rejects.toMatchObject({ code: 'FILE_MISSING', where: path });
});

test('a shape that does not hold the elements is our own mistake', () => {
  expect(() => encodeNpy({ shape: [2, 2], data: Float32Array.of(1) })).toThrow(RangeError);
});
