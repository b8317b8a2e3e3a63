import { access, constants, stat } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { ImageError } from './image-error.ts';
import { loadSharp } from './sharp.ts';

/** What the beginning of an image file tells. */
export interface ImageHeader {
  /** Pixels of the decoded image: the rotation that EXIF asks for is already applied. */
  readonly height: number;
  readonly width: number;
  /** Decoding always gives RGB. */
  readonly channels: 3;
  readonly format: ImageFormat;
  /** Channels in the file, alpha among them. */
  readonly storedChannels: number;
}

/** Formats that are decoded, by content and not by the name of the file. */
export type ImageFormat = 'avif' | 'gif' | 'jpeg' | 'png' | 'tiff' | 'webp';

const formats: Readonly<Record<string, ImageFormat>> = {
  gif: 'gif',
  heif: 'avif',
  jpeg: 'jpeg',
  png: 'png',
  tiff: 'tiff',
  webp: 'webp',
};

/**
 * Size and format of an image, from a path or from the bytes of a file; no pixel is decoded. `name` stands for bytes in messages.
 * Rejects with ImageError: FILE_MISSING, FILE_READ, or IMAGE_FORMAT.
 */
export async function readImageHeader(file: string | Uint8Array, name?: string): Promise<ImageHeader> {
  const where = name ?? (typeof file === 'string' ? file : 'image');
  await checkFile(file, where);
  const sharp = await loadSharp();
  const metadata = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw notAnImage(where, reasonOf(error), error);
    });
  return headerOf(metadata, where);
}

/** The reason of a foreign error in one line. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\s*\n\s*/g, '; ');
}

function headerOf({ format, channels, autoOrient }: Metadata, where: string): ImageHeader {
  const known = formats[format];
  if (known === undefined) throw notAnImage(where, `"${format}"`);
  return { height: autoOrient.height, width: autoOrient.width, channels: 3, format: known, storedChannels: channels };
}

/** Rejects with ImageError (FILE_MISSING, FILE_READ, IMAGE_FORMAT) when there is nothing to decode. */
export async function checkFile(file: string | Uint8Array, where: string): Promise<void> {
  const size = typeof file === 'string' ? await sizeOf(file, where) : file.length;
  if (size === 0) throw notAnImage(where, '0 bytes');
}

async function sizeOf(file: string, where: string): Promise<number> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new ImageError('FILE_READ', where, 'expected a file, got a directory or device');
    await access(file, constants.R_OK);
    return found.size;
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ImageError('FILE_MISSING', where, 'expected a file, got none', error);
    throw new ImageError('FILE_READ', where, `expected a readable file, got ${reasonOf(error)}`, error);
  }
}

function notAnImage(where: string, got: string, cause?: unknown): ImageError {
  return new ImageError('IMAGE_FORMAT', where, `expected an image (${Object.values(formats).join(', ')}), got ${got}`, cause);
}
