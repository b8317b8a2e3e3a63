import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluationView } from './evaluation-view.ts';
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
  ['the longest edge', { size: { longest_edge: 96 } }, [96, 96]],
  ['what is not resized', { size: 96, do_resize: false }, undefined],
  ['the crop before crop_pct', { size: { shortest_edge: 96 }, crop_pct: 0.5 }, [96, 96]],
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
  ['keys of other programs are ignored', { feature_extractor_type: 'X', do_pad: true }, { mean: [0], deviation: [1], scale: 1 }],
])('%s', async (_, config, expected) => {
  expect(await read(config)).toMatchObject(expected);
});

const bicubic = 'bicubic' as const;
test.each([
  [
    'CLIP: the shorter side, then the middle',
    { size: { shortest_edge: 224 }, crop_size: { height: 224, width: 224 }, do_center_crop: true, resample: 3 },
    { fit: 'cover', resize: [224, 224], crop: [224, 224], middle: 'down', interpolation: bicubic },
  ],
  [
    'CLIP of old: one number is the shorter side where a crop follows',
    { feature_extractor_type: 'CLIPFeatureExtractor', size: 224, crop_size: 224, do_center_crop: true, resample: 3 },
    { fit: 'cover', resize: [224, 224], crop: [224, 224], middle: 'down', interpolation: bicubic },
  ],
  [
    'DeiT of old: one number is both sides all the same',
    { feature_extractor_type: 'DeiTFeatureExtractor', size: 256, crop_size: 224, do_center_crop: true, resample: 3 },
    { fit: 'stretch', resize: [256, 256], crop: [224, 224], middle: 'down', interpolation: bicubic },
  ],
  [
    'ViT: both sides, no crop',
    { size: { height: 224, width: 200 }, resample: 2 },
    { fit: 'stretch', resize: [224, 200], middle: 'down', interpolation: 'bilinear' },
  ],
  [
    'DINOv2: 256 by the shorter side, 224 of it',
    { size: { shortest_edge: 256 }, crop_size: { height: 224, width: 224 }, resample: 3 },
    { fit: 'cover', resize: [256, 256], crop: [224, 224], middle: 'down', interpolation: bicubic },
  ],
  [
    'ConvNeXT: floor(224 / 0.875) = 256, then 224',
    { size: { shortest_edge: 224 }, crop_pct: 0.875, resample: 3 },
    { fit: 'cover', resize: [256, 256], crop: [224, 224], middle: 'down', interpolation: bicubic },
  ],
  [
    'ConvNeXT for 384 pixels is stretched and not cut',
    { size: { shortest_edge: 384 }, crop_pct: 1, resample: 3 },
    { fit: 'stretch', resize: [384, 384], middle: 'down', interpolation: bicubic },
  ],
  [
    'PoolFormer: floor(224 / 0.9) = 248, then its own crop',
    { size: { shortest_edge: 224 }, crop_pct: 0.9, crop_size: { height: 224, width: 224 }, resample: 1 },
    { fit: 'cover', resize: [248, 248], crop: [224, 224], middle: 'down', interpolation: 'lanczos' },
  ],
  [
    'no resize: only the middle is cut',
    { size: 256, do_resize: false, crop_size: 224 },
    { fit: 'cover', crop: [224, 224], middle: 'down', interpolation: 'bilinear' },
  ],
  [
    'no crop',
    { size: 64, crop_size: 32, do_center_crop: false },
    { fit: 'stretch', resize: [64, 64], middle: 'down', interpolation: 'bilinear' },
  ],
  [
    'a filter of Pillow by its number',
    { size: 8, resample: 5 },
    { fit: 'stretch', resize: [8, 8], middle: 'down', interpolation: 'hamming' },
  ],
  ['nothing said of sizes', { image_mean: [0.5] }, undefined],
  [
    'timm: crop_pct 0.875 at 224 is 256, bicubic',
    { pretrained_cfg: { input_size: [3, 224, 224], crop_pct: 0.875, interpolation: 'bicubic', crop_mode: 'center' } },
    { fit: 'cover', resize: [256, 256], crop: [224, 224], middle: 'even', interpolation: bicubic },
  ],
  [
    'timm: floor(224 / 0.95) = 235',
    { pretrained_cfg: { input_size: [3, 224, 224], crop_pct: 0.95, interpolation: 'bicubic' } },
    { fit: 'cover', resize: [235, 235], crop: [224, 224], middle: 'even', interpolation: bicubic },
  ],
  [
    'timm: squash stretches, left out crop_pct is 0.875',
    { pretrained_cfg: { input_size: [3, 448, 336], crop_mode: 'squash' } },
    { fit: 'stretch', resize: [512, 384], crop: [448, 336], middle: 'even', interpolation: 'bilinear' },
  ],
])('the view that a model was evaluated on, %s', async (_, config, view) => {
  expect(evaluationView(await read(config))).toEqual(view);
});

test('mean, deviation and size as timm has them', async () => {
  const cfg = { input_size: [3, 224, 192], mean: [0.5, 0.4, 0.3], std: [0.1, 0.2, 0.3], num_classes: 1000 };
  expect(await read({ architecture: 'x', pretrained_cfg: cfg })).toMatchObject({
    size: [224, 192],
    mean: [0.5, 0.4, 0.3],
    deviation: [0.1, 0.2, 0.3],
    scale: 1,
    shift: 0,
  });
});

test.each([
  ['timm', { pretrained_cfg: { input_size: [3, 224, 224], crop_pct: 0.875, crop_mode: 'border' } }],
  ['Hugging Face', { size: { shortest_edge: 800, longest_edge: 256 } }],
])('a picture fitted in by its longer side is no such view, and that is said, %s', async (_, config) => {
  const preprocessing = await read(config);
  expect(() => evaluationView(preprocessing)).toThrow(
    expect.objectContaining({ code: 'OPTION', message: expect.stringContaining('got one by the longer side') }),
  );
});

test('auto takes the configuration of timm where there is no other, and no other config.json', async () => {
  const own = await mkdtemp(join(folder, 'timm-'));
  const model = join(own, 'model.onnx');
  await writeFile(join(own, 'config.json'), '{"model_type": "vit"}');
  expect(await readPreprocessing(model, 'auto')).toMatchObject({ path: undefined });
  await writeFile(join(own, 'config.json'), '{"pretrained_cfg": {"input_size": [3, 96, 96]}}');
  expect(await readPreprocessing(model, 'auto')).toMatchObject({ path: join(own, 'config.json'), size: [96, 96] });
  await writeFile(join(own, 'preprocessor_config.json'), '{"size": 32}');
  expect(await readPreprocessing(model, 'auto')).toMatchObject({ size: [32, 32] });
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
  ['a filter that Pillow does not have', { resample: 6 }, 'resample'],
  ['a size of timm without channels', { pretrained_cfg: { input_size: [224, 224] } }, 'input_size'],
  ['a way to cut that timm does not have', { pretrained_cfg: { input_size: [3, 8, 8], crop_mode: 'x' } }, 'crop_mode'],
])('%s is FILE_FORMAT', async (_, config, message) => {
  await expect(read(config)).rejects.toMatchObject({ code: 'FILE_FORMAT', message: expect.stringContaining(message) });
});

test('a file that is not there is FILE_MISSING', async () => {
  await expect(readPreprocessing('model.onnx', join(folder, 'nowhere.json'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});
