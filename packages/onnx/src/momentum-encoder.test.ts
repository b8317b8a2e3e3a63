import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph } from '@viewforge/graph';
import { parseSafetensors, type Tensor, tensor, values } from '@viewforge/tensor';
import { running } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { type MomentumEncoder, momentumEncoder, type MomentumEncoderOptions } from './momentum-encoder.ts';

/** Images [n, 1, 1, 2] to features [n, 2]: x W + b, with W and b named as the graph names constants. */
function linear(weight: readonly number[], bias: readonly number[]): Uint8Array {
  const graph = createGraph({ name: 'linear' });
  const rows = graph.node('Flatten', [graph.input('image', 'float32', ['n', 1, 1, 2])], { axis: 1 });
  const product = graph.node('MatMul', [rows, graph.constant(Float32Array.from(weight), [2, 2])]);
  graph.output('features', graph.node('Add', [product, graph.constant(Float32Array.from(bias), [2])]), 'float32', ['n', 2]);
  return graph.bytes();
}

/** The mean over its statistics taken off, one channel. */
function normalized(): Uint8Array {
  const graph = createGraph({ name: 'normalized' });
  const image = graph.input('image', 'float32', ['n', 1, 1, 1]);
  const [scale, shift, mean, variance] = [1, 0, 0, 1].map((value) => graph.constant(Float32Array.of(value), [1]));
  const centered = graph.node('BatchNormalization', [image, scale, shift, mean, variance], { epsilon: { float: 0 } });
  graph.output('features', graph.node('Flatten', [centered], { axis: 1 }), 'float32', ['n', 1]);
  return graph.bytes();
}

const opened: MomentumEncoder[] = [];
const make = (options: Partial<MomentumEncoderOptions> = {}): MomentumEncoder => {
  const encoder = momentumEncoder({ model: linear([1, 0, 0, 1], [0, 0]), threads: 1, ...options });
  opened.push(encoder);
  return encoder;
};
const folder = mkdtempSync(join(tmpdir(), 'viewforge-momentum-'));
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  rmSync(folder, { recursive: true });
});

const single = (numbers: readonly number[], shape: readonly number[]): Tensor => tensor(Float32Array.from(numbers), shape);
const image = single([1, 2, 3, 4], [2, 1, 1, 2]);
const featuresOf = async (encoder: MomentumEncoder, index: number, role = 'view') => {
  const { features } = await encoder.encode({ image }, { ...running(), role, index });
  return [...values(features!)];
};
const weightOf = async (encoder: MomentumEncoder, set: 'query' | 'key', name = 'constant_0') => [
  ...values((await encoder.weights(set))[name]!),
];

describe('three steps by hand', () => {
  // W_q: identity, then 2, then 4 times it; m = 0.5: W_k 1, then 1.5, then 2.75, then 3.375
  const steps = [
    { weight: 2, key: 1.5 },
    { weight: 4, key: 2.75 },
    { weight: 4, key: 3.375 },
  ];

  test('the key moves before it is used, and features of both are those of their weights', async () => {
    const encoder = make({ momentum: 0.5 });
    expect(await featuresOf(encoder, 0)).toEqual([1, 2, 3, 4]);
    expect(await featuresOf(encoder, 1), 'the key begins as a copy').toEqual([1, 2, 3, 4]);
    for (const { weight, key } of steps) {
      await encoder.update({ constant_0: single([weight, 0, 0, weight], [2, 2]) });
      expect(await featuresOf(encoder, 0)).toEqual([1, 2, 3, 4].map((each) => weight * each));
      expect(await featuresOf(encoder, 1)).toEqual([1, 2, 3, 4].map((each) => key * each));
    }
  });

  test('a bias follows as well, and one that is left out stays', async () => {
    const encoder = make({ momentum: 0.5 });
    await encoder.update({ constant_1: single([4, -4], [2]) });
    expect(await featuresOf(encoder, 0)).toEqual([5, -2, 7, 0]);
    expect(await featuresOf(encoder, 1)).toEqual([3, 0, 5, 2]);
    expect(await weightOf(encoder, 'query')).toEqual([1, 0, 0, 1]);
  });
});

test('a key of 1 and a query of 2 give 1.001; momentum 1 leaves, 0 copies, a schedule may say it for each step', async () => {
  const encoder = make();
  const two = { constant_0: single([2, 2, 2, 2], [2, 2]) };
  await encoder.update(two);
  expect(await weightOf(encoder, 'key')).toEqual([1.001, 0.002, 0.002, 1.001].map(Math.fround));
  await encoder.update({}, 1);
  expect((await weightOf(encoder, 'key'))[0]).toBe(Math.fround(1.001));
  await encoder.update({}, 0);
  expect(await weightOf(encoder, 'key')).toEqual([2, 2, 2, 2]);
  expect(await featuresOf(encoder, 1)).toEqual(await featuresOf(encoder, 0));
});

