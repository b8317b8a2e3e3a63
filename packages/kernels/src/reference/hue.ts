import { clampLane, largerLane, smallerLane } from './lanes.ts';

const { fround } = Math;
const sixth = fround(1 / 6);

/**
 * The twin of the kernel's hue step. The angle t is measured in sixths of a circle, turned by `shift`, and brought back into [0, 6);
 * a channel is min + (max - min) * w, where w falls and rises linearly with the distance of t from that channel's own angle. This is
 * RGB -> HSV -> RGB without the division and multiplication by the saturation.
 */
export function turnHueTwin([r, g, b]: readonly [Float32Array, Float32Array, Float32Array], shift: number): void {
  for (let i = 0; i < r.length; i++) {
    const [red, green, blue] = [r[i]!, g[i]!, b[i]!];
    const most = largerLane(largerLane(red, green), blue);
    const least = smallerLane(smallerLane(red, green), blue);
    const spread = fround(most - least);
    const turned = fround(angle(red, green, blue, most, spread) + shift);
    const t = fround(turned - fround(6 * Math.floor(fround(turned * sixth))));
    r[i] = channel(least, spread, fround(Math.abs(fround(t - 3)) - 1));
    g[i] = channel(least, spread, fround(2 - Math.abs(fround(t - 2))));
    b[i] = channel(least, spread, fround(2 - Math.abs(fround(t - 4))));
  }
}

/** The hue in sixths of a circle, in [-1, 5]; 0 for gray. */
function angle(red: number, green: number, blue: number, most: number, spread: number): number {
  const divisor = spread === 0 ? 1 : spread;
  if (most === red) return fround(fround(fround(green - blue) / divisor) + 0);
  if (most === green) return fround(fround(fround(blue - red) / divisor) + 2);
  return fround(fround(fround(red - green) / divisor) + 4);
}

/** min + (max - min) * w, both w and the result clamped to [0, 1]. */
function channel(least: number, spread: number, weight: number): number {
  return clampLane(fround(least + fround(spread * clampLane(weight, 0, 1))), 0, 1);
}
