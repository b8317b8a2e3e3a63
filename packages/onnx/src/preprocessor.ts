import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseOptions, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';

/** How images in [0, 1] become what a model was trained on: x * scale - shift, then (. - mean) / deviation for each channel. */
export interface Preprocessing {
  /** File this comes from; undefined: nothing was found and nothing is changed. */
  readonly path: string | undefined;
  /** [height, width] in pixels, when stated. */
  readonly size: readonly [number, number] | undefined;
  readonly scale: number;
  readonly shift: number;
  /** One for each channel, or one for all. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const side = z.int().min(1);
const sizes = z.union([
  side,
  z.tuple([side, side]),
  z.object({ height: side, width: side }),
  z.object({ shortest_edge: side }),
  z.tuple([side]),
]);
/** The keys of a `preprocessor_config.json` that matter here; others are ignored. */
const config = z.object({
  size: sizes.nullish(),
  crop_size: sizes.nullish(),
  do_center_crop: z.boolean().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: z.union([z.number(), z.array(z.number()).min(1)]).nullish(),
  image_std: z.union([z.number().positive(), z.array(z.number().positive()).min(1)]).nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  rescale_offset: z.boolean().nullish(),
});

/**
 * Preprocessing for a model: 'auto' reads `preprocessor_config.json` beside it when there is one, 'none' changes nothing,
 * anything else is the path of such a file. Throws ViewforgeError: FILE_MISSING, FILE_READ or FILE_FORMAT.
 */
export async function readPreprocessing(model: string, preprocessor: string): Promise<Preprocessing> {
  const none = { path: undefined, size: undefined, scale: 1, shift: 0, mean: [0], deviation: [1] };
  if (preprocessor === 'none') return none;
  const path = preprocessor === 'auto' ? join(dirname(model), 'preprocessor_config.json') : preprocessor;
  if (
    preprocessor === 'auto' &&
    !(await access(path).then(
      () => true,
      () => false,
    ))
  )
    return none;
  return parsePreprocessing(
    path,
    await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      const code = cause.code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_READ';
      throw new ViewforgeError(code, path, `expected a preprocessor configuration, got ${cause.message}`, { cause });
    }),
  );
}

function parsePreprocessing(path: string, text: string): Preprocessing {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ViewforgeError(
      'FILE_FORMAT',
      path,
      `expected JSON, got ${cause instanceof Error ? cause.message : 'something else'}`,
      { cause },
    );
  }
  const found = parseOptions(config, json, path, 'FILE_FORMAT');
  const isNormalized = found.do_normalize ?? found.image_mean != null;
  // a model that wants unscaled bytes gets [0, 255]; the usual factor 1 / 255 leaves [0, 1] as it is
  const factor = found.do_rescale === false ? 1 : (found.rescale_factor ?? 1 / 255);
  return {
    path,
    size: sizeOf((found.do_center_crop === false ? undefined : found.crop_size) ?? found.size),
    scale: Math.abs(factor * 255 - 1) < 1e-6 ? 1 : factor * 255,
    shift: found.rescale_offset === true ? 1 : 0,
    mean: isNormalized ? list(found.image_mean ?? 0) : [0],
    deviation: isNormalized ? list(found.image_std ?? 1) : [1],
  };
}

function sizeOf(size: z.output<typeof sizes> | null | undefined): readonly [number, number] | undefined {
  if (size == null) return undefined;
  if (typeof size === 'number') return [size, size];
  if (Array.isArray(size)) return [size[0], size[1] ?? size[0]];
  return 'height' in size ? [size.height, size.width] : [size.shortest_edge, size.shortest_edge];
}

function list(value: number | readonly number[]): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}
