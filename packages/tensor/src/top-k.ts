/**
 * Indices of the `count` largest numbers, largest first; ties go to the lower index and NaN comes last.
 * All indices when there are fewer than `count`. `keep` leaves candidates out.
 */
export function topK(numbers: ArrayLike<number>, count: number, keep: (index: number) => boolean = () => true): number[] {
  const candidates: number[] = [];
  for (let i = 0; i < numbers.length; i++) if (keep(i)) candidates.push(i);
  const score = (index: number) => (Number.isNaN(numbers[index]!) ? Number.NEGATIVE_INFINITY : numbers[index]!);
  return candidates.sort((a, b) => compare(score(b), score(a)) || rankNaN(numbers, a, b) || a - b).slice(0, count);
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rankNaN(numbers: ArrayLike<number>, a: number, b: number): number {
  return Number(Number.isNaN(numbers[a]!)) - Number(Number.isNaN(numbers[b]!));
}
