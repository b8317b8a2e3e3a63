import { allocate } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/**
 * An image [c, h, w] whose channel i is the input's channel order[i]. Throws RangeError unless `order` has one index of a
 * channel for each channel.
 */
export function shuffleChannels(input: Image, order: readonly number[]): Image {
  const { count, height, width } = planesOf(input);
  if (order.length !== count || !order.every((channel) => Number.isInteger(channel) && channel >= 0 && channel < count)) {
    throw new RangeError(`shuffleChannels: expected ${count} channels out of 0 to ${count - 1}, got [${order}]`);
  }
  const plane = height * width;
  const from = values(input);
  const to = allocate(from.length);
  for (const [i, channel] of order.entries()) to.set(from.subarray(channel * plane, (channel + 1) * plane), i * plane);
  return imageLike(input, to);
}
