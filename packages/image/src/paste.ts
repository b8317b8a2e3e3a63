import { allocate } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';
import { checkBox } from './rgb-rows.ts';

/** An image with another one [c, height, width] on top, whose top left pixel comes to (top, left) and which lies inside it. */
export function paste(input: Image, patch: Image, { top, left }: { readonly top: number; readonly left: number }): Image {
  const { count, height, width } = planesOf(input);
  const small = planesOf(patch);
  checkBox('paste', { top, left, height: small.height, width: small.width }, input.shape);
  if (small.count !== count) throw new RangeError(`paste: expected a patch of ${count} channels, got ${small.count}`);
  const [from, over] = [values(input), values(patch)];
  const to = allocate(from.length);
  to.set(from);
  for (let c = 0; c < count; c++) {
    for (let y = 0; y < small.height; y++) {
      const line = (c * small.height + y) * small.width;
      to.set(over.subarray(line, line + small.width), (c * height + top + y) * width + left);
    }
  }
  return imageLike(input, to);
}
