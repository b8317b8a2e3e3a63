/** ln(sum(exp(v))), without overflow; -Infinity of nothing. */
export function logSumExp(numbers: ArrayLike<number>, from = 0, to = numbers.length): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) if (numbers[i]! > largest) largest = numbers[i]!;
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(numbers[i]! - largest);
  return largest + Math.log(sum);
}

/** exp(v) / sum(exp(v)) of at least one number; sums to 1. */
export function softmax(numbers: ArrayLike<number>): Float64Array {
  const total = logSumExp(numbers);
  return Float64Array.from(numbers, (value) => Math.exp(value - total));
}
