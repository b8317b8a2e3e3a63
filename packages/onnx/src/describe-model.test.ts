import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph } from '@viewforge/graph';
import { afterAll, expect, test } from 'vitest';
import { describeModel } from './describe-model.ts';
import { imageTextModel } from './models/image-text-model.ts';
import { randomNetworkModel } from './models/random-network-model.ts';

const folder = await mkdtemp(join(tmpdir(), 'viewforge-describe-'));
afterAll(() => rm(folder, { recursive: true }));

test('an image encoder: its values, and how it will be fed', async () => {
  const path = join(folder, 'net.onnx');
  const bytes = randomNetworkModel({ seed: 0, width: 16 });
  await writeFile(path, bytes);
  await writeFile(
    join(folder, 'preprocessor_config.json'),
    JSON.stringify({ size: 48, image_mean: [0.5, 0.4, 0.3], image_std: [0.2, 0.2, 0.2] }),
  );
  expect(await describeModel(path, { pooling: 'none' })).toEqual({
    path,
    size: bytes.length,
    producer: 'viewforge',
    opsets: { '': 17 },
    nodes: 13, // 2 of arithmetic, 4 times convolution and rectifier, pooling, flattening, and the one that names the output
    inputs: { image: { type: 'float32', shape: ['n', 3, 'h', 'w'] } },
    outputs: { features: { type: 'float32', shape: ['n', 16] } },
    external: [],
    preprocessor: join(folder, 'preprocessor_config.json'),
    evaluation: { fit: 'stretch', resize: [48, 48], middle: 'down', interpolation: 'bilinear' },
    feeding: {
      side: 'image',
      inputs: [{ name: 'image', role: 'image', type: 'float32', neutral: undefined }],
      batch: undefined,
      image: {
        layout: 'nchw',
        channels: 3,
        size: [48, 48],
        mean: [0.5, 0.4, 0.3],
        deviation: [0.2, 0.2, 0.2],
        scale: 1,
        shift: 0,
      },
      tokens: undefined,
      features: { output: 'features', pooling: 'none', classTokens: 0, layout: 'nchw', item: [16] },
      further: {},
    },
    problem: '',
  });
});

test('a model of images and texts: what each side is fed, and what is taken', async () => {
  const path = join(folder, 'both.onnx');
  await writeFile(path, imageTextModel(0));
  const outputs = { logits: { output: 'logits_per_text' } };
  const { feeding, evaluation } = await describeModel(path, { side: 'text', outputs, preprocessor: 'none' });
  expect(evaluation).toBeUndefined();
  expect(feeding).toMatchObject({ side: 'text', batch: undefined, image: undefined, tokens: undefined });
  expect(feeding?.inputs.map(({ name, role, neutral }) => [name, role, neutral])).toEqual([
    ['input_ids', 'tokens', undefined],
    ['pixel_values', 'image', { rows: 1, item: [3, 32, 32] }],
    ['attention_mask', 'mask', undefined],
  ]);
  expect(feeding?.features).toMatchObject({ output: 'text_embeds', item: [24] });
  expect(feeding?.further).toMatchObject({ logits: { output: 'logits_per_text', pooling: 'none', item: ['images'] } });
});

test('a model that is no encoder is described all the same, with the reason', async () => {
  const graph = createGraph({ name: 'sound' });
  graph.output('y', graph.input('waves', 'float32', ['n', 't']), 'float32', ['n', 't']);
  const path = join(folder, 'sound.onnx');
  await writeFile(path, graph.bytes());
  expect(await describeModel(path)).toMatchObject({
    inputs: { waves: { type: 'float32', shape: ['n', 't'] } },
    feeding: undefined,
    problem: expect.stringContaining('expected one float32 input of 4 dimensions'),
  });
});

test('an option that does not exist is OPTION, a file that does not exist FILE_MISSING', async () => {
  await expect(describeModel('m.onnx', { sise: 3 } as object)).rejects.toMatchObject({ code: 'OPTION' });
  await expect(describeModel(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});
