import type { RowMix } from '../mix-rows.ts';

const { fround } = Math;
const shortest = fround(1e-12);

/** The twin of the kernel `mixRows`. */
export function mixRowsTwin({ rows, width, first, second, weights }: RowMix, unit: 0 | 1, to: Float32Array): void {
  const lanes = new Float32Array(4);
  for (let r = 0; r < weights.length; r++) {
    const [a, b, weight] = [first[r]! * width, second[r]! * width, weights[r]!];
    lanes.fill(0);
    for (let i = 0; i < width; i++) {
      const low = rows[b + i]!;
      const mixed = fround(low + fround(weight * fround(rows[a + i]! - low)));
      to[r * width + i] = mixed;
      lanes[i & 3] = lanes[i & 3]! + fround(mixed * mixed);
    }
    if (unit === 0) continue;
    const even = fround(lanes[0]! + lanes[2]!);
    const length = Math.max(fround(Math.sqrt(fround(even + fround(lanes[1]! + lanes[3]!)))), shortest);
    for (let i = r * width; i < (r + 1) * width; i++) to[i] = to[i]! / length;
  }
}
