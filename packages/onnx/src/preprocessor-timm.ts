import { parseOptions } from '@viewforge/core';
import { z } from 'zod';
import { interpolations, type Preprocessing } from './preprocessing.ts';

const side = z.int().min(1);
/** The keys of `pretrained_cfg` in a `config.json` of timm that matter here; others are ignored. */
const config = z.object({
  pretrained_cfg: z.object({
    input_size: z.tuple([z.int().min(1), side, side]),
    crop_pct: z.number().positive().nullish(),
    crop_mode: z.enum(['center', 'squash', 'border']).nullish(),
    interpolation: z.enum(interpolations).nullish(),
    mean: z.array(z.number()).min(1).nullish(),
    std: z.array(z.number().positive()).min(1).nullish(),
  }),
});

/** Whether a file's content is a configuration as timm writes it. */
export function isTimm(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'pretrained_cfg' in json;
}

/**
 * What timm does before a model sees a picture: it is resized to floor(size / crop_pct), 'center' by its shorter side, 'squash' by both,
 * 'border' by its longer side, and the size is cut from the middle, half pixels to the even side. crop_pct is 0.875 and the filter bilinear where they are left out.
 * Throws ViewforgeError (FILE_FORMAT).
 */
export function parseTimm(json: unknown, path: string): Omit<Preprocessing, 'path'> {
  const found = parseOptions(config, json, path, 'FILE_FORMAT').pretrained_cfg;
  const [, height, width] = found.input_size;
  const share = found.crop_pct ?? 0.875;
  const fits = { center: 'cover', squash: 'stretch', border: 'contain' } as const;
  return {
    size: [height, width],
    resize: {
      fit: fits[found.crop_mode ?? 'center'],
      size: [Math.floor(height / share), Math.floor(width / share)],
      interpolation: found.interpolation ?? 'bilinear',
    },
    crop: [height, width],
    middle: 'even',
    scale: 1,
    shift: 0,
    mean: found.mean ?? [0],
    deviation: found.std ?? [1],
  };
}
