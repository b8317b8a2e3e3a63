import { parseOptions } from '@viewforge/core';
import { z } from 'zod';
import { interpolations, type Preprocessing, type PreprocessingResize } from './preprocessing.ts';

const side = z.int().min(1);
const sizes = z.union([
  side,
  z.tuple([side, side]),
  z.object({ height: side, width: side }),
  z.object({ shortest_edge: side, longest_edge: side.optional() }),
  z.object({ longest_edge: side }),
  z.tuple([side]),
]);
type Size = z.output<typeof sizes>;

/** The keys of a `preprocessor_config.json` that matter here; others are ignored. */
const config = z.object({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: z.boolean().nullish(),
  size: sizes.nullish(),
  resample: z
    .int()
    .min(0)
    .max(interpolations.length - 1)
    .nullish(),
  crop_pct: z.number().positive().nullish(),
  crop_size: sizes.nullish(),
  do_center_crop: z.boolean().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: z.union([z.number(), z.array(z.number()).min(1)]).nullish(),
  image_std: z.union([z.number().positive(), z.array(z.number().positive()).min(1)]).nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  rescale_offset: z.boolean().nullish(),
});
type Config = z.output<typeof config>;

/** Side from which processors with `crop_pct` and no crop stretch pictures instead of cutting them. */
const stretchedFrom = 384;
/** Processors that take a size of one number for both sides, also where a crop follows. */
const squareProcessors = /^(ViT|DeiT|Beit)/;

/**
 * What the image processors of Hugging Face do before a model sees a picture. A size of one number is the shorter side where a crop follows,
 * both sides otherwise. With `crop_pct` the shorter side becomes floor(size / crop_pct) and the size is cut from the middle; without a
 * `crop_size`, pictures for 384 pixels and more are stretched to the size. The filter is bilinear where none is stated.
 * Throws ViewforgeError (FILE_FORMAT).
 */
export function parseHuggingFace(json: unknown, path: string): Omit<Preprocessing, 'path'> {
  const found = parseOptions(config, json, path, 'FILE_FORMAT');
  const isNormalized = found.do_normalize ?? found.image_mean != null;
  // a model that wants unscaled bytes gets [0, 255]; the usual factor 1 / 255 leaves [0, 1] as it is
  const factor = found.do_rescale === false ? 1 : (found.rescale_factor ?? 1 / 255);
  const crop = cropOf(found);
  const resize = resizeOf(found, crop);
  return {
    size: crop ?? resize?.size,
    resize,
    crop,
    middle: 'down',
    scale: Math.abs(factor * 255 - 1) < 1e-6 ? 1 : factor * 255,
    shift: found.rescale_offset === true ? 1 : 0,
    mean: isNormalized ? list(found.image_mean ?? 0) : [0],
    deviation: isNormalized ? list(found.image_std ?? 1) : [1],
  };
}

function cropOf({ do_center_crop, crop_size, crop_pct, size }: Config): Preprocessing['crop'] {
  if (do_center_crop === false) return undefined;
  if (crop_size != null) return sidesOf(crop_size);
  if (size == null) return undefined;
  const sides = sidesOf(size);
  const isCut = do_center_crop === true || (crop_pct != null && sides[0] < stretchedFrom);
  return isCut ? sides : undefined;
}

function resizeOf(found: Config, crop: Preprocessing['crop']): PreprocessingResize | undefined {
  const { do_resize, size, crop_pct, resample } = found;
  if (do_resize === false || size == null) return undefined;
  const sides = sidesOf(size);
  const interpolation = interpolations[resample ?? 2]!;
  if (crop_pct == null) return { fit: fitOf(size, crop !== undefined && !isSquare(found)), size: sides, interpolation };
  if (crop === undefined) return { fit: 'stretch', size: sides, interpolation };
  const [height, width] = sides.map((each) => Math.floor(each / crop_pct)) as [number, number];
  return { fit: height === width ? 'cover' : 'stretch', size: [height, width], interpolation };
}

function isSquare({ image_processor_type, feature_extractor_type }: Config): boolean {
  return squareProcessors.test(image_processor_type ?? feature_extractor_type ?? '');
}

function fitOf(size: Size, keepsAspect: boolean): PreprocessingResize['fit'] {
  if (typeof size === 'number' || (Array.isArray(size) && size.length === 1)) return keepsAspect ? 'cover' : 'stretch';
  if (Array.isArray(size) || 'height' in size) return 'stretch';
  return 'longest_edge' in size && size.longest_edge !== undefined ? 'contain' : 'cover';
}

function sidesOf(size: Size): readonly [number, number] {
  if (typeof size === 'number') return [size, size];
  if (Array.isArray(size)) return [size[0], size[1] ?? size[0]];
  if ('height' in size) return [size.height, size.width];
  const edge = 'shortest_edge' in size ? size.shortest_edge : size.longest_edge;
  return [edge, edge];
}

function list(value: number | readonly number[]): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}
