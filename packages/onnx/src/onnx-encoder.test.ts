import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Encoder } from '@viewforge/core';
import { createGraph, type Dimension, type Graph, type Value } from '@viewforge/graph';
import { type Tensor, tensor, values, zeros } from '@viewforge/tensor';
import { obeysEncoderLaws, obeysOptionLaws } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { onnxEncoder } from './onnx-encoder.ts';

const running = { signal: new AbortController().signal };
const folder = await mkdtemp(join(tmpdir(), 'viewforge-encoder-'));
afterAll(() => rm(folder, { recursive: true }));

let written = 0;
/** A model file whose output is made from the image by `build`; returns its path. */
async function model(
  input: readonly Dimension[],
  output: readonly Dimension[],
  build: (graph: Graph, image: Value) => Value,
): Promise<string> {
  const graph = createGraph({ name: 'test' });
  graph.output('y', build(graph, graph.input('image', 'float32', input)), 'float32', output);
  const path = join(folder, `model-${written++}.onnx`);
  await writeFile(path, graph.bytes());
  return path;
}
/** All numbers of the image as they are fed. */
const flat = (input: readonly Dimension[]) =>
  model(input, ['n', 'd'], (graph, image) => graph.node('Flatten', [image], { axis: 1 }));
/** The mean of each channel. */
const means = (graph: Graph, image: Value) => graph.node('Flatten', [graph.node('GlobalAveragePool', [image])], { axis: 1 });

const images = (n: number, c = 3, h = 4, w = 4): Tensor =>
  tensor(
    Float32Array.from({ length: n * c * h * w }, (_, i) => ((i * 37) % 101) / 101),
    [n, c, h, w],
  );

async function encode(encoder: Encoder, image: Tensor): Promise<Tensor> {
  try {
    return (await encoder.encode({ image }, running))['features']!;
  } finally {
    await encoder.close();
  }
}
const rounded = (features: Tensor) => Array.from(values(features), (value) => Number(value.toFixed(5)));

const convolution = await model(['n', 3, 'h', 'w'], ['n', 5], (graph, image) => {
  const weights = Float32Array.from({ length: 5 * 27 }, (_, i) => Math.sin(i));
  return means(graph, graph.node('Relu', [graph.node('Conv', [image, graph.constant(weights, [5, 3, 3, 3])])]));
});
obeysEncoderLaws(() => onnxEncoder({ model: convolution, maxBatch: 3 }), { image: images(7, 3, 9, 11) });
obeysOptionLaws(onnxEncoder, { model: convolution });

test('what is fed is (x - mean) / deviation, in the layout of the model', async () => {
  const image = images(1, 3, 1, 2);
  const fed = values(image);
  const normal = [0, 0, 1, 1, 2, 2].map((channel, i) => (fed[i]! - [0.1, 0.2, 0.3][channel]!) / [0.5, 0.25, 2][channel]!);
  const options = { mean: [0.1, 0.2, 0.3], deviation: [0.5, 0.25, 2] };
  const planar = rounded(await encode(onnxEncoder({ model: await flat(['n', 3, 1, 2]), ...options }), image));
  expect(planar).toEqual(normal.map((value) => Number(value.toFixed(5))));
  const interleaved = rounded(await encode(onnxEncoder({ model: await flat(['n', 1, 2, 3]), ...options }), image));
  expect(interleaved).toEqual([0, 2, 4, 1, 3, 5].map((i) => planar[i]));
});

describe('a batch of any size through a model of any batch', () => {
  test.each([
    ['free, in parts', ['n', 3, 4, 4], 2],
    ['free, at once', ['n', 3, 4, 4], 100],
    ['one at a time', [1, 3, 4, 4], 32],
    ['four at a time, the last part padded', [4, 3, 4, 4], 32],
  ] as [string, Dimension[], number][])('%s', async (_, input, maxBatch) => {
    const path = await model(input, [input[0]!, 3], means);
    const image = images(7);
    const features = await encode(onnxEncoder({ model: path, maxBatch }), image);
    expect(features.shape).toEqual([7, 3]);
    const all = values(image);
    for (const [i, mean] of values(features).entries()) {
      const plane = Array.from(all.subarray(i * 16, (i + 1) * 16));
      expect(mean).toBeCloseTo(plane.reduce((a, b) => a + b) / 16, 6);
    }
  });

  test('none at all gives [0, d]', async () => {
    const features = await encode(onnxEncoder({ model: await model(['n', 3, 4, 4], ['n', 3], means) }), images(0));
    expect(features.shape).toEqual([0, 3]);
  });
});

