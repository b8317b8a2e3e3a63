/** Four points [x, y] in pixels. */
export type Points = readonly (readonly [number, number])[];
/** Of x' = (a x + b y + c) / (g x + h y + i) and y' = (d x + e y + f) / (g x + h y + i), row by row. */
export type PerspectiveCoefficients = readonly [number, number, number, number, number, number, number, number, number];

/**
 * The projective map that takes each end point back to its start point, in float64; points that stay give the identity. It may take any
 * other point to infinity. Throws RangeError unless there are four of each, no three of them on a line.
 */
export function perspectiveCoefficients(startPoints: Points, endPoints: Points): PerspectiveCoefficients {
  if (startPoints.length !== 4 || endPoints.length !== 4) {
    throw new RangeError(`warpPerspective: expected 4 points and 4 points, got ${startPoints.length} and ${endPoints.length}`);
  }
  const stays = startPoints.every(([x, y], i) => x === endPoints[i]![0] && y === endPoints[i]![1]);
  if (stays) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [start, end] = [sharesOf(startPoints), sharesOf(endPoints)];
  const sums = new Float64Array(9);
  for (let k = 0; k < 3; k++) {
    const [[x, y], [u, v]] = [endPoints[(k + 1) % 3]!, endPoints[(k + 2) % 3]!];
    const line = [y - v, u - x, x * v - u * y]; // 0 at the other two corners
    for (const [row, value] of [...startPoints[k]!, 1].entries()) {
      for (const [column, part] of line.entries()) sums[3 * row + column]! += (start[k]! / end[k]!) * value * part;
    }
  }
  return [...sums] as unknown as PerspectiveCoefficients;
}

/** How much of each of the first three points, as [x, y, 1], makes the fourth, up to a common factor. */
function sharesOf([a, b, c, d]: Points): readonly [number, number, number] {
  const shares = [twiceArea([d!, b!, c!]), twiceArea([a!, d!, c!]), twiceArea([a!, b!, d!])] as const;
  if (![...shares, twiceArea([a!, b!, c!])].every((area) => Math.abs(area) > 1e-9)) {
    throw new RangeError('warpPerspective: expected four points of which no three are on a line');
  }
  return shares;
}

/** Of a triangle; below 0 the other way round. */
function twiceArea([[x, y], [u, v], [s, t]]: readonly [Points[number], Points[number], Points[number]]): number {
  return (u - x) * (t - y) - (v - y) * (s - x);
}
