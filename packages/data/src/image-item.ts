import { type Item, type Running, ViewforgeError } from '@viewforge/core';
import { decodeImage, ImageError, readImageHeader } from '@viewforge/image';

/** One image file of a collection. */
export interface ImageFile {
  readonly id: string;
  /** Absolute, or relative to the working folder. */
  readonly path: string;
  readonly label?: number;
}

/**
 * An image file as an item: its header is read now, its pixels [3, h, w] when it is decoded, unless they are more than `pixelLimit`.
 * Every failure is a ViewforgeError that names the file and carries the item's id: FILE_MISSING, FILE_READ, IMAGE_FORMAT,
 * IMAGE_DECODE or IMAGE_TOO_LARGE.
 */
export async function openImageFile(
  { id, path, label }: ImageFile,
  pixelLimit: number,
  running: Running,
): Promise<Item<'pixels'>> {
  const header = await named(id, path, running, () => readImageHeader(path));
  return {
    id,
    ...(label !== undefined && { label }),
    shape: [3, header.height, header.width],
    decode: (later) => named(id, path, later, () => decodeImage(path, path, { pixelLimit, header })),
  };
}

async function named<T>(id: string, path: string, { signal }: Running, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof ImageError)) throw cause;
    const message = cause.message.startsWith(`${path}: `) ? cause.message.slice(path.length + 2) : cause.message;
    throw new ViewforgeError(cause.code, path, message, { cause, item: id });
  } finally {
    signal.throwIfAborted();
  }
}
