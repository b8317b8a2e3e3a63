import {
  adjustBrightness,
  adjustColors,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  adjustSharpness,
  autocontrast,
  boxBlurGaussian,
  type ColorStep,
  equalize,
  gaussianBlur,
  grayscale,
  type Interpolation,
  invert,
  normalizeChannels,
  posterize,
  resize,
  resizedCrop,
  solarize,
  toBytes,
  toFloat,
} from '@viewforge/image';
import type { Image, Pixels } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, goldenBytes, goldenNumbers } from '@viewforge/testkit';
import { type Adapter, compare, type Outcome } from './outcome.ts';

/** Operations of which bytes may be more than one level off, with the levels and the reason. */
const exceptions: Readonly<Record<string, { readonly levels: number; readonly reason: string }>> = {
  color_jitter_chain: {
    levels: 3,
    reason: 'the other implementation rounds down to bytes within and after each of four steps, ours after the last',
  },
};

/** Whose results are bytes: those of `tv_u8` are judged, the others are other definitions and are shown. */
const byteImplementations = ['tv_u8', 'pil', 'cv2'];
const interpolations = ['bilinear', 'bicubic', 'nearest'];

type Params = Readonly<Record<string, unknown>>;

/** Image operations by `fn`. */
export const imageAdapters: Readonly<Record<string, Adapter>> = {
  adjust_brightness: adapterOf((image, params) => adjustBrightness(floats(image), factorOf(params))),
  adjust_contrast: adapterOf((image, params) => adjustContrast(floats(image), factorOf(params))),
  adjust_saturation: adapterOf((image, params) => adjustSaturation(floats(image), factorOf(params))),
  adjust_hue: adapterOf((image, params) => adjustHue(floats(image), factorOf(params))),
  rgb_to_grayscale: adapterOf((image) => grayscale(floats(image))),
  adjust_sharpness: adapterOf((image, params) => adjustSharpness(floats(image), factorOf(params))),
  autocontrast: adapterOf((image) => autocontrast(floats(image))),
  color_jitter_chain: adapterOf((image, { order, factors }) =>
    adjustColors(
      floats(image),
      (order as readonly string[]).map((kind, i) => stepOf(kind, (factors as readonly number[])[i]!)),
    ),
  ),
  equalize: adapterOf((image) => equalize(floats(image))),
  invert: adapterOf((image) => invert(floats(image))),
  pil_gaussian_blur: adapterOf((image, { radius }) => boxBlurGaussian(floats(image), Number(radius))),
  posterize: adapterOf((image, { bits }) => posterize(floats(image), Number(bits))),
  solarize: adapterOf((image, { threshold }) => solarize(floats(image), Number(threshold) / 255)),
  normalize: adapterOf((image, { mean, std }) => normalizeChannels(floats(image), mean as number[], std as number[])),
  gaussian_blur: adapterOf((image, params) => gaussianBlur(floats(image), gaussianOf(params))),
  cv_gaussian_blur: adapterOf((image, params) => gaussianBlur(floats(image), gaussianOf(params))),
  resize: adapterOf((image, params) => resize(image, sizeOf(params))),
  resized_crop: adapterOf((image, params) => resizedCrop(image, boxOf(params), sizeOf(params))),
};

/** `operate` gets bytes, and for the path on floats an image. */
export function adapterOf(operate: (image: Pixels | Image, params: Params) => Image): Adapter {
  return (golden, { pictures }) => {
    const picture = pictures.get(golden.picture ?? '');
    if (picture === undefined) throw new Error(`no picture "${golden.picture}" in the file`);
    return [judge(golden, operate(golden.impl === 'tv_f' ? toFloat(picture) : picture, golden.params))];
  };
}

function judge(golden: GoldenCase, actual: Image): Outcome {
  const expected = golden.outputs['image'] as GoldenArray;
  if (golden.impl === 'tv_f') return compare('float', interleaved(actual), goldenNumbers(expected), 2e-6);
  if (!byteImplementations.includes(golden.impl ?? '')) throw new Error(`no rule for results of "${golden.impl}"`);
  const isNearest = golden.params['interpolation'] === 'nearest';
  const levels = exceptions[golden.fn]?.levels ?? (isNearest ? 0 : 1);
  return { ...compare('bytes', toBytes(actual), goldenBytes(expected), levels), judged: golden.impl === 'tv_u8' };
}

/** Height, width, channel: the order of golden images. */
export function interleaved(image: Image): Float64Array {
  const [c, h, w] = image.shape as [number, number, number];
  return Float64Array.from({ length: c * h * w }, (_, i) => image.get(i % c, Math.floor(i / (w * c)), Math.floor(i / c) % w));
}

function isPixels(image: Pixels | Image): image is Pixels {
  return image.data instanceof Uint8Array;
}

function floats(image: Pixels | Image): Image {
  return isPixels(image) ? toFloat(image) : image;
}

function stepOf(kind: string, amount: number): ColorStep {
  if (kind === 'hue') return { kind, turns: amount };
  if (kind === 'contrast') return { kind, factor: amount, mean: 'luma' };
  if (kind === 'brightness' || kind === 'saturation') return { kind, factor: amount };
  throw new Error(`no color step "${kind}"`);
}

function factorOf({ factor }: Params): number {
  return Number(factor);
}

function gaussianOf({ kernel, sigma }: Params): { size: number; deviation: number } {
  return { size: Number(kernel), deviation: Number(sigma) };
}

function sizeOf({ size, interpolation, antialias }: Params) {
  const [height, width] = size as [number, number];
  if (!interpolations.includes(String(interpolation))) throw new Error(`no interpolation "${interpolation}"`);
  return { height, width, interpolation: interpolation as Interpolation, antialias: antialias === true };
}

function boxOf({ top, left, height, width }: Params) {
  return { top: Number(top), left: Number(left), height: Number(height), width: Number(width) };
}
