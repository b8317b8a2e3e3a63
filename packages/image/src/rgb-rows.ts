import type { ByteRows } from '@viewforge/kernels';
import { type Pixels, values } from '@viewforge/tensor';

/** A rectangle of whole pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Throws RangeError unless `box` lies inside [height, width] and holds at least one pixel. */
export function checkBox(where: string, { top, left, height, width }: Box, shape: readonly number[]): void {
  const whole = [top, left, height, width].every(Number.isInteger);
  if (!whole || top < 0 || left < 0 || height < 1 || width < 1 || top + height > shape[1]! || left + width > shape[2]!) {
    throw new RangeError(
      `${where}: expected a box of whole pixels inside [${shape.slice(1)}], got ${height} x ${width} at (${top}, ${left})`,
    );
  }
}

/** A box of RGB pixels as rows of interleaved bytes: a window when the pixels are interleaved already, otherwise a copy. */
export function rgbRows(where: string, pixels: Pixels, box: Box): ByteRows {
  const [channels, , width] = pixels.shape as [number, number, number];
  if (channels !== 3) throw new RangeError(`${where}: expected pixels of 3 channels, got [${pixels.shape}]`);
  const [channelStride, rowStride, columnStride] = pixels.stride as [number, number, number];
  if (channelStride === 1 && columnStride === 3 && rowStride >= width * 3) {
    const offset = pixels.offset + box.top * rowStride + box.left * 3;
    return { bytes: pixels.data, offset, rowStride, height: box.height, width: box.width };
  }
  return {
    bytes: interleaved(pixels),
    offset: (box.top * width + box.left) * 3,
    rowStride: width * 3,
    height: box.height,
    width: box.width,
  };
}

/** Planar or oddly strided pixels as interleaved bytes (height, width, channel). */
function interleaved(pixels: Pixels): Uint8Array {
  const planar = values(pixels);
  const [channels, height, width] = pixels.shape as [number, number, number];
  const plane = height * width;
  const bytes = new Uint8Array(planar.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) bytes[i * channels + c] = planar[c * plane + i]!;
  return bytes;
}
