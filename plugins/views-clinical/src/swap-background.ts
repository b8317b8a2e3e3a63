import { allocate } from '@viewforge/kernels';
import { type Image, image as imageOf, values } from '@viewforge/tensor';

/**
 * An image [c, h, w] where a mask [1, h, w] in [0, 1] is 1 and `background` [c, h, w] where it is 0, in proportion between: the
 * pixels of the foreground keep their bits. For a robot before another scene.
 * Throws RangeError for other shapes.
 */
export function swapBackground(image: Image, mask: Image, background: Image): Image {
  if (background.shape.some((side, axis) => side !== image.shape[axis])) {
    throw new RangeError(`swapBackground: expected a background of [${image.shape}], got [${background.shape}]`);
  }
  const others = values(background);
  return blend('swapBackground', image, mask, (at) => others[at]!);
}

/**
 * An image [c, h, w] within a mask [1, h, w] in [0, 1], and one intensity outside it: the lungs of a chest, the wound of a picture. What lies
 * within keeps its bits. Throws RangeError for a mask of another shape.
 */
export function restrictToMask(image: Image, mask: Image, fill = 0): Image {
  return blend('restrictToMask', image, mask, () => fill);
}

function blend(where: string, image: Image, mask: Image, behind: (at: number) => number): Image {
  const [c, h, w] = image.shape as [number, number, number];
  if (mask.shape[0] !== 1 || mask.shape[1] !== h || mask.shape[2] !== w) {
    throw new RangeError(`${where}: expected a mask of [1, ${h}, ${w}], got [${mask.shape}]`);
  }
  const [from, shares] = [values(image), values(mask)];
  const to = allocate(from.length);
  for (let channel = 0, at = 0; channel < c; channel++) {
    for (let pixel = 0; pixel < h * w; pixel++, at++) {
      const share = shares[pixel]!;
      to[at] = share === 1 ? from[at]! : from[at]! * share + behind(at) * (1 - share);
    }
  }
  return imageOf(to, c, h, w);
}
