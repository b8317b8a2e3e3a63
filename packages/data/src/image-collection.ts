import { type Collection, integer } from '@viewforge/core';
import { z } from 'zod';
import { decoderVersions } from '@viewforge/image';
import { type ImageFile, openImageFile } from './image-item.ts';
import { openPixelCache } from './pixel-cache.ts';

/** The options of every source of image files. */
export const readingFields = {
  /** 64 megapixels are 192 MiB of bytes. */
  pixelLimit: integer({
    default: 2 ** 26,
    min: 1,
    unit: 'pixels',
    doc: 'Larger images are refused before they are decoded.',
  }),
  shrinkTo: integer({
    default: 0,
    min: 0,
    unit: 'pixels',
    doc: 'Images are decoded at 1/2, 1/4 or 1/8 of their size as long as the shorter side keeps so many pixels; 0 means never.',
  }),
  cache: z
    .string()
    .min(1)
    .optional()
    .describe('A folder for decoded images, which are then read from there in later epochs and runs; none when left out.')
    .meta({ unit: 'none' }),
  cacheLimit: integer({
    default: 2 ** 36,
    min: 1,
    unit: 'bytes',
    doc: 'What the cache may take, at 3 bytes a pixel; the default is 64 GiB. Images beyond are decoded each time.',
  }),
};

/** Values of `readingFields`. */
export interface ReadingOptions {
  readonly pixelLimit: number;
  readonly shrinkTo: number;
  readonly cache?: string | undefined;
  readonly cacheLimit: number;
}

/**
 * A collection of image files in the given order, read as the options say. Rejects with ViewforgeError (FILE_WRITE) when
 * there is to be a cache and its folder cannot be written.
 */
export async function collectionOf(
  files: readonly Omit<ImageFile, 'label'>[],
  { pixelLimit, shrinkTo, cache: folder, cacheLimit }: ReadingOptions,
  classes: Pick<Collection, 'labels' | 'classes'> = {},
): Promise<Collection<'pixels'>> {
  const { labels } = classes;
  const how = JSON.stringify({ reading: { pixelLimit, shrinkTo }, versions: await decoderVersions() });
  const cache = folder === undefined ? undefined : await openPixelCache(folder, cacheLimit, { pixelLimit, shrinkTo });
  const reading = { pixelLimit, shrinkTo, cache, how };
  return {
    size: files.length,
    ...classes,
    id: (index) => files[index]!.id,
    open: (index, running) => openImageFile({ ...files[index]!, ...(labels && { label: labels[index]! }) }, reading, running),
  };
}
