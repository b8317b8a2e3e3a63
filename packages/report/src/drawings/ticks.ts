/**
 * Round numbers in [low, high], about `count` of them, at distances of 1, 2 or 5 times a power of ten. One number where the interval has no length.
 */
export function ticksOf([low, high]: readonly [number, number], count: number): readonly number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A number as short as its neighbors allow: 0.05, 1200, 3e6. */
export function tickText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential().replace('e+', 'e');
  return `${value}`.replace('-', '\u2212');
}

/** The smallest interval that holds all finite numbers, a little wider; [0, 1] where there is none. */
export function intervalOf(numbers: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const each of numbers) if (Number.isFinite(each)) [low, high] = [Math.min(low, each), Math.max(high, each)];
  if (low > high) return [0, 1];
  const room = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high) * 0.1, 1e-3);
  return [low - room, high + room];
}
