import type { ModelSummary, ModelValue } from '@viewforge/graph';
import { expect, test } from 'vitest';
import { type FeedingChoice, planFeeding } from './feeding.ts';
import type { Preprocessing } from './preprocessor.ts';

type Shape = ModelValue['shape'];
const none: Preprocessing = { path: undefined, size: undefined, scale: 1, shift: 0, mean: [0], deviation: [1] };
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
  planFeeding(summary, preprocessing, { layout: 'auto', pooling: 'auto', ...choice }, 'm.onnx');

test.each([
  ['channels second', ['n', 3, 32, 48], { layout: 'nchw', channels: 3, size: [32, 48], batch: undefined }],
  ['channels last', ['n', 32, 48, 3], { layout: 'nhwc', channels: 3, size: [32, 48] }],
  ['one channel last', [4, 28, 28, 1], { layout: 'nhwc', channels: 1, size: [28, 28], batch: 4 }],
  ['three colors before one row', ['n', 1, 20, 3], { layout: 'nhwc', channels: 3, size: [1, 20] }],
  ['nothing known', ['n', null, null, null], { layout: 'nchw', channels: 3, size: undefined }],
  ['a fixed batch', [1, 3, 8, 8], { batch: 1 }],
] as [string, Shape, object][])('the input tells layout, channels, size and batch: %s', (_, shape, expected) => {
  expect(plan(model(shape))).toMatchObject(expected);
});

test('explicit choices win over the preprocessor configuration, and the model over both where it is silent', () => {
  const stated = { ...none, size: [96, 96] as const, mean: [0.5], deviation: [0.2, 0.3, 0.4], scale: 2, shift: 1 };
  expect(plan(model(['n', 3, 'h', 'w']), {}, stated)).toMatchObject({
    size: [96, 96],
    mean: [0.5, 0.5, 0.5],
    deviation: [0.2, 0.3, 0.4],
    scale: 2,
    shift: 1,
  });
  expect(plan(model(['n', 3, 'h', 'w']), { size: [64, 32], mean: [0.1] }, stated)).toMatchObject({
    size: [64, 32],
    mean: [0.1, 0.1, 0.1],
  });
  expect(plan(model(['n', 3, 16, 16]), {}, stated)).toMatchObject({ size: [16, 16] });
});

test.each([
  ['features before tokens', { tokens: ['n', 5, 8], pooled: ['n', 6] }, {}, { output: 'pooled', width: 6 }],
  ['the first where there are no features', { a: ['n', 5, 8], b: ['n', 7, 9] }, {}, { output: 'a', width: 8 }],
  ['by name', { a: ['n', 4], b: ['n', 7, 9] }, { output: 'b', pooling: 'cls' }, { output: 'b', width: 9 }],
  ['a map', { a: ['n', 16, 4, 4] }, {}, { width: 16 }],
  ['a map as it stands', { a: ['n', 16, 4, 4] }, { pooling: 'none' }, { width: 256 }],
  ['a free width', { a: ['n', 'd'] }, {}, { width: undefined }],
] as [string, Readonly<Record<string, Shape>>, Partial<FeedingChoice>, object][])(
  'the output is chosen: %s',
  (_, outputs, choice, expected) => {
    expect(plan(model(['n', 3, 8, 8], outputs), choice)).toMatchObject(expected);
  },
);

test.each([
  [
    'two inputs',
    { ...model(['n', 3, 8, 8]), inputs: [...model(['n', 3, 8, 8]).inputs, ...model(['n', 4]).inputs] },
    'x: float32 [n, 3, 8, 8], x: float32 [n, 4]',
  ],
  ['tokens', { ...model(['n', 't']), inputs: [{ name: 'ids', type: 'int64' as const, shape: ['n', 't'] }] }, 'ids: int64 [n, t]'],
  ['half precision', { ...model([]), inputs: [{ name: 'x', type: 'float16' as const, shape: ['n', 3, 8, 8] }] }, 'x: float16'],
  ['no input', { ...model([]), inputs: [] }, 'got none'],
])('a model without an image input is MODEL_INPUT: %s', (_, summary, got) => {
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
