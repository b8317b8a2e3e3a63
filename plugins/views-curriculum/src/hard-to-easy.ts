import { type AffineMatrix, affineMatrix } from '@viewforge/image';

/** How the augmenter `affine` placed a picture in a view: the part of its params that says so. */
export interface Placement {
  /** Clockwise. */
  readonly degrees: number;
  /** Pixels. */
  readonly right: number;
  readonly down: number;
  readonly scale: number;
  /** Degrees. */
  readonly shearX: number;
  readonly shearY: number;
}

/**
 * The affine map from a pixel of one view to where the other view of the same picture shows the same point, in pixels from the
 * middles. `warpAffine(easyMap, { matrix: hardToEasy(hard, easy), … })` therefore brings a map over the easy view to the frame of
 * the hard view. For maps of another size than the views, multiply the third and the sixth number by their ratio. Views placed
 * alike give the identity.
 */
export function hardToEasy(hard: Placement, easy: Placement): AffineMatrix {
  const [a, b, c, d, e, f] = matrixOf(easy);
  const determinant = a * e - b * d;
  const [p, q, r, s, t, u] = matrixOf(hard);
  // the inverse of the easy view's map after the hard view's
  const x = (along: number, down: number) => (e * along - b * down) / determinant;
  const y = (along: number, down: number) => (a * down - d * along) / determinant;
  return [x(p, s), x(q, t), x(r - c, u - f), y(p, s), y(q, t), y(r - c, u - f)];
}

function matrixOf({ degrees, right, down, scale, shearX, shearY }: Placement): AffineMatrix {
  return affineMatrix({ degrees, translate: [right, down], scale, shear: [shearX, shearY] });
}
