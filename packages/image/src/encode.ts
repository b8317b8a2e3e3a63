import type { Image } from '@viewforge/tensor';
import { toBytes } from './convert.ts';
import { loadSharp } from './sharp.ts';

/** How an image is written. */
export interface Encoding {
  readonly format: 'png' | 'jpeg';
  /** Of JPEG, 1 to 100; default 90. */
  readonly quality?: number;
}

/** The file of an image with 1 or 3 channels, values clamped to [0, 1] and rounded to bytes. PNG keeps those bytes exactly. */
export async function encodeImage(input: Image, { format, quality = 90 }: Encoding): Promise<Uint8Array> {
  const [channels, height, width] = input.shape as [number, number, number];
  if (channels !== 1 && channels !== 3) throw new RangeError(`encodeImage: expected 1 or 3 channels, got [${input.shape}]`);
  const bytes = toBytes(input);
  const sharp = await loadSharp();
  const raw = sharp(bytes, { raw: { channels, height, width } });
  return await (format === 'png' ? raw.png() : raw.jpeg({ quality })).toBuffer();
}
