import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncoderInputs } from '@viewforge/core';
import { createGraph } from '@viewforge/graph';
import { integers, type Integers, type Tensor, tensor, values } from '@viewforge/tensor';
import { obeysEncoderLaws } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { imageTextModel } from './models/image-text-model.ts';
import { textTransformerModel } from './models/text-transformer-model.ts';
import { onnxEncoder } from './onnx-encoder.ts';
import { openSession } from './session.ts';

const running = { signal: new AbortController().signal };
const folder = await mkdtemp(join(tmpdir(), 'viewforge-adapters-'));
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, bytes);
  return path;
}
const text = await file('text', textTransformerModel(2));
const both = await file('both', imageTextModel(3));

const images = (n: number, side = 32): Tensor =>
  tensor(
    Float32Array.from({ length: n * 3 * side * side }, (_, i) => Math.abs(Math.sin(i * i))),
    [n, 3, side, side],
  );
const listed = (rows: readonly (readonly number[])[]): Integers =>
  integers(Int32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
const tokens = listed([
  [3, 60, 7, 9],
  [5, 63, 1, 1],
  [8, 2, 61, 1],
]);
const mask = listed([
  [1, 1, 1, 1],
  [1, 1, 0, 0],
  [1, 1, 1, 0],
]);

type Options = Parameters<typeof onnxEncoder>[0];
async function encode(options: Options, inputs: EncoderInputs): Promise<Readonly<Record<string, Tensor>>> {
  const encoder = onnxEncoder(options);
  try {
    return await encoder.encode(inputs, running);
  } finally {
    await encoder.close();
  }
}
const rows = (features: Tensor | undefined): number[][] => {
  const all = Array.from(values(features!));
  const width = all.length / features!.shape[0]!;
  return Array.from({ length: features!.shape[0]! }, (_, i) => all.slice(i * width, (i + 1) * width));
};
function expectClose(found: readonly number[][], expected: readonly number[][]): void {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [i, row] of found.entries()) {
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i]![j]!, 5); // float32
  }
}
const meanOf = (list: readonly (readonly number[])[]) =>
  list[0]!.map((_, j) => list.reduce((sum, row) => sum + row[j]!, 0) / list.length);
const cut = (row: readonly number[], width: number) =>
  Array.from({ length: row.length / width }, (_, i) => row.slice(i * width, (i + 1) * width));

