import { allocate, warpPlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { type Fill, fillOf } from './fill.ts';
import { perspectiveCoefficients, type Points } from './perspective-coefficients.ts';
import { imageLike, planesOf } from './planes-of.ts';

/** A change of the point of view, by where four points go. */
export interface PerspectiveWarp {
  /** Four points [x, y] in pixels from the top left corner of the frame, no three on a line; and where they are in the result. */
  readonly startPoints: Points;
  readonly endPoints: Points;
  readonly interpolation: 'bilinear' | 'nearest';
  /** As in `warpAffine`. */
  readonly fill?: Fill;
}

/** An image as seen after its start points have moved to the end points. Points that stay change nothing, exactly. */
export function warpPerspective(input: Image, { startPoints, endPoints, interpolation, fill }: PerspectiveWarp): Image {
  const planes = planesOf(input);
  const { count, height, width } = planes;
  const [a, b, c, d, e, f, g, h, i] = perspectiveCoefficients(startPoints, endPoints);
  const places = allocate(2 * height * width);
  const plane = height * width;
  let at = 0;
  for (let row = 0; row < height; row++) {
    const y = row + 0.5;
    for (let column = 0; column < width; column++, at++) {
      const x = column + 0.5;
      const depth = g * x + h * y + i;
      places[at] = (d * x + e * y + f) / depth - 0.5;
      places[plane + at] = (a * x + b * y + c) / depth - 0.5;
    }
  }
  const warp = { height, width, places, interpolation, border: 'zero', ...fillOf('warpPerspective', fill, count) } as const;
  return imageLike(input, warpPlanes(values(input), planes, warp));
}
