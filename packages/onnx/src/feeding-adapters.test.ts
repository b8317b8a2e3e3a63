import type { ElementType, ModelSummary } from '@viewforge/graph';
import { describe, expect, test } from 'vitest';
import { inputNames, outputNames } from './adapters.ts';
import { type FeedingChoice, planFeeding } from './feeding.ts';
import { noPreprocessing as none } from './preprocessing.ts';

type Shape = readonly (number | string | null)[] | null;
type Values = Readonly<Record<string, readonly [ElementType, Shape] | Shape>>;

const valuesOf = (values: Values) =>
  Object.entries(values).map(([name, value]) => {
    const isTyped = value !== null && Array.isArray(value[1]);
    const [type, shape] = (isTyped ? value : ['float32', value]) as [ElementType, Shape];
    return { name, type, shape };
  });
const model = (inputs: Values, outputs: Values): ModelSummary => ({
  irVersion: 8,
  producer: '',
  producerVersion: '',
  doc: '',
  opsets: { '': 17 },
  inputs: valuesOf(inputs),
  outputs: valuesOf(outputs),
  nodes: 1,
  external: [],
});
const plan = (summary: ModelSummary, choice: Partial<FeedingChoice> = {}, preprocessing = none) =>
  planFeeding(summary, preprocessing, { side: 'auto', layout: 'auto', pooling: 'auto', outputs: {}, ...choice }, 'm.onnx');
const ids = (shape: Shape = ['n', 't'], type: ElementType = 'int64') => [type, shape] as const;

const image = { pixel_values: ['n', 3, 224, 224] };
const bert = { input_ids: ids(), attention_mask: ids(), token_type_ids: ids() };
const clip = {
  input_ids: ids(['texts', 't']),
  pixel_values: ['images', 3, 'h', 'w'],
  attention_mask: ids(['texts', 't']),
};
const clipOutputs = {
  logits_per_image: ['images', 'texts'],
  logits_per_text: ['texts', 'images'],
  text_embeds: ['texts', 512],
  image_embeds: ['images', 512],
};

describe('what exporters write', () => {
  test.each([
    ['timm, a classifier', { input: ['n', 3, 224, 224] }, { output: ['n', 1000] }, 'output', [1000]],
    ['timm, features', { x: [1, 3, 224, 224] }, { features: ['n', 197, 384] }, 'features', [384]],
    ['optimum, DINOv2', image, { last_hidden_state: ['n', 257, 384], pooler_output: ['n', 384] }, 'pooler_output', [384]],
    [
      'optimum, a residual network',
      image,
      { last_hidden_state: ['n', 2048, 7, 7], pooler_output: ['n', 2048, 1, 1] },
      'pooler_output',
      [2048],
    ],
    [
      'optimum, a classifier with hidden states',
      image,
      { logits: ['n', 1000], 'hidden_states.12': ['n', 197, 768] },
      'logits',
      [1000],
    ],
    ['tokens before scores', image, { logits: ['n', 1000], last_hidden_state: ['n', 197, 768] }, 'last_hidden_state', [768]],
    [
      'the last layer before those under it',
      image,
      { 'hidden_states.0': ['n', 197, 768], last_hidden_state: ['n', 197, 768] },
      'last_hidden_state',
      [768],
    ],
    [
      'a vision model with projection',
      image,
      { image_embeds: ['n', 512], last_hidden_state: ['n', 50, 768] },
      'image_embeds',
      [512],
    ],
    ['CLIP, images', clip, clipOutputs, 'image_embeds', [512]],
    ['BERT', bert, { last_hidden_state: ['n', 't', 768], pooler_output: ['n', 768] }, 'pooler_output', [768]],
    ['BERT, tokens only', bert, { last_hidden_state: ['n', 't', 768] }, 'last_hidden_state', [768]],
    [
      'sentence-transformers',
      bert,
      { token_embeddings: ['n', 't', 384], sentence_embedding: ['n', 384] },
      'sentence_embedding',
      [384],
    ],
    ['nothing known', { whatever: ['n', 3, 8, 8] }, { a: ['n', 5, 6], b: ['n', 6] }, 'b', [6]],
  ] as [string, Values, Values, string, number[]][])('%s', (_, inputs, outputs, output, item) => {
    expect(plan(model(inputs, outputs)).features).toMatchObject({ output, item });
  });

  test('CLIP, texts: the image is one blank of the size that is known', () => {
    const found = plan(model(clip, clipOutputs), { side: 'text' }, { ...none, size: [32, 48] });
    expect(found).toMatchObject({ side: 'text', image: undefined, features: { output: 'text_embeds' } });
    expect(found.inputs).toEqual([
      { name: 'input_ids', role: 'tokens', type: 'int64', neutral: undefined },
      { name: 'pixel_values', role: 'image', type: 'float32', neutral: { rows: 1, item: [3, 32, 48] } },
      { name: 'attention_mask', role: 'mask', type: 'int64', neutral: undefined },
    ]);
  });

  test('CLIP, images: the text is one token, or as many as the model fixes', () => {
    const free = plan(model(clip, clipOutputs));
    expect(free.inputs.map(({ neutral }) => neutral)).toEqual([{ rows: 1, item: [1] }, undefined, { rows: 1, item: [1] }]);
    const fixed = plan(model({ ...clip, input_ids: ids([2, 77]), attention_mask: ids(['images', 77]) }, clipOutputs));
    expect(fixed.inputs.map(({ neutral }) => neutral)).toEqual([
      { rows: 2, item: [77] },
      undefined,
      { rows: undefined, item: [77] },
    ]);
  });

  test('a blank image has the layout of the model, and 224 pixels where no size is known', () => {
    const found = plan(model({ ids: ids(['texts', 't']), image: ['images', 'h', 'w', 3] }, { y: ['texts', 4] }), {
      side: 'text',
    });
    expect(found.inputs[1]!.neutral).toEqual({ rows: 1, item: [224, 224, 3] });
  });

  test('one input of whole numbers is tokens whatever its name, and floats may be a mask', () => {
    const found = plan(model({ argument_1: ids(['n', 12], 'int32'), mask: ['n', 12] }, { y: ['n', 4] }));
    expect(found).toMatchObject({ side: 'text', tokens: 12 });
    expect(found.inputs.map(({ role, type }) => [role, type])).toEqual([
      ['tokens', 'int32'],
      ['mask', 'float32'],
    ]);
  });
});