test('many encodings at once do not mix', async () => {
  const encoder = onnxEncoder({ model: await flat(['n', 1, 1, 1]), maxBatch: 2 });
  const batches = [1, 2, 3, 4, 5].map((k) => tensor(Float32Array.of(k, k + 0.1, k + 0.2), [3, 1, 1, 1]));
  const found = await Promise.all(
    batches.map(async (image) => [...values((await encoder.encode({ image }, running))['features']!)]),
  );
  await encoder.close();
  expect(found).toEqual(batches.map((image) => [...values(image)]));
});

test('a width the file does not state is found by a run', async () => {
  const encoder = onnxEncoder({ model: await flat(['n', 3, 2, 5]) });
  expect(await encoder.open(running)).toMatchObject({
    width: 30,
    inputs: { image: { shape: ['n', 3, 2, 5] } },
    outputs: { features: { shape: ['n', 30] } },
  });
  await encoder.close();
});

test('tokens: their mean, the first, or all', async () => {
  const path = await model(['n', 1, 3, 2], ['n', 2, 3], (graph, image) =>
    graph.node('Reshape', [image, graph.whole([-1, 2, 3])]),
  );
  const image = tensor(Float32Array.of(0, 1, 2, 3, 4, 5), [1, 1, 3, 2]);
  expect(rounded(await encode(onnxEncoder({ model: path }), image))).toEqual([1.5, 2.5, 3.5]);
  expect(rounded(await encode(onnxEncoder({ model: path, pooling: 'cls' }), image))).toEqual([0, 1, 2]);
  expect(rounded(await encode(onnxEncoder({ model: path, pooling: 'none' }), image))).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a preprocessor configuration beside the model is used, and options win over it', async () => {
  const path = await flat(['n', 1, 'h', 'w']);
  const config = join(folder, 'other.json');
  await writeFile(config, JSON.stringify({ size: 2, image_mean: [0.5], image_std: [0.5] }));
  const image = tensor(Float32Array.of(0, 0.5, 1, 0.25), [1, 1, 2, 2]);
  expect(rounded(await encode(onnxEncoder({ model: path, preprocessor: config }), image))).toEqual([-1, 0, 1, -0.5]);
  expect(rounded(await encode(onnxEncoder({ model: path, preprocessor: config, mean: [0] }), image))).toEqual([0, 1, 2, 0.5]);
  await expect(encode(onnxEncoder({ model: path, preprocessor: config }), images(1, 1, 3, 3))).rejects.toMatchObject({
    code: 'SHAPE',
  });
});

test.each([
  ['another size', images(1, 3, 5, 5), "got [1,3,5,5]; set the size of the plan's views to 4"],
  ['another number of channels', images(1, 1), 'got [1,1,4,4]'],
  ['no batch', tensor(new Float32Array(48), [3, 4, 4]), 'got [3,4,4]'],
])('images of %s are SHAPE, which says what to do', async (_, image, message) => {
  const encoder = onnxEncoder({ model: await model(['n', 3, 4, 4], ['n', 3], means) });
  await expect(encode(encoder, image)).rejects.toMatchObject({
    code: 'SHAPE',
    message: expect.stringContaining(`expected images of [n, 3, 4, 4], ${message}`),
  });
});

test.each([
  ['Uint8Array', new Uint8Array(48)],
  ['Int32Array', new Int32Array(48)],
])('images in a %s are SHAPE, and not taken for floats', async (name, data) => {
  const encoder = onnxEncoder({ model: await model(['n', 3, 4, 4], ['n', 3], means) });
  await expect(encode(encoder, Object.assign(zeros([1, 3, 4, 4]), { data }))).rejects.toMatchObject({
    code: 'SHAPE',
    message: expect.stringContaining(`expected images of floats in [0, 1], got a ${name}`),
  });
});

