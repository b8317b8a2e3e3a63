import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Vectors } from '@viewforge/core';
import { digestOf, encodeNpy, readBlocks } from '@viewforge/sinks';
import { type Features, features, values, writeSafetensors } from '@viewforge/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinVectors } from './join-vectors.ts';
import { memoryVectors } from './memory-vectors.ts';
import { npyVectors } from './npy-vectors.ts';
import { safetensorsVectors } from './safetensors-vectors.ts';

const running = { signal: new AbortController().signal };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-vectors-'));
});
afterAll(() => rm(folder, { recursive: true }));

// numbers that float16 and bfloat16 hold exactly
const numbers = [0, 1, -2, 0.5, 3, -0.25, 96, 1.5, -7, 2, 4, 0.125];
const single = features(Float32Array.from(numbers), 4, 3);
const double = features(Float64Array.from(numbers), 4, 3);

/** The bits of float16 or bfloat16. */
function halves(exponentBits: 5 | 8): Uint16Array {
  return Uint16Array.from(numbers, (value) => {
    if (value === 0) return 0;
    const sign = value < 0 ? 0x8000 : 0;
    const exponent = Math.floor(Math.log2(Math.abs(value)));
    const fractionBits = 15 - exponentBits;
    const fraction = (Math.abs(value) / 2 ** exponent - 1) * 2 ** fractionBits;
    return sign | ((exponent + 2 ** (exponentBits - 1) - 1) << fractionBits) | fraction;
  });
}

function halfNpy(): Uint8Array {
  const header = encodeNpy({ shape: [4, 3], data: new Int32Array(12) }).subarray(0, 128);
  const text = Buffer.from(header).toString('latin1').replace('<i4', '<f2');
  return Buffer.concat([Buffer.from(text, 'latin1'), new Uint8Array(halves(5).buffer)]);
}

function halfSafetensors(dtype: 'F16' | 'BF16'): Uint8Array {
  const header = Buffer.from(JSON.stringify({ rows: { dtype, shape: [4, 3], data_offsets: [0, 24] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, new Uint8Array(halves(dtype === 'F16' ? 5 : 8).buffer)]);
}

async function file(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

const tensors = (rows: Features) => writeSafetensors({ other: double, rows });
const openers: Record<string, () => Promise<Vectors>> = {
  'npy of float32': async () => npyVectors(await file('f32.npy', encodeNpy(single))),
  'npy of float64': async () => npyVectors(await file('f64.npy', encodeNpy(double))),
  'npy of float16': async () => npyVectors(await file('f16.npy', halfNpy())),
  'safetensors F32': async () => safetensorsVectors(await file('f32.st', tensors(single)), 'rows'),
  'safetensors F64': async () => safetensorsVectors(await file('f64.st', tensors(double)), 'rows'),
  'safetensors F16': async () => safetensorsVectors(await file('f16.st', halfSafetensors('F16')), 'rows'),
  'safetensors BF16': async () => safetensorsVectors(await file('bf16.st', halfSafetensors('BF16')), 'rows'),
  memory: async () => memoryVectors(double),
  shards: async () => {
    const paths = [
      encodeNpy(features(Float32Array.from(numbers.slice(0, 3)), 1, 3)),
      encodeNpy(features(new Float32Array(0), 0, 3)),
    ];
    const rest = encodeNpy(features(Float64Array.from(numbers.slice(3)), 3, 3));
    return npyVectors(await Promise.all([...paths, rest].map((bytes, i) => file(`shard-${i}.npy`, bytes))));
  },
};

test.each(Object.keys(openers))('%s: any rows are read, in float32, on an array of their own', async (name) => {
  const vectors = await openers[name]!();
  expect([vectors.size, vectors.width]).toEqual([4, 3]);
  for (const [first, count] of [
    [0, 4],
    [1, 2],
    [3, 1],
    [4, 0],
  ] as const) {
    const rows = await vectors.read(first, count, running);
    expect(rows.shape).toEqual([count, 3]);
    expect(values(rows)).toEqual(Float32Array.from(numbers.slice(first * 3, (first + count) * 3)));
    values(rows).fill(9);
  }
  expect(await digestOf(vectors, running)).toBe(await digestOf(memoryVectors(single), running));
  await expect(vectors.read(3, 2, running)).rejects.toThrow('expected rows of 0 to 4, got 2 from 3');
  const aborted = AbortSignal.abort(new Error('enough'));
  await expect(vectors.read(0, 1, { signal: aborted })).rejects.toThrow('enough');
  await vectors.close();
  await vectors.close();
});

test('blocks are all rows in order, and other rows or another shape have another digest', async () => {
  const wide = features(
    Float32Array.from({ length: 5 * 2 ** 20 }, (_, i) => i),
    5,
    2 ** 20,
  );
  const blocks: number[] = [];
  for await (const block of readBlocks(memoryVectors(wide), running)) blocks.push(block.shape[0]!, block.get(0, 0));
  expect(blocks).toEqual([2, 0, 2, 2 ** 21, 1, 2 ** 22]);
  const digests = [
    single,
    features(Float32Array.from(numbers), 3, 4),
    features(
      Float32Array.from(numbers, (x) => -x),
      4,
      3,
    ),
  ];
  const found = await Promise.all(digests.map((each) => digestOf(memoryVectors(each), running)));
  expect(new Set(found).size).toBe(3);
});

test.each([
  ['no file', 'FILE_MISSING', undefined],
  ['other bytes', 'FILE_FORMAT', Buffer.from('no array, whatever else it may be')],
  ['few bytes', 'FILE_FORMAT', Buffer.from('no')],
  ['a file cut off', 'FILE_FORMAT', encodeNpy(single).subarray(0, 150)],
  ['a header cut off', 'FILE_FORMAT', encodeNpy(single).subarray(0, 50)],
  ['a vector', 'FILE_FORMAT', encodeNpy({ shape: [3], data: new Float32Array(3) })],
  ['rows of no numbers', 'FILE_FORMAT', encodeNpy({ shape: [3, 0], data: new Float32Array(0) })],
  ['whole numbers', 'FILE_FORMAT', encodeNpy({ shape: [1, 3], data: new Int32Array(3) })],
] as const)('%s is refused with %s', async (name, code, bytes) => {
  const path = bytes === undefined ? join(folder, 'none') : await file(`bad ${name}`, bytes);
  await expect(npyVectors(path)).rejects.toMatchObject({ code });
  await expect(safetensorsVectors(path, 'rows')).rejects.toMatchObject({ code });
});

test('a tensor that is not there, or of another kind, and files of unequal widths are refused', async () => {
  const path = await file('some.st', writeSafetensors({ rows: features(new Float32Array(3), 3, 1), flat: double }));
  await expect(safetensorsVectors(path, 'row')).rejects.toThrow('no tensor called "row"; known: rows, flat');
  await expect(safetensorsVectors(path, '__proto__')).rejects.toMatchObject({ code: 'NAME' });
  const other = await file('other.npy', encodeNpy(features(new Float32Array(2), 1, 2)));
  await expect(npyVectors([await file('one.npy', encodeNpy(single)), other])).rejects.toMatchObject({ code: 'SHAPE' });
  expect(() => joinVectors([])).toThrow(expect.objectContaining({ code: 'EMPTY' }));
});
