/**
 * The numbers below which the given shares (each in [0, 1]) of `numbers` lie, by linear interpolation between the two neighbors
 * of place p (n - 1) in ascending order. NaN each for no numbers, or where one is NaN.
 */
export function quantilesOf(numbers: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(numbers).sort();
  // NaN sorts last
  if (sorted.length === 0 || Number.isNaN(sorted.at(-1)!)) return shares.map(() => Number.NaN);
  return shares.map((share) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low === high ? low : low + (high - low) * (place - Math.floor(place));
  });
}
