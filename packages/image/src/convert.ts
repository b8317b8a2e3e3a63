import { allocate, bytesToPlanes } from '@viewforge/kernels';
import { elements, type Image, image, type Pixels, pixels, values } from '@viewforge/tensor';
import { rgbRows } from './rgb-rows.ts';

/** Decoded bytes as an image [c, h, w] in [0, 1]: byte / 255, correctly rounded. */
export function toFloat(input: Pixels): Image {
  const [c, h, w] = input.shape as [number, number, number];
  if (c === 3) return image(bytesToPlanes(rgbRows('toFloat', input, { top: 0, left: 0, height: h, width: w })), c, h, w);
  const bytes = values(input);
  const data = allocate(bytes.length);
  for (let i = 0; i < bytes.length; i++) data[i] = bytes[i]! / 255;
  return image(data, c, h, w);
}

/** An image as interleaved bytes (height, width, channel): 255 * v clamped to [0, 255] and rounded, halves up; NaN becomes 0. */
export function toBytes(input: Image): Uint8Array {
  const [c, h, w] = input.shape as [number, number, number];
  const planar = values(input);
  const plane = h * w;
  const bytes = new Uint8Array(elements(input.shape));
  for (let channel = 0; channel < c; channel++) {
    for (let i = 0; i < plane; i++) bytes[i * c + channel] = Math.min(255, Math.max(0, planar[channel * plane + i]!) * 255 + 0.5);
  }
  return bytes;
}

/** An image as pixels, for writing: `toBytes` with its shape [c, h, w]. `toFloat` of pixels and back is the identity. */
export function toPixels(input: Image): Pixels {
  const [c, h, w] = input.shape as [number, number, number];
  return pixels(toBytes(input), h, w, c);
}
