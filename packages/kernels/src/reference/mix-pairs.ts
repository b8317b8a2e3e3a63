import type { RowPairs } from '../mix-pairs.ts';

const { fround } = Math;

/** The twin of the kernel `mixPairs`. */
export function mixPairsTwin({ first, second, width, factors, otherFactors, weights }: RowPairs, to: Float32Array): void {
  const step = Number(weights.length !== factors.length); // one weight for each element
  for (let r = 0; r < factors.length; r++) {
    const [factor, other] = [factors[r]!, otherFactors[r]!];
    for (let i = r * width; i < (r + 1) * width; i++) {
      const weight = weights[step ? i : r]!;
      const own = fround(fround(weight * factor) * first[i]!);
      to[i] = own + fround(fround(fround(1 - weight) * other) * second[i]!);
    }
  }
}