test.each([
  [[{ role: 'teacher' }], ['view 0', 'view 1']],
  [[{ index: 1 }], ['view 0', 'teacher 0']],
  [[{ role: 'view', index: 0 }, { role: 'teacher' }], ['view 1']],
])('views %o are keys', async (keys, queries) => {
  const encoder = make({ keys });
  await encoder.update({ constant_0: single([0, 0, 0, 0], [2, 2]) }, 1);
  const found: string[] = [];
  for (const [role, index] of [
    ['view', 0],
    ['view', 1],
    ['teacher', 0],
  ] as const)
    if ((await featuresOf(encoder, index, role)).every((each) => each === 0)) found.push(`${role} ${index}`);
  expect(found).toEqual(queries);
});

test('statistics of batch normalizations follow as weights do, or are copied', async () => {
  const update = { constant_2: single([8], [1]) };
  for (const [emaBuffers, mean] of [
    ['averaged', 2],
    ['copied', 8],
  ] as const) {
    const encoder = make({ model: normalized(), momentum: 0.75, emaBuffers });
    await encoder.update(update);
    const { features } = await encoder.encode({ image: single([10], [1, 1, 1, 1]) }, { ...running(), index: 1 });
    expect(features!.get(0, 0)).toBe(10 - mean);
  }
});

test('weights that are not chosen stay as they are in the model', async () => {
  const encoder = make({ choose: ({ shape }) => shape.length === 1 });
  expect(Object.keys(await encoder.weights('query'))).toEqual(['constant_1']);
  await expect(encoder.update({ constant_0: single([1, 1, 1, 1], [2, 2]) })).rejects.toMatchObject({
    code: 'NAME',
    message: expect.stringContaining('expected weights of constant_1, got "constant_0"'),
  });
});

test('what cannot be taken changes nothing', async () => {
  const encoder = make();
  await expect(encoder.update({ constant_0: single([1], [1]) })).rejects.toMatchObject({ code: 'SHAPE' });
  await expect(encoder.update({ constant_1: single([9, 9], [2]) }, 1.5)).rejects.toMatchObject({ code: 'OPTION' });
  await expect(encoder.restore(Uint8Array.of(1, 2))).rejects.toMatchObject({ code: 'FILE_FORMAT' });
  expect(await featuresOf(encoder, 0)).toEqual([1, 2, 3, 4]);
  expect(() => momentumEncoder({ model: linear([1, 0, 0, 1], [0, 0]), momentum: -1 })).toThrow('momentum');
});

test('an update waits for what is being encoded, and what comes after it sees the new weights', async () => {
  const encoder = make({ maxBatch: 1 });
  const many = single(new Array(400).fill(1), [200, 1, 1, 2]);
  await encoder.open(running());
  const before = encoder.encode({ image: many }, { ...running(), index: 0 });
  const update = encoder.update({ constant_0: single([3, 0, 0, 3], [2, 2]) });
  const after = encoder.encode({ image: many }, { ...running(), index: 0 });
  await update;
  expect(new Set(values((await before)['features']!))).toEqual(new Set([1]));
  expect(new Set(values((await after)['features']!))).toEqual(new Set([3]));
});

test('both sets are saved and restored, and go on as if nothing had been between', async () => {
  const encoder = make({ momentum: 0.9 });
  const next = { constant_0: single([5, 1, 2, 7], [2, 2]) };
  await encoder.update(next);
  const saved = await encoder.save();
  expect(Object.keys(parseSafetensors(saved).entries)).toEqual([
    'query/constant_0',
    'query/constant_1',
    'key/constant_0',
    'key/constant_1',
  ]);
  const other = make({ momentum: 0.9 });
  await other.restore(saved);
  for (const each of [encoder, other]) await each.update({ constant_1: single([1, 1], [2]) });
  for (const index of [0, 1]) expect(await featuresOf(other, index)).toEqual(await featuresOf(encoder, index));
  const foreign = make({ model: normalized() });
  await expect(foreign.restore(saved)).rejects.toMatchObject({
    code: 'NAME',
    message: expect.stringContaining('"query/constant_2"'),
  });
});

test('a model may be a file; its digest is left out, as it changes', async () => {
  const path = join(folder, 'linear.onnx');
  writeFileSync(path, linear([2, 0, 0, 2], [0, 0]));
  const encoder = make({ model: path });
  const facts = await encoder.open(running());
  expect([facts.width, facts.digest, encoder.changes]).toEqual([2, undefined, true]);
  expect(await featuresOf(encoder, 0)).toEqual([2, 4, 6, 8]);
});
