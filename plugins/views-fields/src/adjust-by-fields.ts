import { allocate } from '@viewforge/kernels';
import { type Image, image, values } from '@viewforge/tensor';

/** What changes at each pixel [h, w]; a field that is left out changes nothing. */
export interface ColorFields {
  /** Logarithm of the factor of each value. */
  readonly brightness?: Float32Array;
  /** Logarithm of the factor of the distance to the mean luma of the image. */
  readonly contrast?: Float32Array;
  /** Logarithm of the factor of the distance to the luma of the pixel. */
  readonly saturation?: Float32Array;
  /** Turns of the color circle. */
  readonly hue?: Float32Array;
}

/**
 * An image [c, h, w] with brightness, contrast, saturation and hue changed in this order at each pixel by its own amount, then clamped
 * to [0, 1]. Three channels are RGB. With another number every channel is gray: contrast takes the mean of the channel, and
 * saturation and hue do nothing.
 */
export function adjustByFields(input: Image, { brightness, contrast, saturation, hue }: ColorFields): Image {
  const [count, height, width] = input.shape as [number, number, number];
  const size = height * width;
  const data = allocate(count * size);
  data.set(values(input));
  const planes = Array.from({ length: count }, (_, c) => data.subarray(c * size, (c + 1) * size));
  if (brightness) spread(planes, [0], brightness);
  if (count !== 3) {
    if (contrast) spread(planes, planes.map(mean), contrast);
  } else {
    const rgb = planes as unknown as Rgb;
    if (contrast) spread(planes, [meanLuma(rgb)], contrast);
    if (saturation) saturate(rgb, saturation);
    if (hue) turnHues(rgb, hue);
  }
  for (let i = 0; i < data.length; i++) data[i] = Math.min(1, Math.max(0, data[i]!));
  return image(data, count, height, width);
}

type Rgb = readonly [r: Float32Array, g: Float32Array, b: Float32Array];

/** In place: each value's distance to the center, of the plane or of all, times the exponential of the amount at its pixel. */
function spread(planes: readonly Float32Array[], centers: readonly number[], amounts: Float32Array): void {
  for (let i = 0; i < amounts.length; i++) {
    const factor = Math.exp(amounts[i]!);
    for (let c = 0; c < planes.length; c++) {
      const center = centers[centers.length === 1 ? 0 : c]!;
      planes[c]![i] = center + (planes[c]![i]! - center) * factor;
    }
  }
}

/** In place: each channel's distance to the luma of its pixel times the exponential of its amount. */
function saturate([r, g, b]: Rgb, amounts: Float32Array): void {
  for (let i = 0; i < r.length; i++) {
    const gray = luma(r[i]!, g[i]!, b[i]!);
    const factor = Math.exp(amounts[i]!);
    r[i] = gray + (r[i]! - gray) * factor;
    g[i] = gray + (g[i]! - gray) * factor;
    b[i] = gray + (b[i]! - gray) * factor;
  }
}

/** In place: turns the hue angle. The smallest and the largest channel of each pixel keep their values, also outside of [0, 1]. */
function turnHues([r, g, b]: Rgb, turns: Float32Array): void {
  for (let i = 0; i < r.length; i++) {
    const red = r[i]!;
    const green = g[i]!;
    const blue = b[i]!;
    const least = Math.min(red, green, blue);
    const most = Math.max(red, green, blue);
    const range = most - least;
    if (range === 0) continue;
    const turned = angle(red, green, blue, most) + 6 * turns[i]!;
    const t = turned - 6 * Math.floor(turned / 6);
    r[i] = least + range * share(Math.abs(t - 3) - 1);
    g[i] = least + range * share(2 - Math.abs(t - 2));
    b[i] = least + range * share(2 - Math.abs(t - 4));
  }
}

/** Hue in sixths of a circle. */
function angle(red: number, green: number, blue: number, most: number): number {
  const range = most - Math.min(red, green, blue);
  if (red === most) return (green - blue) / range;
  return green === most ? 2 + (blue - red) / range : 4 + (red - green) / range;
}

function share(weight: number): number {
  return Math.min(1, Math.max(0, weight));
}

function luma(red: number, green: number, blue: number): number {
  return 0.2989 * red + 0.587 * green + 0.114 * blue;
}

function meanLuma([r, g, b]: Rgb): number {
  return luma(mean(r), mean(g), mean(b));
}

function mean(plane: Float32Array): number {
  return plane.reduce((sum, value) => sum + value, 0) / plane.length;
}
