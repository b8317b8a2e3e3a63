/** An affine map of the plane, x' = a x + b y + c and y' = d x + e y + f, from a pixel of the result to the place it shows. */
export type AffineMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** What an affine map does to a picture, about its center. */
export interface AffineMap {
  /** Rotation, clockwise. */
  readonly degrees: number;
  /** Pixels to the right, and down. */
  readonly translate: readonly [number, number];
  /** Enlargement, > 0. */
  readonly scale: number;
  /** Degrees, in (-90, 90), by which upright lines lean to the right at the top, and level lines rise to the right. */
  readonly shear: readonly [number, number];
}

/**
 * The matrix for `warpAffine`: the inverse of shearing along x, then y, rotating, scaling and translating, with x to the right, y
 * down and the origin at the center. Throws RangeError where the map has no inverse.
 */
export function affineMatrix({ degrees, translate: [right, down], scale, shear }: AffineMap): AffineMatrix {
  const [rotation, shearX, shearY] = [degrees, ...shear].map((angle) => (angle * Math.PI) / 180) as [number, number, number];
  if (!(scale > 0) || !shear.every((angle) => Math.abs(angle) < 90)) {
    throw new RangeError(`affineMatrix: expected a scale > 0 and shears in (-90, 90), got ${scale} and ${shear}`);
  }
  const cos = Math.cos(rotation - shearY) / Math.cos(shearY);
  const sin = Math.sin(rotation - shearY) / Math.cos(shearY);
  const lean = Math.tan(shearX);
  // the forward map without scale is [[cos, -cos lean - sin(rotation)], [sin, -sin lean + cos(rotation)]], of determinant 1
  const a = (Math.cos(rotation) - sin * lean) / scale;
  const b = (Math.sin(rotation) + cos * lean) / scale;
  const d = -sin / scale;
  const e = cos / scale;
  return [a, b, -a * right - b * down, d, e, -d * right - e * down];
}
