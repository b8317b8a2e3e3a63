import { type Collection, integer } from '@viewforge/core';
import { type ImageFile, openImageFile } from './image-item.ts';

/** The option that keeps one file from taking all memory: 64 megapixels are 192 MiB of bytes. */
export const pixelLimitField = integer({
  default: 2 ** 26,
  min: 1,
  unit: 'pixels',
  doc: 'Larger images are refused before they are decoded.',
});

/** A collection of image files in the given order; images of more than `pixelLimit` pixels are refused when they are decoded. */
export function collectionOf(
  files: readonly Omit<ImageFile, 'label'>[],
  pixelLimit: number,
  classes: Pick<Collection, 'labels' | 'classes'> = {},
): Collection<'pixels'> {
  const { labels } = classes;
  return {
    size: files.length,
    ...classes,
    id: (index) => files[index]!.id,
    open: (index, running) => openImageFile({ ...files[index]!, ...(labels && { label: labels[index]! }) }, pixelLimit, running),
  };
}
