import type { Features } from '@viewforge/tensor';
import { spectrumOf } from '../spectrum.ts';
import { classSeparationOf } from './class-separation.ts';

/** One output of an encoder, such as its backbone or its head. */
export interface OutputRow {
  readonly name: string;
  readonly width: number;
  /** Effective rank; NaN for all zeros. */
  readonly rankMe: number;
  /** NaN without labels. */
  readonly classSeparation: number;
  /** The same two beside those of the first output: 1 in its own row. */
  readonly rankRatio: number;
  readonly separationRatio: number;
  /** [min(n, width)]; singular values as shares of the largest: how unequally the output weights its directions. */
  readonly weightProfile: Float64Array;
  /** Rows. */
  readonly n: number;
  readonly notes: readonly string[];
}

/**
 * What becomes of the same items from one output of an encoder to the next, such as from the backbone, named first, through the
 * layers of a projection head: rank, class separation (with `labels` [n], below 0 for none) and the profile of weights. Outputs
 * are [n, d] of any widths. Throws ViewforgeError (LABEL) for too few or too many labels.
 */
export function outputTable(outputs: Readonly<Record<string, Features>>, labels?: ArrayLike<number>): OutputRow[] {
  const found = Object.entries(outputs).map(([name, x]) => {
    const separation = labels && classSeparationOf(x, labels);
    const rankMe = x.shape[0] === 0 ? Number.NaN : spectrumOf(x).rankMe;
    const notes = Number.isNaN(rankMe) ? ['there is no rank of no rows, of zeros, or of numbers that are not finite'] : [];
    return {
      name,
      width: x.shape[1]!,
      rankMe,
      classSeparation: separation?.value ?? Number.NaN,
      weightProfile: weightProfileOf(x),
      n: x.shape[0]!,
      notes: [...notes, ...(separation?.notes ?? [])],
    };
  });
  return found.map((row) => ({
    ...row,
    rankRatio: row.rankMe / found[0]!.rankMe,
    separationRatio: row.classSeparation / found[0]!.classSeparation,
  }));
}

/** [min(n, d)]; singular values of x [n, d] as shares of the largest, which is 1; NaN each for all zeros. */
export function weightProfileOf(x: Features): Float64Array {
  const { singularValues } = spectrumOf(x);
  return singularValues.map((value) => value / singularValues[0]!);
}
