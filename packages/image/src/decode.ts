import { type Pixels, pixels } from '@viewforge/tensor';
import { decodePlainJpeg, threeTimes } from './decode-jpeg.ts';
import { readStart, readWhole } from './file-start.ts';
import { foreignHeader, headerOf, type ImageHeader } from './header.ts';
import { ImageError } from './image-error.ts';
import { loadSharp } from './sharp.ts';

/** How, and how far, an image is decoded. */
export interface DecodeOptions {
  /** Pixels an image may have; more are refused before any is decoded. Default: 64 megapixels (2^26), 192 MiB of bytes. */
  readonly pixelLimit?: number;
  /**
   * 'fast' (default) decodes usual JPEG files, baseline and in sRGB, with @napi-rs/image and everything else with sharp;
   * 'sharp' decodes everything with sharp. On photographs the two differ by 0.3 of 255 levels on average and by at most 6,
   * but for the outermost pixels, where decoders disagree about color stored at half resolution.
   */
  readonly decoder?: 'fast' | 'sharp';
  /**
   * Decodes at one part of the size in each direction, see `shrunkSize`, always with sharp. JPEG files are read at half or a
   * quarter of their size to begin with, which saves a third of the time at 4 and about half at 8; at 2 nothing is saved but
   * memory. Bytes differ from the mean over the area of the whole image by at most 4 levels on average on photographs, more at
   * sharp edges. Default: 1.
   */
  readonly shrink?: Shrink;
}

/** How many times smaller an image is decoded than it is stored, in each direction. */
export type Shrink = 1 | 2 | 4 | 8;

/** An image whose header was read. */
export interface OpenedImage {
  readonly header: ImageHeader;
  /** See `decodeImage`. */
  decode(options?: DecodeOptions): Promise<Pixels>;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

const defaultPixelLimit = 2 ** 26;

/**
 * Reads the header of an image, given as a path or as bytes, and keeps what was read until its pixels are decoded: a file of
 * up to a mebibyte is read once. `name` stands for it in messages. Rejects as `readImageHeader` does.
 */
export async function openImage(file: string | Uint8Array, name?: string): Promise<OpenedImage> {
  const where = name ?? (typeof file === 'string' ? file : 'image');
  const start = readStart(file, where);
  const header = await headerOf(file, start, where);
  return {
    header,
    async decode({ pixelLimit = defaultPixelLimit, decoder = 'fast', shrink = 1 } = {}) {
      checkSize(header, pixelLimit, where);
      const bytes = await readWhole(file, start, where);
      const size = shrunkSize(header, shrink);
      const decoded = decoder === 'fast' && shrink === 1 ? await decodePlainJpeg(bytes) : undefined;
      const { data, height, width } = decoded ?? (await decodeAny(bytes, where, pixelLimit, shrink === 1 ? undefined : size));
      if (height !== size.height || width !== size.width) {
        const sizes = `expected an image of ${size.width} x ${size.height}, got ${width} x ${height}`;
        throw new ImageError('IMAGE_DECODE', where, `${sizes}; the file changed while it was read`);
      }
      return pixels(data, height, width, 3);
    },
  };
}

/**
 * Decoded 8-bit sRGB pixels [3, h, w] of an image file, given as a path or as bytes; `name` stands for it in messages.
 *
 * The format is told from the content. The rotation of EXIF is applied; alpha is dropped without blending; gray, CMYK, 16-bit
 * images and those with a color profile are converted; of an animation the first frame counts. Rejects with ImageError:
 * IMAGE_TOO_LARGE, IMAGE_DECODE, or what `readImageHeader` rejects with.
 */
export async function decodeImage(file: string | Uint8Array, name?: string, options: DecodeOptions = {}): Promise<Pixels> {
  return await (await openImage(file, name)).decode(options);
}

/** The size an image of `header` has when it is decoded with `shrink`: rounded down, at least one pixel. */
export function shrunkSize({ height, width }: Pick<ImageHeader, 'height' | 'width'>, shrink: Shrink): Size {
  return { height: Math.max(1, Math.floor(height / shrink)), width: Math.max(1, Math.floor(width / shrink)) };
}

function checkSize({ height, width }: Size, limit: number, where: string): void {
  if (height * width <= limit) return;
  const message = `expected at most ${limit} pixels, got ${width} x ${height} = ${width * height}`;
  throw new ImageError('IMAGE_TOO_LARGE', where, message);
}

/** Decodes with sharp, resampled to `size` where one is given, so that JPEG files are decoded at part of their size. */
async function decodeAny(bytes: Uint8Array, where: string, limit: number, size: Size | undefined) {
  const sharp = await loadSharp();
  try {
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: limit, autoOrient: true });
    if (size !== undefined) image.resize({ ...size, fit: 'fill', kernel: 'cubic' });
    const { data, info } = await image
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: toRgb(data, info.channels), height: info.height, width: info.width };
  } catch (error) {
    await foreignHeader(bytes, where); // rejects when even the header is damaged
    // the decoder's own words are not the same every time, so they are the cause and not in the message
    throw new ImageError('IMAGE_DECODE', where, 'expected a complete image, got one that is damaged or cut off', error);
  }
}

/** Gray bytes three times over; RGB as it is. */
function toRgb(data: Buffer, channels: number): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return channels === 3 ? bytes : threeTimes(bytes, channels);
}