describe('a text transformer', () => {
  obeysEncoderLaws(() => onnxEncoder({ model: text, maxBatch: 2 }), { tokens, mask });
  const outputs = { all: { output: 'last_hidden_state' }, last: { output: 'last_hidden_state', pooling: 'last' } } as const;

  test('means, maxima and the last token are of what the mask keeps; types are 0 and positions count up', async () => {
    const own = await encode({ model: text, outputs }, { tokens, mask });
    const kept = rows(own['all']).map((row, i) => cut(row, 32).slice(0, [4, 2, 3][i]));
    expectClose(
      rows(own['last']),
      kept.map((list) => list.at(-1)!),
    );
    const { features: mean } = await encode({ model: text, pooling: 'mean' }, { tokens, mask });
    expectClose(rows(mean), kept.map(meanOf));
    const { features: max } = await encode({ model: text, pooling: 'max' }, { tokens, mask });
    expectClose(
      rows(max),
      kept.map((list) => list[0]!.map((_, j) => Math.max(...list.map((row) => row[j]!)))),
    );
    const setup = { where: 'test', model: textTransformerModel(2), providers: ['cpu'], threads: 1, spinning: false };
    const session = await openSession(setup, running);
    const feed = (data: ArrayLike<number>) =>
      ({ type: 'int64', shape: [3, 4], data: BigInt64Array.from(Array.from(data), BigInt) }) as const;
    const feeds = {
      input_ids: feed(tokens.data),
      attention_mask: feed(mask.data),
      token_type_ids: feed(Array(12).fill(0)),
      position_ids: feed([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]),
    };
    const answer = await session.run(feeds, ['pooler_output'], running);
    await session.close();
    expectClose([rows(own['features']).flat()], [Array.from(answer.outputs['pooler_output']!.data as Float32Array)]);
  });

  test('a mask that is left out is all ones, and floats of 0 and 1 will do', async () => {
    const ones = listed(Array(3).fill([1, 1, 1, 1]));
    const full = rows((await encode({ model: text }, { tokens, mask: ones }))['features']);
    expect(rows((await encode({ model: text }, { tokens }))['features'])).toEqual(full);
    const floats = tensor(Float32Array.from(mask.data), [3, 4]);
    const masked = rows((await encode({ model: text }, { tokens, mask: floats }))['features']);
    expect(masked).toEqual(rows((await encode({ model: text }, { tokens, mask }))['features']));
    expect(masked).not.toEqual(full);
  });

  test('a number that the model has no token for is MODEL_INPUT', async () => {
    const message = expect.stringContaining('idx=64 must be within the inclusive range [-64,63]');
    await expect(encode({ model: text }, { tokens: listed([[3, 64]]) })).rejects.toMatchObject({ code: 'MODEL_INPUT', message });
  });

  test('columns of an array of other strides are read as they stand', async () => {
    const turned = integers(Int32Array.from([3, 5, 8, 60, 63, 2, 7, 1, 61, 9, 1, 1]), [4, 3]).transpose(1, 0);
    const found = await encode({ model: text }, { tokens: turned, mask });
    expect(rows(found['features'])).toEqual(rows((await encode({ model: text }, { tokens, mask }))['features']));
  });

  test.each([
    ['images', { image: images(1) }, 'USAGE', 'expected the input "tokens", and "mask" where it has padding, got "image"'],
    ['something besides', { tokens, types: mask }, 'USAGE', 'got "tokens", "types"'],
    [
      'tokens of floats',
      { tokens: tensor(new Float32Array(4), [1, 4]) },
      'SHAPE',
      'expected tokens in an Int32Array, got a Float32Array',
    ],
    ['one text without a batch', { tokens: integers(new Int32Array(4), [4]) }, 'SHAPE', 'expected tokens of [n, t], got [4]'],
    ['no token', { tokens: integers(new Int32Array(0), [2, 0]) }, 'SHAPE', 'expected tokens of [n, t], got [2,0]'],
    ['a token below 0', { tokens: listed([[3, -1]]) }, 'SHAPE', 'expected tokens >= 0, got -1 at [0, 1]'],
    ['another mask', { tokens, mask: listed([[1, 1]]) }, 'SHAPE', 'expected a mask of [3,4], as the tokens, got [1,2]'],
    [
      'a mask of lengths',
      { tokens, mask: listed(Array(3).fill([4, 0, 0, 0])) },
      'SHAPE',
      'expected a mask of 0 and 1, got another number at [0, 0]',
    ],
    [
      'an empty text',
      {
        tokens,
        mask: listed([
          [1, 0, 0, 0],
          [0, 0, 0, 0],
          [1, 1, 1, 1],
        ]),
      },
      'SHAPE',
      'a 1 in every row, got none in row 1',
    ],
  ] as [string, EncoderInputs, string, string][])('%s is refused', async (_, inputs, code, message) => {
    await expect(encode({ model: text }, inputs)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('images and texts in one file', () => {
  obeysEncoderLaws(() => onnxEncoder({ model: both, maxBatch: 2 }), { image: images(3) });
  obeysEncoderLaws(() => onnxEncoder({ model: both, side: 'text', maxBatch: 2 }), { tokens, mask });

  test('each side gives its own embeddings, whatever the other is fed', async () => {
    const setup = { where: 'test', model: imageTextModel(3), providers: ['cpu'], threads: 1, spinning: false };
    const session = await openSession(setup, running);
    const feeds = {
      input_ids: { type: 'int64', shape: [3, 4], data: BigInt64Array.from(tokens.data, BigInt) },
      attention_mask: { type: 'int64', shape: [3, 4], data: BigInt64Array.from(mask.data, BigInt) },
      pixel_values: { type: 'float32', shape: [2, 3, 32, 32], data: Float32Array.from(values(images(2))) },
    } as const;
    const answer = await session.run(feeds, ['image_embeds', 'text_embeds'], running);
    await session.close();
    const image = await encode({ model: both }, { image: images(2) });
    const texts = await encode({ model: both, side: 'text' }, { tokens, mask });
    expectClose([rows(image['features']).flat()], [Array.from(answer.outputs['image_embeds']!.data as Float32Array)]);
    expectClose([rows(texts['features']).flat()], [Array.from(answer.outputs['text_embeds']!.data as Float32Array)]);
  });

  test('the facts are those of the side', async () => {
    const image = onnxEncoder({ model: both });
    const texts = onnxEncoder({ model: both, side: 'text' });
    expect((await image.open(running)).inputs).toEqual({ image: { type: 'float32', shape: ['n', 3, 32, 32] } });
    expect(await texts.open(running)).toMatchObject({
      inputs: { tokens: { type: 'int32', shape: ['n', 't'] }, mask: { type: 'int32', shape: ['n', 't'] } },
      outputs: { features: { shape: ['n', 24] } },
      width: 24,
    });
    await Promise.all([image.close(), texts.close()]);
  });

  test('a model whose sides share the number of items is fed as many blank ones', async () => {
    const graph = createGraph({ name: 'shared' });
    const pixels = graph.input('pixel_values', 'float32', ['n', 1, 1, 2]);
    const ids = graph.input('input_ids', 'int32', ['n', 3]);
    const flat = graph.node('Flatten', [pixels], { axis: 1 });
    graph.output('sum', graph.node('Concat', [flat, graph.node('Cast', [ids], { to: 1 })], { axis: 1 }), 'float32', ['n', 5]);
    const model = await file('shared', graph.bytes());
    const image = tensor(Float32Array.of(1, 2, 3, 4), [2, 1, 1, 2]);
    expect(rows((await encode({ model }, { image }))['features'])).toEqual([
      [1, 2, 0, 0, 0],
      [3, 4, 0, 0, 0],
    ]);
    const numbers = listed([
      [5, 6, 7],
      [8, 9, 1],
    ]);
    expect(rows((await encode({ model, side: 'text' }, { tokens: numbers }))['features'])).toEqual([
      [0, 0, 5, 6, 7],
      [0, 0, 8, 9, 1],
    ]);
  });
});
