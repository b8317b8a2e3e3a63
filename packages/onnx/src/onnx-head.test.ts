import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph, type Graph, type Value } from '@viewforge/graph';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { running } from '@viewforge/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onnxHead } from './onnx-head.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-onnx-head-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The path of a model whose output is stated to be as its input, [n, 2]. */
async function headOf(name: string, n: number | string, build: (graph: Graph, x: Value) => Value): Promise<string> {
  const graph = createGraph({ name });
  graph.output('y', build(graph, graph.input('x', 'float32', [n, 2])), 'float32', [n, 2]);
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, graph.bytes());
  return path;
}

async function project(options: Parameters<typeof onnxHead>[0], ...numbers: number[]): Promise<number[]> {
  const head = onnxHead(options);
  const image = tensor(Float32Array.from(numbers), [numbers.length / 2, 2]) as Tensor;
  try {
    return [...values((await head.encode({ image }, running()))['features']!)];
  } finally {
    await head.close();
  }
}

test('a model of a fixed number of rows gets so many at a time, the last ones padded', async () => {
  const model = await headOf('fixed', 2, (graph, x) => graph.node('Add', [x, x]));
  expect(await project({ model, warmUp: { runs: 1 } }, 1, 2, 3, 4, 5, 6)).toEqual([2, 4, 6, 8, 10, 12]);
});

test('a model that gives other rows than it states is MODEL_OUTPUT', async () => {
  const model = await headOf('other', 'n', (graph, x) => graph.node('Concat', [x, x], { axis: 0 }));
  await expect(project({ model }, 1, 2, 3, 4)).rejects.toMatchObject({
    code: 'MODEL_OUTPUT',
    message: expect.stringContaining('expected "y" of [2,2], got [4,2]'),
  });
});
