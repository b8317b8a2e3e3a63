import type { ModelSummary, ModelValue } from '@viewforge/graph';
import { expect, test } from 'vitest';
import { type FeedingChoice, planFeeding } from './feeding.ts';
import { noPreprocessing as none } from './preprocessing.ts';

type Shape = ModelValue['shape'];
const model = (input: Shape, outputs: Readonly<Record<string, Shape>> = { y: ['n', 8] }): ModelSummary => ({
  irVersion: 8,
  producer: '',
  producerVersion: '',
  doc: '',
  opsets: { '': 17 },
  inputs: [{ name: 'x', type: 'float32', shape: input }],
  outputs: Object.entries(outputs).map(([name, shape]) => ({ name, type: 'float32', shape })),
  nodes: 1,
  external: [],
});
const plan = (summary: ModelSummary, choice: Partial<FeedingChoice> = {}, preprocessing = none) =>
  planFeeding(summary, preprocessing, { side: 'auto', layout: 'auto', pooling: 'auto', outputs: {}, ...choice }, 'm.onnx');

test.each([
  ['channels second', ['n', 3, 32, 48], { layout: 'nchw', channels: 3, size: [32, 48] }],
  ['channels last', ['n', 32, 48, 3], { layout: 'nhwc', channels: 3, size: [32, 48] }],
  ['one channel last', [4, 28, 28, 1], { layout: 'nhwc', channels: 1, size: [28, 28] }],
  ['three colors before one row', ['n', 1, 20, 3], { layout: 'nhwc', channels: 3, size: [1, 20] }],
  ['nothing known', ['n', null, null, null], { layout: 'nchw', channels: 3, size: undefined }],
] as [string, Shape, object][])('the input tells layout, channels and size: %s', (_, shape, expected) => {
  expect(plan(model(shape)).image).toMatchObject(expected);
});

test('a fixed batch is kept to, a free one is not stated', () => {
  expect(plan(model([4, 3, 8, 8])).batch).toBe(4);
  expect(plan(model(['n', 3, 8, 8])).batch).toBeUndefined();
});

test('explicit choices win over the preprocessor configuration, and the model over both where it is silent', () => {
  const stated = { ...none, size: [96, 96] as const, mean: [0.5], deviation: [0.2, 0.3, 0.4], scale: 2, shift: 1 };
  expect(plan(model(['n', 3, 'h', 'w']), {}, stated).image).toMatchObject({
    size: [96, 96],
    mean: [0.5, 0.5, 0.5],
    deviation: [0.2, 0.3, 0.4],
    scale: 2,
    shift: 1,
  });
  expect(plan(model(['n', 3, 'h', 'w']), { size: [64, 32], mean: [0.1] }, stated).image).toMatchObject({
    size: [64, 32],
    mean: [0.1, 0.1, 0.1],
  });
  expect(plan(model(['n', 3, 16, 16]), {}, stated).image).toMatchObject({ size: [16, 16] });
});

test.each([
  ['features before tokens', { tokens: ['n', 5, 8], pooled: ['n', 6] }, {}, { output: 'pooled', item: [6] }],
  ['the first where there are no features', { a: ['n', 5, 8], b: ['n', 7, 9] }, {}, { output: 'a', item: [8] }],
  ['by name', { a: ['n', 4], b: ['n', 7, 9] }, { output: 'b', pooling: 'cls' }, { output: 'b', item: [9] }],
  ['a map', { a: ['n', 16, 4, 4] }, {}, { item: [16] }],
  ['a map as it stands', { a: ['n', 16, 4, 4] }, { pooling: 'none' }, { item: [256] }],
  ['a free width', { a: ['n', 'd'] }, {}, { item: [null] }],
] as [string, Readonly<Record<string, Shape>>, Partial<FeedingChoice>, object][])(
  'the output is chosen: %s',
  (_, outputs, choice, expected) => {
    expect(plan(model(['n', 3, 8, 8], outputs), choice).features).toMatchObject(expected);
  },
);

test.each([
  [
    'two inputs',
    { ...model(['n', 3, 8, 8]), inputs: [...model(['n', 3, 8, 8]).inputs, ...model(['n', 4]).inputs] },
    'x: float32 [n, 3, 8, 8], x: float32 [n, 4]',
  ],
  ['tokens of floats', model(['n', 't']), 'x: float32 [n, t]'],
  [
    'two of tokens',
    {
      ...model([]),
      inputs: ['a', 'b'].map((name) => ({ name, type: 'int64' as const, shape: ['n', 't'] })),
    },
    'a: int64 [n, t], b: int64 [n, t]',
  ],
  ['half precision', { ...model([]), inputs: [{ name: 'x', type: 'float16' as const, shape: ['n', 3, 8, 8] }] }, 'x: float16'],
  ['no input', { ...model([]), inputs: [] }, 'got none'],
])('a model that takes neither images nor tokens, or something besides, is MODEL_INPUT: %s', (_, summary, got) => {
  expect(() => plan(summary)).toThrow(expect.objectContaining({ code: 'MODEL_INPUT', message: expect.stringContaining(got) }));
});