test('a pooling of tokens looks for tokens, one of the model for what it pooled', () => {
  const both = model(image, { pooler_output: ['n', 8], last_hidden_state: ['n', 5, 9], 'hidden_states.1': ['n', 5, 9] });
  for (const pooling of ['mean', 'max', 'cls'] as const) {
    expect(plan(both, { pooling }).features).toMatchObject({ output: 'last_hidden_state', item: [9] });
  }
  expect(plan(both, { pooling: 'cls+mean' }).features).toMatchObject({ output: 'last_hidden_state', classTokens: 1, item: [18] });
  expect(plan(both, { pooling: 'cls+mean', classTokens: 5 }).features.classTokens).toBe(5);
  expect(plan(both, { pooling: 'pooler' }).features).toMatchObject({ output: 'pooler_output', pooling: 'none', item: [8] });
});

test('further outputs have the shape of their pooling', () => {
  const summary = model(image, { y: ['n', 8], 'hidden_states.1': ['n', 't', 9], map: ['n', 4, 7, 'w'] });
  const outputs = {
    tokens: { output: 'hidden_states.1', pooling: 'none' },
    first: { output: 'hidden_states.1', pooling: 'cls' },
    map: { output: 'map', pooling: 'none' },
    most: { output: 'map', pooling: 'max' },
  } as const;
  const { further } = plan(summary, { outputs });
  expect(Object.entries(further).map(([name, { item }]) => [name, item])).toEqual([
    ['tokens', ['t', 9]],
    ['first', [9]],
    ['map', [4, 7, 'w']],
    ['most', [4]],
  ]);
});

test.each([
  ['two masks', { input_ids: ids(), attention_mask: ids(), mask: ids() }],
  ['tokens of bytes', { input_ids: ids(['n', 't'], 'uint8') }],
  ['only a mask', { attention_mask: ids() }],
  ['something besides images', { image: ['n', 3, 8, 8], timestep: ['float32', ['n']] }],
  ['a length beside tokens', { input_ids: ids(), lengths: ids(['n']) }],
  ['two batches of images', { left: ['n', 3, 8, 8], right: ['n', 3, 8, 8] }],
] as [string, Values][])('inputs that are not known are MODEL_INPUT: %s', (_, inputs) => {
  expect(() => plan(model(inputs, { y: ['n', 8] }))).toThrow(expect.objectContaining({ code: 'MODEL_INPUT' }));
});

test('every name of the tables is in lower case, and means one thing', () => {
  const names = Object.values(inputNames).flatMap((each) => each.names);
  expect(new Set(names).size).toBe(names.length);
  for (const name of [...names, ...Object.keys(outputNames)]) expect(name).toBe(name.toLowerCase());
});
