import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph } from '@viewforge/graph';
import { afterAll, expect, test } from 'vitest';
import { describeModel } from './describe-model.ts';
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
    feeding: {
      input: 'image',
      layout: 'nchw',
      channels: 3,
      size: [48, 48],
      batch: undefined,
      mean: [0.5, 0.4, 0.3],
      deviation: [0.2, 0.2, 0.2],
      scale: 1,
      shift: 0,
      output: 'features',
      pooling: 'none',
      width: 16,
    },
    problem: '',
  });
});

test('a model that is no image encoder is described all the same, with the reason', async () => {
  const graph = createGraph({ name: 'text' });
  const ids = graph.input('ids', 'int64', ['n', 't']);
  graph.output('y', ids, 'int64', ['n', 't']);
  const path = join(folder, 'text.onnx');
  await writeFile(path, graph.bytes());
  expect(await describeModel(path)).toMatchObject({
    inputs: { ids: { type: 'int64', shape: ['n', 't'] } },
    feeding: undefined,
    problem: expect.stringContaining('expected one float32 input of 4 dimensions'),
  });
});

test('an option that does not exist is OPTION, a file that does not exist FILE_MISSING', async () => {
  await expect(describeModel('m.onnx', { sise: 3 } as object)).rejects.toMatchObject({ code: 'OPTION' });
  await expect(describeModel(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});
