import { allocate, reflectIndex } from '@viewforge/kernels';
import { type Image, image, values } from '@viewforge/tensor';
import { channelsOf, type Fill } from './fill.ts';
import { planesOf } from './planes-of.ts';

/** How much is added on each side, in whole pixels >= 0, and what. */
export interface Padding {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** A fill, the edge, or the mirrored image without repeating the edge, again and again where it is smaller than the padding. */
  readonly mode: 'constant' | 'edge' | 'reflect';
  /** Of the mode 'constant': one value, or one a channel. Default: 0. */
  readonly fill?: Fill;
}

/** A larger image with the input inside: [c, top + h + bottom, left + w + right]. No padding gives the input's values. */
export function pad(input: Image, { left, top, right, bottom, mode, fill = 0 }: Padding): Image {
  if (![left, top, right, bottom].every((side) => Number.isInteger(side) && side >= 0)) {
    throw new RangeError(`pad: expected whole numbers of pixels >= 0, got ${left}, ${top}, ${right} and ${bottom}`);
  }
  const { count, height, width } = planesOf(input);
  const colors = channelsOf('pad', fill, count);
  const rows = sources(height, top, bottom, mode);
  const columns = sources(width, left, right, mode);
  const from = values(input);
  const to = allocate(count * rows.length * columns.length);
  for (let c = 0, at = 0; c < count; c++) {
    for (const row of rows) {
      const line = (c * height + row) * width;
      if (row < 0) to.fill(colors[c]!, at, at + columns.length);
      else {
        for (let x = 0; x < left; x++) to[at + x] = columns[x]! < 0 ? colors[c]! : from[line + columns[x]!]!;
        to.set(from.subarray(line, line + width), at + left);
        for (let x = left + width; x < columns.length; x++) to[at + x] = columns[x]! < 0 ? colors[c]! : from[line + columns[x]!]!;
      }
      at += columns.length;
    }
  }
  return image(to, count, rows.length, columns.length);
}

/** Which position of the input each position of the result shows; -1 for the fill. */
function sources(length: number, before: number, after: number, mode: Padding['mode']): Int32Array {
  return Int32Array.from({ length: before + length + after }, (_, i) => {
    const position = i - before;
    if (position >= 0 && position < length) return position;
    if (mode === 'constant') return -1;
    return mode === 'edge' ? Math.min(Math.max(position, 0), length - 1) : reflectIndex(position, length);
  });
}
