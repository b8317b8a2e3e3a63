import {
  affineMatrix,
  erase,
  flipHorizontal,
  flipVertical,
  type Padding,
  type Points,
  pad,
  resize,
  rotate,
  toBytes,
  toFloat,
  warpAffine,
  warpPerspective,
} from '@viewforge/image';
import type { Image } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, goldenBytes, goldenNumbers } from '@viewforge/testkit';
import { interleaved } from './images.ts';
import { type Adapter, compare, type Outcome } from './outcome.ts';

type Params = Readonly<Record<string, unknown>>;

/** Operations whose floats may be further off than 2e-6, with the reason. */
const exceptions: Readonly<Record<string, { readonly allowed: number; readonly reason: string }>> = {
  perspective: {
    allowed: 1e-5,
    reason: 'the other implementation solves for its eight coefficients in float32, up to 4e-6 off those of its own points',
  },
};

/** Pixels of a warp that may be off, at borders and at ties of the nearest pixel. */
const mostPixelsOff = 0.005;

/** Geometry by `fn`. */
export const geometryAdapters: Readonly<Record<string, Adapter>> = {
  hflip: adapterOf((image) => flipHorizontal(image)),
  vflip: adapterOf((image) => flipVertical(image)),
  rotate: adapterOf((image, { angle, expand, ...params }) =>
    rotate(image, { degrees: Number(angle), expand: expand === true, fill: colorOf(params), ...samplingOf(params) }),
  ),
  // these two were made without a fill, which is not the same as black
  affine: adapterOf((image, params) => warpAffine(image, { matrix: matrixOf(params), ...samplingOf(params) })),
  perspective: adapterOf((image, { startpoints, endpoints, ...params }) =>
    warpPerspective(image, { startPoints: startpoints as Points, endPoints: endpoints as Points, ...samplingOf(params) }),
  ),
  erase: adapterOf((image, { top, left, height, width, value }) =>
    erase(image, { top: Number(top), left: Number(left), height: Number(height), width: Number(width) }, Number(value)),
  ),
  pad: adapterOf((image, params) => pad(image, paddingOf(params))),
  cv_resize: adapterOf((image, { size }) => {
    const [height, width] = size as [number, number];
    return resize(image, { height, width, interpolation: 'bilinear', antialias: false });
  }),
};

/** `operate` gets an image in [0, 1]. */
function adapterOf(operate: (image: Image, params: Params) => Image): Adapter {
  return (golden, { pictures }) => {
    const picture = pictures.get(golden.picture ?? '');
    if (picture === undefined) throw new Error(`no picture "${golden.picture}" in the file`);
    return [judge(golden, operate(toFloat(picture), golden.params))];
  };
}

function judge(golden: GoldenCase, actual: Image): Outcome {
  const expected = golden.outputs['image'] as GoldenArray;
  const [c, h, w] = actual.shape as [number, number, number];
  if (golden.impl === 'tv_f') {
    return compare('float', interleaved(actual), goldenNumbers(expected), exceptions[golden.fn]?.allowed ?? 2e-6);
  }
  const isWarp = ['rotate', 'affine', 'perspective'].includes(golden.fn);
  const levels = golden.params['interpolation'] === 'bilinear' ? 1 : 0;
  const isSameShape = [h, w, c].every((side, axis) => side === expected.shape[axis]);
  const error = isSameShape ? shareOff(toBytes(actual), goldenBytes(expected), levels, c) : Number.POSITIVE_INFINITY;
  const what = `share of pixels off by more than ${levels} levels`;
  return { what, error, allowed: isWarp ? mostPixelsOff : 0, judged: golden.impl === 'tv_u8' };
}

/** Which share of pixels has a channel that differs by more than `levels`. */
function shareOff(actual: Uint8Array, expected: Uint8Array, levels: number, channels: number): number {
  const off = new Set<number>();
  for (let i = 0; i < expected.length; i++) {
    if (Math.abs(actual[i]! - expected[i]!) > levels) off.add(Math.floor(i / channels));
  }
  return (off.size * channels) / expected.length;
}

function samplingOf({ interpolation }: Params): { readonly interpolation: 'bilinear' | 'nearest' } {
  if (interpolation === 'bilinear' || interpolation === 'nearest') return { interpolation };
  throw new Error(`no interpolation "${interpolation}"`);
}

function colorOf({ fill }: Params): readonly number[] {
  return (fill as readonly number[]).map((value) => value / 255);
}

function matrixOf({ angle, translate, scale, shear }: Params) {
  return affineMatrix({
    degrees: Number(angle),
    translate: translate as [number, number],
    scale: Number(scale),
    shear: shear as [number, number],
  });
}

function paddingOf({ padding, mode, fill }: Params): Padding {
  const [left, top, right, bottom] = padding as [number, number, number, number];
  return { left, top, right, bottom, mode: mode as Padding['mode'], fill: Number(fill) / 255 };
}
