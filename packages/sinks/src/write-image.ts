import { ViewforgeError } from '@viewforge/core';
import { encodeContactSheet, encodeImage, type LabelOptions } from '@viewforge/image';
import type { Image } from '@viewforge/tensor';
import { writeAtomically } from './write-atomically.ts';

/**
 * Writes an image [c, h, w] of 1 or 3 channels as PNG or JPEG (quality 90), told by the ending of the path; values are clamped to [0, 1]
 * and rounded to bytes. Put in place all at once. Throws ViewforgeError (FILE_WRITE) that names the path.
 */
export async function writeImage(path: string, image: Image): Promise<void> {
  const ending = /\.(png|jpe?g)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined)
    throw new ViewforgeError('FILE_WRITE', path, 'expected a path ending in .png, .jpg or .jpeg, got another');
  await writeAtomically(path, await encodeImage(image, { format: ending === 'png' ? 'png' : 'jpeg' }));
}

/**
 * Writes images in a grid, one list a row, as one PNG; rows may differ in length, `labels` stand above the columns. Put in place all
 * at once. Throws ViewforgeError: EMPTY when there is no image, FILE_WRITE that names the path.
 */
export async function writeContactSheet(
  path: string,
  rows: readonly (readonly Image[])[],
  options: LabelOptions = {},
): Promise<void> {
  if (rows.every((row) => row.length === 0))
    throw new ViewforgeError('EMPTY', path, 'expected at least one image for a sheet, got none');
  if (!/\.png$/i.test(path)) throw new ViewforgeError('FILE_WRITE', path, 'expected a path ending in .png, got another');
  await writeAtomically(path, await encodeContactSheet(rows, options));
}
