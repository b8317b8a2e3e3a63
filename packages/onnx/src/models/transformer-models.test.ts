import { readModel } from '@viewforge/graph';
import { type PlainWeights, referenceLinear, referenceTransformer, tableRow } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { openSession } from '../session.ts';
import type { Payloads } from '../session-messages.ts';
import { imageTextModel, imageTextWeights, smallImageText } from './image-text-model.ts';
import { smallTextTransformer, textTransformerModel, textTransformerWeights } from './text-transformer-model.ts';
import { smallVisionTransformer, visionTransformerModel, visionTransformerWeights } from './vision-transformer-model.ts';

const running = { signal: new AbortController().signal };
const longs = (numbers: readonly number[], shape: readonly number[]) =>
  ({ type: 'int64', shape, data: BigInt64Array.from(numbers, BigInt) }) as const;
const pixels = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(i * i));
const pictures = { type: 'float32', shape: [2, 3, 32, 32], data: pixels.slice() } as const;
const ids = [
  [3, 60, 7, 9, 0],
  [5, 63, 0, 0, 0],
];
const mask = [
  [1, 1, 1, 1, 0],
  [1, 1, 0, 0, 0],
];

async function outputsOf(model: Uint8Array, feeds: Payloads, names: readonly string[]) {
  const session = await openSession({ where: 'test', model, providers: ['cpu'], threads: 1, spinning: false }, running);
  const { outputs } = await session.run(feeds, names, running);
  await session.close();
  return names.map((name) => ({ shape: outputs[name]!.shape, data: Array.from(outputs[name]!.data as Float32Array) }));
}

/** float32 through two layers */
function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  const apart = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
  expect(apart).toBeLessThan(1e-5);
}

/** Tokens of image `item`, class token first: every patch [3, patch, patch] by a linear map, and the layers. */
function visionReference(weights: PlainWeights, item: number): number[][] {
  const { size, patch } = smallVisionTransformer;
  const patches: number[][] = [];
  for (let top = 0; top < size; top += patch) {
    for (let left = 0; left < size; left += patch) {
      const numbers: number[] = [];
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < patch; y++) {
          for (let x = 0; x < patch; x++) numbers.push(pixels[((item * 3 + c) * size + top + y) * size + left + x]!);
        }
      }
      patches.push(numbers);
    }
  }
  const tokens = [tableRow(weights, 'class', 0), ...referenceLinear(patches, weights, 'patches')];
  const placed = tokens.map((row, t) => row.map((value, j) => value + tableRow(weights, 'positions', t)[j]!));
  return referenceTransformer(placed, weights, 'vision', smallVisionTransformer);
}

function textReference(weights: PlainWeights, item: number, hasSegments: boolean): number[][] {
  const tokens = ids[item]!.map((id, t) =>
    tableRow(weights, 'words', id).map(
      (value, j) => value + tableRow(weights, 'places', t)[j]! + (hasSegments ? tableRow(weights, 'segments', 0)[j]! : 0),
    ),
  );
  return referenceTransformer(tokens, weights, 'text', smallTextTransformer, mask[item]!);
}

const unit = (row: readonly number[]) => row.map((value) => value / Math.hypot(...row));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

test('the vision transformer is the reference, token by token', async () => {
  const weights = visionTransformerWeights(1);
  const model = visionTransformerModel(1);
  const [tokens, pooled] = await outputsOf(model, { pixel_values: pictures }, ['last_hidden_state', 'pooler_output']);
  const expected = [0, 1].map((item) => visionReference(weights, item));
  expect(tokens!.shape).toEqual([2, 17, 32]);
  expectClose(tokens!.data, expected.flat(2));
  expectClose(
    pooled!.data,
    expected.flatMap(([first]) => first!),
  );
});

test('the text transformer is the reference, and looks at nothing that the mask leaves out', async () => {
  const weights = textTransformerWeights(2);
  const feeds = (numbers: readonly (readonly number[])[]) => ({
    input_ids: longs(numbers.flat(), [2, 5]),
    attention_mask: longs(mask.flat(), [2, 5]),
    token_type_ids: longs(Array(10).fill(0), [2, 5]),
    position_ids: longs([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], [2, 5]),
  });
  const names = ['last_hidden_state', 'pooler_output'];
  const [tokens, pooled] = await outputsOf(textTransformerModel(2), feeds(ids), names);
  const expected = [0, 1].map((item) => textReference(weights, item, true));
  expectClose(tokens!.data, expected.flat(2));
  const first = expected.map(([token]) => token!);
  expectClose(pooled!.data, referenceLinear(first, weights, 'pooler').flat().map(Math.tanh));
  const padded = ids.map((row, item) => row.map((id, t) => (mask[item]![t] === 0 ? 40 : id)));
  const [, again] = await outputsOf(textTransformerModel(2), feeds(padded), names);
  expectClose(again!.data, pooled!.data);
});

test('images and texts end up in one space, an image by its class token and a text by its end', async () => {
  const weights = imageTextWeights(3);
  const feeds = {
    input_ids: longs(ids.flat(), [2, 5]),
    attention_mask: longs(mask.flat(), [2, 5]),
    pixel_values: { ...pictures, data: pixels.slice() },
  };
  const names = ['image_embeds', 'text_embeds', 'logits_per_image', 'logits_per_text'];
  const found = await outputsOf(imageTextModel(3), feeds, names);
  const project = (row: readonly number[], side: string) =>
    unit(referenceLinear([row], { 'p.weight': weights[`projection.${side}`]! }, 'p')[0]!);
  const images = [0, 1].map((item) => project(visionReference(weights, item)[0]!, 'image'));
  const texts = [0, 1].map((item) =>
    project(textReference(weights, item, false)[ids[item]!.indexOf(Math.max(...ids[item]!))]!, 'text'),
  );
  expectClose(found[0]!.data, images.flat());
  expectClose(found[1]!.data, texts.flat());
  expectClose(
    found[2]!.data,
    images.flatMap((a) => texts.map((b) => 10 * dot(a, b))),
  );
  expectClose(
    found[3]!.data,
    texts.flatMap((b) => images.map((a) => 10 * dot(a, b))),
  );
  expect(found[0]!.shape).toEqual([2, smallImageText.projection]);
});

describe.each([
  ['vision transformer', visionTransformerModel, ['pixel_values'], ['last_hidden_state', 'pooler_output']],
  [
    'text transformer',
    textTransformerModel,
    ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'],
    ['last_hidden_state', 'pooler_output'],
  ],
  [
    'images and texts',
    imageTextModel,
    ['input_ids', 'pixel_values', 'attention_mask'],
    ['logits_per_image', 'logits_per_text', 'text_embeds', 'image_embeds'],
  ],
] as const)('%s', (_, make, inputs, outputs) => {
  test('has the inputs and outputs of exporters, and the seed decides every byte', () => {
    const found = readModel(make(1));
    expect(found.inputs.map(({ name }) => name)).toEqual(inputs);
    expect(found.outputs.map(({ name }) => name)).toEqual(outputs);
    expect(Buffer.compare(make(1), make(1))).toBe(0);
    expect(Buffer.compare(make(1), make(2))).not.toBe(0);
  });
});
