import type { ImageFeeding } from './feeding.ts';

/**
 * In place: writes `count` images, beginning with item `first` of planar `from` [n, c, h, w], into `to` in the model's layout,
 * each channel shifted and scaled as the model wants it.
 */
export function fillBatch(
  to: Float32Array,
  from: Float32Array | Float64Array,
  [first, count]: readonly [number, number],
  pixels: number,
  feeding: Omit<ImageFeeding, 'size'>,
): void {
  const { layout, channels, mean, deviation, scale, shift } = feeding;
  for (let plane = 0; plane < count * channels; plane++) {
    const channel = plane % channels;
    const source = from.subarray((first * channels + plane) * pixels, (first * channels + plane + 1) * pixels);
    const gain = scale / deviation[channel]!;
    const offset = -(shift + mean[channel]!) / deviation[channel]!;
    if (layout === 'nhwc') interleave(to, (plane - channel) * pixels + channel, channels, source, gain, offset);
    else if (gain === 1 && offset === 0) to.set(source, plane * pixels);
    else interleave(to, plane * pixels, 1, source, gain, offset);
  }
}

function interleave(
  to: Float32Array,
  start: number,
  step: number,
  from: Float32Array | Float64Array,
  gain: number,
  offset: number,
): void {
  for (let i = 0, at = start; i < from.length; i++, at += step) to[at] = from[i]! * gain + offset;
}