test('a model that is missing, broken, too large or no image encoder is told by its code', async () => {
  const broken = join(folder, 'broken.onnx');
  await writeFile(broken, 'no model');
  const text = await model(['n', 't'], ['n', 't'], (_, x) => x);
  const unknown = await model(['n', 3, 4, 4], ['n', 3], (graph, x) => graph.node('NoSuchOperator', [x]));
  const cases = [
    [{ model: join(folder, 'none.onnx') }, 'FILE_MISSING', 'none.onnx'],
    [{ model: broken }, 'MODEL_CORRUPT', 'broken.onnx: expected an ONNX model'],
    [{ model: unknown }, 'MODEL_CORRUPT', 'NoSuchOperator'],
    [{ model: text, maxBytes: 5 }, 'MODEL_TOO_LARGE', 'at most 5 bytes'],
    [{ model: text }, 'MODEL_INPUT', 'position_ids), got image: float32 [n, t]'],
  ] as const;
  for (const [options, code, message] of cases) {
    const encoder = onnxEncoder(options);
    await expect(encoder.open(running)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await encoder.close();
  }
});

test('an output with other rows than items is MODEL_OUTPUT', async () => {
  const path = await model(['n', 3, 4, 4], ['m', 48], (graph, image) => graph.node('Reshape', [image, graph.whole([1, -1])]));
  await expect(encode(onnxEncoder({ model: path }), images(2))).rejects.toMatchObject({
    code: 'MODEL_OUTPUT',
    message: expect.stringContaining('with 2 rows'),
  });
});

test('one caller that gives up does not stop the opening that another waits for', async () => {
  const encoder = onnxEncoder({ model: convolution });
  const stop = new AbortController();
  const impatient = encoder.open(stop);
  const patient = encoder.open(running);
  stop.abort('too slow');
  await expect(impatient).rejects.toBe('too slow');
  await expect(patient).resolves.toMatchObject({ width: 5 });
  await encoder.close();
  await expect(encoder.encode({ image: images(1) }, running)).rejects.toMatchObject({ code: 'USAGE' });
});

test('closing while it opens is clean', async () => {
  const encoder = onnxEncoder({ model: convolution });
  const opening = encoder.open(running).then(
    () => 'opened',
    (error: { code: string }) => error.code,
  );
  await encoder.close();
  expect(['opened', 'ABORTED']).toContain(await opening);
});

test('numbers in a file beside the model are loaded with it', async () => {
  const graph = createGraph({ name: 'external' });
  const x = graph.input('image', 'float32', ['n', 1, 1, 4]);
  graph.output('y', graph.node('Flatten', [graph.node('Add', [x, { name: 'w' }])], { axis: 1 }), 'float32', ['n', 4]);
  const bytes = (field: number, content: string | readonly number[]): number[] => {
    const inner = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
    return [(field << 3) | 2, inner.length, ...inner];
  };
  const entry = (key: string, value: string) => bytes(13, [...bytes(1, key), ...bytes(2, value)]);
  // [4] float32 "w" at byte 4 of w.bin; a second graph field is merged into the first
  const initializer = [
    8,
    4,
    16,
    1,
    ...bytes(8, 'w'),
    ...entry('location', 'w.bin'),
    ...entry('offset', '4'),
    ...entry('length', '16'),
    112,
    1,
  ];
  const path = join(folder, 'external.onnx');
  await writeFile(path, Uint8Array.from([...graph.bytes(), ...bytes(7, bytes(5, initializer))]));
  await writeFile(join(folder, 'w.bin'), new Uint8Array(Float32Array.of(99, 1, 2, 3, 4).buffer));
  expect(rounded(await encode(onnxEncoder({ model: path }), zeros([1, 1, 1, 4])))).toEqual([1, 2, 3, 4]);
});
