import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncoderInputs } from '@viewforge/core';
import { createGraph, type Graph } from '@viewforge/graph';
import { integers, type Integers, values } from '@viewforge/tensor';
import { afterAll, expect, test } from 'vitest';
import { onnxEncoder } from './onnx-encoder.ts';

const running = { signal: new AbortController().signal };
const folder = await mkdtemp(join(tmpdir(), 'viewforge-fixed-'));
afterAll(() => rm(folder, { recursive: true }));

const listed = (rows: readonly (readonly number[])[]): Integers =>
  integers(Int32Array.from(rows.flat()), [rows.length, rows[0]!.length]);

/** Rows of features of a model file with these bytes. */
async function encode(
  bytes: Uint8Array,
  options: Omit<Parameters<typeof onnxEncoder>[0], 'model'>,
  inputs: EncoderInputs,
): Promise<number[][]> {
  const model = join(folder, 'model.onnx');
  await writeFile(model, bytes);
  const encoder = onnxEncoder({ model, ...options });
  try {
    const features = (await encoder.encode(inputs, running))['features']!;
    const [n, d] = features.shape as [number, number];
    const all = Array.from(values(features));
    return Array.from({ length: n }, (_, i) => all.slice(i * d, (i + 1) * d));
  } finally {
    await encoder.close();
  }
}

/** Numbers and mask as they are fed: [n, 6] of a model whose number of items, tokens and types are fixed. */
function echo(graph: Graph, n: number | string): Uint8Array {
  const ids = graph.node('Cast', [graph.input('input_ids', 'int32', [n, 3])], { to: 1 });
  graph.output('y', graph.node('Concat', [ids, graph.input('attention_mask', 'float32', [n, 3])], { axis: 1 }), 'float32', [
    n,
    6,
  ]);
  return graph.bytes();
}

test.each([
  ['free', 'n'],
  ['fixed', 2],
] as const)('texts of a fixed length in parts of a %s number, in the types that the model wants', async (_, n) => {
  const model = echo(createGraph({ name: 'echo' }), n);
  const numbers = listed([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  const kept = listed([
    [1, 1, 0],
    [1, 0, 0],
    [1, 1, 1],
  ]);
  expect(await encode(model, { maxBatch: 2 }, { tokens: numbers, mask: kept })).toEqual([
    [1, 2, 3, 1, 1, 0],
    [4, 5, 6, 1, 0, 0],
    [7, 8, 9, 1, 1, 1],
  ]);
  await expect(encode(model, {}, { tokens: listed([[1, 2]]) })).rejects.toMatchObject({
    code: 'SHAPE',
    message: expect.stringContaining('expected tokens of [n, 3], got [1,2]; pad or cut texts'),
  });
});

test('texts that pad a fixed number, and those of a warm-up, have tokens besides those that are left out', async () => {
  const graph = createGraph({ name: 'numbers' });
  const ids = graph.node('Cast', [graph.input('input_ids', 'int32', [2, 't'])], { to: 1 });
  graph.output('y', graph.node('Unsqueeze', [ids, graph.whole([2])]), 'float32', [2, 't', 'd']);
  const options = { pooling: 'cls+mean', warmUp: { runs: 1 } } as const;
  expect(await encode(graph.bytes(), options, { tokens: listed([[1, 2, 4]]) })).toEqual([[1, 3]]);
});
