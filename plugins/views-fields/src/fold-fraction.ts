/**
 * Determinants [h, w] of the Jacobian of p -> p + field(p), for a field [2, h, w] of displacements in pixels (down, then across):
 * central differences inside, one-sided ones at the border, 0 along an axis of one pixel. 1 where nothing is stretched; at 0 or below
 * the map folds over itself.
 */
export function jacobianDeterminants(field: Float32Array, height: number, width: number): Float32Array {
  const determinants = new Float32Array(height * width);
  const across = height * width;
  for (let y = 0, i = 0; y < height; y++) {
    const [above, below] = [y > 0 ? width : 0, y < height - 1 ? width : 0];
    const tall = above + below === 0 ? 0 : width / (above + below);
    for (let x = 0; x < width; x++, i++) {
      const before = x > 0 ? 1 : 0;
      const after = x < width - 1 ? 1 : 0;
      const wide = before + after === 0 ? 0 : 1 / (before + after);
      const downByY = (field[i + below]! - field[i - above]!) * tall;
      const downByX = (field[i + after]! - field[i - before]!) * wide;
      const acrossByY = (field[across + i + below]! - field[across + i - above]!) * tall;
      const acrossByX = (field[across + i + after]! - field[across + i - before]!) * wide;
      determinants[i] = (1 + downByY) * (1 + acrossByX) - downByX * acrossByY;
    }
  }
  return determinants;
}

/** Share of the pixels where a field [2, h, w] of displacements in pixels folds: where the determinant of the Jacobian is 0 or less. */
export function foldFraction(field: Float32Array, height: number, width: number): number {
  const determinants = jacobianDeterminants(field, height, width);
  return determinants.reduce((folds, determinant) => folds + Number(!(determinant > 0)), 0) / determinants.length;
}
