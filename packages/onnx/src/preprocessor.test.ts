import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPreprocessing } from './preprocessor.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-preprocessor-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(config: unknown) {
  const path = join(folder, 'config.json');
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  return readPreprocessing(join(folder, 'model.onnx'), path);
}

test.each([
  ['a number', { size: 224 }, [224, 224]],
  ['height and width', { size: { height: 200, width: 300 } }, [200, 300]],
  ['the shortest edge', { size: { shortest_edge: 96 } }, [96, 96]],
  ['a list of two', { size: [60, 70] }, [60, 70]],
  ['a list of one', { size: [60] }, [60, 60]],
  [
    'the crop, which comes after the resize',
    { size: { shortest_edge: 256 }, crop_size: { height: 224, width: 224 } },
    [224, 224],
  ],
  ['no crop', { size: 256, crop_size: 224, do_center_crop: false }, [256, 256]],
  ['nothing', {}, undefined],
])('the size from %s', async (_, config, size) => {
  expect((await read(config)).size).toEqual(size);
});

test('mean and deviation as most models have them', async () => {
  const config = {
    image_mean: [0.485, 0.456, 0.406],
    image_std: [0.229, 0.224, 0.225],
    do_normalize: true,
    do_rescale: true,
    rescale_factor: 0.00392156862745098,
  };
  expect(await read(config)).toMatchObject({ mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225], scale: 1, shift: 0 });
});

test.each([
  [
    'do_normalize: false switches mean and deviation off',
    { image_mean: [0.5], image_std: [0.5], do_normalize: false },
    { mean: [0], deviation: [1] },
  ],
  ['do_rescale: false means values up to 255', { do_rescale: false }, { scale: 255 }],
  ['another factor is another scale', { rescale_factor: 1 / 127.5, rescale_offset: true }, { scale: 2, shift: 1 }],
  ['one number for every channel', { image_mean: 0.5, image_std: 0.25 }, { mean: [0.5], deviation: [0.25] }],
  ['keys of other programs are ignored', { feature_extractor_type: 'X', resample: 3 }, { mean: [0], deviation: [1], scale: 1 }],
])('%s', async (_, config, expected) => {
  expect(await read(config)).toMatchObject(expected);
});

test('auto takes the file beside the model, or nothing', async () => {
  expect(await readPreprocessing(join(folder, 'model.onnx'), 'auto')).toMatchObject({
    path: undefined,
    mean: [0],
    deviation: [1],
    scale: 1,
  });
  await writeFile(join(folder, 'preprocessor_config.json'), '{"size": 32}');
  expect(await readPreprocessing(join(folder, 'model.onnx'), 'auto')).toMatchObject({ size: [32, 32] });
  expect(await readPreprocessing(join(folder, 'model.onnx'), 'none')).toMatchObject({ path: undefined, size: undefined });
});

test.each([
  ['no JSON', '{', 'expected JSON'],
  ['a size of text', { size: 'large' }, 'size'],
  ['a deviation of 0', { image_std: [0, 1, 1] }, 'image_std'],
])('%s is FILE_FORMAT', async (_, config, message) => {
  await expect(read(config)).rejects.toMatchObject({ code: 'FILE_FORMAT', message: expect.stringContaining(message) });
});

test('a file that is not there is FILE_MISSING', async () => {
  await expect(readPreprocessing('model.onnx', join(folder, 'nowhere.json'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});
