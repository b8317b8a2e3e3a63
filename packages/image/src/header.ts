import type { Metadata } from 'sharp';
import { type FileStart, readStart, reasonOf } from './file-start.ts';
import { ImageError } from './image-error.ts';
import { parseJpegHeader } from './jpeg-header.ts';
import { parsePngHeader } from './png-header.ts';
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
 * Size and format of an image, from a path or from the bytes of a file; no pixel is decoded. `name` stands for bytes in
 * messages. Rejects with ImageError: FILE_MISSING, FILE_READ, or IMAGE_FORMAT.
 */
export async function readImageHeader(file: string | Uint8Array, name?: string): Promise<ImageHeader> {
  const where = name ?? (typeof file === 'string' ? file : 'image');
  return await headerOf(file, readStart(file, where), where);
}

/**
 * The header of a file whose beginning was read. What usual JPEG and PNG files say is read here, a hundred times faster than
 * by the decoder library, which is asked about everything else. Rejects with ImageError (IMAGE_FORMAT).
 */
export async function headerOf(file: string | Uint8Array, { bytes, isWhole }: FileStart, where: string): Promise<ImageHeader> {
  return usualHeader(bytes) ?? (await foreignHeader(isWhole ? bytes : file, where));
}

function usualHeader(bytes: Uint8Array): ImageHeader | undefined {
  const jpeg = parseJpegHeader(bytes);
  if (jpeg !== undefined) {
    const [height, width] = jpeg.orientation < 5 ? [jpeg.height, jpeg.width] : [jpeg.width, jpeg.height];
    return { height, width, channels: 3, format: 'jpeg', storedChannels: jpeg.components };
  }
  const png = parsePngHeader(bytes);
  return png && { height: png.height, width: png.width, channels: 3, format: 'png', storedChannels: png.channels };
}

/** The header as the decoder library reads it, whatever the format. Rejects with ImageError (IMAGE_FORMAT). */
export async function foreignHeader(file: string | Uint8Array, where: string): Promise<ImageHeader> {
  if (file.length === 0) throw notAnImage(where, '0 bytes');
  const sharp = await loadSharp();
  const metadata: Metadata = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw notAnImage(where, reasonOf(error), error);
    });
  const { format, channels, autoOrient } = metadata;
  const known = formats[format];
  if (known === undefined) throw notAnImage(where, `"${format}"`);
  return { height: autoOrient.height, width: autoOrient.width, channels: 3, format: known, storedChannels: channels };
}

function notAnImage(where: string, got: string, cause?: unknown): ImageError {
  return new ImageError('IMAGE_FORMAT', where, `expected an image (${Object.values(formats).join(', ')}), got ${got}`, cause);
}
