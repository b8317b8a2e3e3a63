import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Item, type Running, ViewforgeError } from '@viewforge/core';
import { ImageError, openImage, type Shrink, shrunkSize } from '@viewforge/image';
import type { PixelCache } from './pixel-cache.ts';

/** One image file of a collection. */
export interface ImageFile {
  readonly id: string;
  /** Absolute, or relative to the working folder. */
  readonly path: string;
  readonly label?: number;
}

/** How image files are read. */
export interface Reading {
  /** Pixels an image may have in its file. */
  readonly pixelLimit: number;
  /** Pixels that the shorter side keeps when an image is decoded at reduced size; 0 for never. */
  readonly shrinkTo: number;
  readonly cache: PixelCache | undefined;
  /** Everything else that decides the pixels of a file, such as versions of decoders, as text. */
  readonly how: string;
}

/**
 * An image file as an item. Its header is read now (a small file as a whole), its pixels [3, h, w] when it is decoded, unless
 * they are more than `pixelLimit`; pixels in the cache are read now. The shape is that of the reduced image where it is
 * reduced. Every failure is a ViewforgeError that carries the item's id: FILE_MISSING, FILE_READ, IMAGE_FORMAT, IMAGE_DECODE
 * or IMAGE_TOO_LARGE, which name the file, or FILE_WRITE for the cache.
 */
export async function openImageFile(
  { id, path, label }: ImageFile,
  { pixelLimit, shrinkTo, cache, how }: Reading,
  running: Running,
): Promise<Item<'pixels'>> {
  running.signal.throwIfAborted();
  const content = contentOf(path, how); // before the file is read, so that a change meanwhile is noticed next time
  const facts = { id, ...(label !== undefined && { label }), ...(content !== undefined && { content }) };
  const place = cache?.find(path);
  const kept = place?.read();
  // nothing else here waits, and what never waits does not hear a signal
  if (kept !== undefined)
    return { ...facts, shape: kept.shape, decode: (later) => named(id, path, later, () => setImmediate(kept)) };
  const { header, decode } = await named(id, path, running, () => openImage(path));
  const shrink = shrinkOf(Math.min(header.height, header.width), shrinkTo);
  const { height, width } = shrunkSize(header, shrink);
  return {
    ...facts,
    shape: [3, height, width],
    decode: (later) =>
      named(id, path, later, async () => {
        const pixels = await decode({ pixelLimit, shrink });
        await place?.write(pixels, id);
        return pixels;
      }),
  };
}

/** Names the pixels of a file as it is now: by its path, size and time of change, as the pixel cache does. */
function contentOf(path: string, how: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && JSON.stringify([resolve(path), found.size, found.mtimeMs, how]);
}

/** How far an image with a shorter side of so many pixels is reduced. */
function shrinkOf(shorter: number, shrinkTo: number): Shrink {
  const isLarge = (shrink: Shrink) => shrinkTo > 0 && Math.floor(shorter / shrink) >= shrinkTo;
  return ([8, 4, 2] as const).find(isLarge) ?? 1;
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
