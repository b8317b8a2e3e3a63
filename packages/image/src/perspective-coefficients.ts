/** Four points [x, y] in pixels. */
export type Points = readonly (readonly [number, number])[];
/** Of x' = (a x + b y + c) / (g x + h y + 1) and y' = (d x + e y + f) / (g x + h y + 1). */
export type PerspectiveCoefficients = readonly [number, number, number, number, number, number, number, number];

/**
 * The projective map that takes each end point back to its start point, solved in float64; points that stay give the identity.
 * Throws RangeError unless there are four of each, no three of them on a line.
 */
export function perspectiveCoefficients(startPoints: Points, endPoints: Points): PerspectiveCoefficients {
  if (startPoints.length !== 4 || endPoints.length !== 4) {
    throw new RangeError(`warpPerspective: expected 4 points and 4 points, got ${startPoints.length} and ${endPoints.length}`);
  }
  const stays = startPoints.every(([x, y], i) => x === endPoints[i]![0] && y === endPoints[i]![1]);
  if (stays) return [1, 0, 0, 0, 1, 0, 0, 0];
  const rows = endPoints.flatMap(([x, y], i) => {
    const [u, v] = startPoints[i]!;
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  return solve(rows) as unknown as PerspectiveCoefficients;
}

/** The solution of rows [n, n + 1], the right-hand side last. In place: elimination, with the largest pivot of each column. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    const row = rows[pivot]!;
    if (!(Math.abs(row[column]!) > 1e-9)) {
      throw new RangeError('warpPerspective: expected four points of which no three are on a line');
    }
    rows[pivot] = rows[column]!;
    rows[column] = row;
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / row[column]!;
      for (let k = column; k <= n; k++) rows[i]![k]! -= factor * row[k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
