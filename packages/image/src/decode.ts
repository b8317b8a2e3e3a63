import { type Pixels, pixels } from '@viewforge/tensor';
import { checkFile, type ImageHeader, readImageHeader } from './header.ts';
import { ImageError } from './image-error.ts';
import { loadSharp } from './sharp.ts';

/** Limits of decoding. */
export interface DecodeOptions {
  /** Pixels an image may have; more are refused before any is decoded. Default: 64 megapixels (2^26), 192 MiB of bytes. */
  readonly pixelLimit?: number;
  /** What `readImageHeader` gave for this file, so that it is not read again; the file must still be of that size. */
  readonly header?: Pick<ImageHeader, 'height' | 'width'>;
}

const defaultPixelLimit = 2 ** 26;

/**
 * Decoded 8-bit sRGB pixels [3, h, w] of an image file, given as a path or as bytes; `name` stands for it in messages.
 *
 * The format is told from the content. The rotation of EXIF is applied; alpha is dropped without blending; gray, CMYK and 16-bit
 * images are converted; of an animation the first frame counts. Rejects with ImageError: IMAGE_TOO_LARGE, IMAGE_DECODE, or what
 * `readImageHeader` rejects with.
 */
export async function decodeImage(file: string | Uint8Array, name?: string, options: DecodeOptions = {}): Promise<Pixels> {
  const where = name ?? (typeof file === 'string' ? file : 'image');
  const { height, width } = options.header ?? (await readImageHeader(file, where));
  const limit = options.pixelLimit ?? defaultPixelLimit;
  if (height * width > limit) {
    throw new ImageError(
      'IMAGE_TOO_LARGE',
      where,
      `expected at most ${limit} pixels, got ${width} x ${height} = ${width * height}`,
    );
  }
  const { data, info } = await decodeBytes(file, where, limit);
  if (info.height !== height || info.width !== width) {
    const message = `expected an image of ${width} x ${height}, got ${info.width} x ${info.height}; the file changed while it was read`;
    throw new ImageError('IMAGE_DECODE', where, message);
  }
  return pixels(toRgb(data, info.channels), height, width, 3);
}

async function decodeBytes(file: string | Uint8Array, where: string, limit: number) {
  const sharp = await loadSharp();
  try {
    return await sharp(file, { failOn: 'error', limitInputPixels: limit, autoOrient: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    await checkFile(file, where); // it may have vanished since its header was read
    // the decoder's own words are not the same every time, so they are the cause and not in the message
    throw new ImageError('IMAGE_DECODE', where, 'expected a complete image, got one that is damaged or cut off', error);
  }
}

/** Gray bytes three times over; RGB as it is. */
function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3) * channels]!;
  return rgb;
}