test.each([
  ['an output that is not there', { output: 'z' }, 'MODEL_OUTPUT', 'expected an output "z", got y: float32 [n, 8]'],
  [
    'tokens where there are none',
    { pooling: 'cls' },
    'MODEL_OUTPUT',
    'expected an output of [n, t, d] for pooling "cls", got one of 2 dimensions',
  ],
  ['another size than the model fixes', { size: [9, 9] }, 'OPTION', 'size: expected [8,8], which the model fixes, got [9,9]'],
  ['too many means', { mean: [1, 2] }, 'OPTION', 'mean: expected 1 number, or 3 for the channels of the model, got 2'],
] as [string, Partial<FeedingChoice>, string, string][])(
  'a choice that contradicts the model is told: %s',
  (_, choice, code, message) => {
    expect(() => plan(model(['n', 3, 8, 8]), choice)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(`m.onnx: ${message}`) }),
    );
  },
);

const vision = model(['n', 3, 224, 224], { pooler_output: ['n', 8], last_hidden_state: ['n', 5, 9] });
const texts: ModelSummary = {
  ...model([], { last_hidden_state: ['n', 't', 9] }),
  inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64', shape: ['n', 't'] })),
};
test.each([
  [
    'texts of an image model',
    vision,
    { side: 'text' },
    'OPTION',
    'side: expected a model that takes tokens for "text", got x: float32 [n, 3, 224, 224]',
  ],
  [
    'images of a text model',
    texts,
    { side: 'image' },
    'OPTION',
    'side: expected a model that takes images for "image", got input_ids',
  ],
  ['a mean of texts', texts, { mean: [0.5] }, 'OPTION', 'mean: expected none, as texts are encoded, got one'],
  ['a size of texts', texts, { size: [8, 8] }, 'OPTION', 'size: expected none, as texts are encoded'],
  ['a layout of texts', texts, { layout: 'nhwc' }, 'OPTION', 'layout: expected none, as texts are encoded'],
  ['the last token of an image', vision, { pooling: 'last' }, 'OPTION', 'pooling: expected a pooling of images, got "last"'],
  [
    'the last token of an image, further',
    vision,
    { outputs: { z: { output: 'last_hidden_state', pooling: 'last' } } },
    'OPTION',
    'outputs.z.pooling: expected a pooling of images',
  ],
  [
    'a pooler and a name',
    vision,
    { pooling: 'pooler', output: 'pooler_output' },
    'OPTION',
    'pooling: expected "none" for the output "pooler_output"',
  ],
  [
    'a pooler that is not there',
    texts,
    { pooling: 'pooler' },
    'MODEL_OUTPUT',
    'expected an output that the model pooled (pooler_output, image_embeds, ...), got last_hidden_state',
  ],
  [
    'a further output called features',
    vision,
    { outputs: { features: { output: 'pooler_output', pooling: 'none' } } },
    'OPTION',
    'outputs: expected names other than "features"',
  ],
  [
    'a further output that is not there',
    vision,
    { outputs: { z: { output: 'zz', pooling: 'none' } } },
    'MODEL_OUTPUT',
    'expected an output "zz", got pooler_output',
  ],
  [
    'a further output that cannot be pooled so',
    vision,
    { outputs: { z: { output: 'pooler_output', pooling: 'mean' } } },
    'MODEL_OUTPUT',
    'expected an output of [n, t, d] or [n, c, h, w] for pooling "mean"',
  ],
  [
    'class tokens of what has none',
    vision,
    { classTokens: 1 },
    'OPTION',
    'classTokens: expected a mean or maximum over tokens, got "pooler_output" with pooling "auto"',
  ],
  [
    'class tokens of the first token',
    vision,
    { pooling: 'cls', classTokens: 1 },
    'OPTION',
    'classTokens: expected a mean or maximum over tokens',
  ],
] as [string, ModelSummary, Partial<FeedingChoice>, string, string][])(
  'choices that contradict the model or each other are told: %s',
  (_, summary, choice, code, message) => {
    expect(() => plan(summary, choice)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(`m.onnx: ${message}`) }),
    );
  },
);
