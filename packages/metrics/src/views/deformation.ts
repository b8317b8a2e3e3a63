/** How a displacement field bends an image. */
export interface Deformation {
  /** Share of pixels at which the map turns over or is flat (Jacobian determinant <= 0); in [0, 1]. */
  readonly foldFraction: number;
  /** Smallest Jacobian determinant; 1 where nothing is bent. */
  readonly smallestJacobian: number;
  /** Lengths in pixels. */
  readonly largestDisplacement: number;
  readonly meanDisplacement: number;
  /** The same as shares of the longer side. */
  readonly largestShare: number;
  readonly meanShare: number;
  /** Pixels. */
  readonly n: number;
  readonly notes: readonly string[];
}

/**
 * What a field [2, h, w] in pixels, down first, then right, does: pixel p of the view is the image at p + field(p). Derivatives
 * are central differences, one-sided at the border. All NaN, with a note, for no pixels or a number that is not finite. Throws
 * RangeError for a field of another length.
 */
export function deformationOf(field: ArrayLike<number>, height: number, width: number): Deformation {
  const n = height * width;
  if (field.length !== 2 * n) {
    throw new RangeError(`deformationOf: expected a field of [2, ${height}, ${width}], got ${field.length} values`);
  }
  let [folds, smallest, largest, sum] = [0, Number.POSITIVE_INFINITY, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const determinant = determinantAt(field, height, width, y, x);
      const length = Math.hypot(field[at]!, field[n + at]!);
      if (!Number.isFinite(length)) return nothing('the field is not all finite numbers');
      if (determinant <= 0) folds++;
      smallest = Math.min(smallest, determinant);
      largest = Math.max(largest, length);
      sum += length;
    }
  }
  if (n === 0) return nothing('a field without pixels bends nothing');
  const side = Math.max(height, width);
  return {
    foldFraction: folds / n,
    smallestJacobian: smallest,
    largestDisplacement: largest,
    meanDisplacement: sum / n,
    largestShare: largest / side,
    meanShare: sum / n / side,
    n,
    notes: [],
  };
}

/** det(I + gradient of the field) at one pixel. */
function determinantAt(field: ArrayLike<number>, height: number, width: number, y: number, x: number): number {
  const [top, bottom] = [Math.max(y - 1, 0), Math.min(y + 1, height - 1)];
  const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
  // a side of one pixel has no derivative
  const down = (plane: number): number => (value(plane, bottom, x) - value(plane, top, x)) / Math.max(bottom - top, 1);
  const across = (plane: number): number => (value(plane, y, right) - value(plane, y, left)) / Math.max(right - left, 1);
  const value = (plane: number, row: number, column: number): number => field[(plane * height + row) * width + column]!;
  return (1 + down(0)) * (1 + across(1)) - across(0) * down(1);
}

function nothing(why: string): Deformation {
  const [none, notes] = [Number.NaN, [why]];
  return {
    foldFraction: none,
    smallestJacobian: none,
    largestDisplacement: none,
    meanDisplacement: none,
    largestShare: none,
    meanShare: none,
    n: 0,
    notes,
  };
}
