import { compute } from './compute.ts';
import { mixPairsTwin } from './reference/mix-pairs.ts';

/** Rows to be mixed two by two: row i of `first` with row i of `second`, [m, width] each. */
export interface RowPairs {
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly width: number;
  /** [m]; what rows are multiplied by before, such as 1 / length. */
  readonly factors: Float32Array;
  readonly otherFactors: Float32Array;
  /** [m], or [m, width] for a weight of each element; how much of `first` is in a mixture. */
  readonly weights: Float32Array;
}

/** (w f) a + ((1 - w) g) b of each pair, [m, width] in float32: exactly f a for a weight of 1. Throws RangeError for lists that do not fit. */
export function mixPairs(pairs: RowPairs): Float32Array {
  const { first, second, width, factors, otherFactors, weights } = pairs;
  const [count, size] = [factors.length, factors.length * width];
  if (first.length !== size || second.length !== size || otherFactors.length !== count) {
    throw new RangeError(
      `mixPairs: expected two times [${count}, ${width}] and ${count} factors, got ${first.length}, ${second.length} and ${otherFactors.length}`,
    );
  }
  if (weights.length !== count && weights.length !== size) {
    throw new RangeError(`mixPairs: expected ${count} or ${size} weights, got ${weights.length}`);
  }
  const each = Number(weights.length !== count);
  return compute({
    length: size,
    needs: [first, second, factors, otherFactors, weights],
    kernel: (exports, to, [a = 0, b = 0, factorsAt = 0, othersAt = 0, weightsAt = 0]) =>
      exports.mixPairs(a, b, width, count, factorsAt, othersAt, weightsAt, each, to),
    twin: (to) => mixPairsTwin(pairs, to),
  });
}
