/** Neighbors of one shape in a list of views. */
export interface EqualSizes {
  /** Place of the first in the list. */
  readonly from: number;
  readonly count: number;
  readonly shape: readonly number[];
}

/**
 * Runs of equal shapes in a list of views, in its order: what an encoder can take as one batch. Their results, put behind one another
 * in the same order, are in the order of the views. Two globals of 224 and six locals of 96 are two runs.
 */
export function equalSizes(shapes: readonly (readonly number[])[]): EqualSizes[] {
  const runs: EqualSizes[] = [];
  for (const [place, shape] of shapes.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && last.shape.length === shape.length && last.shape.every((side, axis) => side === shape[axis])) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else runs.push({ from: place, count: 1, shape });
  }
  return runs;
}
