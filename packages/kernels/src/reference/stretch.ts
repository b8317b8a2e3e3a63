import { clampLane, largerLane, smallerLane } from './lanes.ts';

const { fround } = Math;

/** The twin of the kernel `stretchPlane`. */
export function stretchPlaneTwin(from: Float32Array, to: Float32Array): void {
  const lowest = from.reduce(smallerLane);
  const highest = from.reduce(largerLane);
  const isFlat = lowest === highest;
  const zero = isFlat ? 0 : lowest;
  const span = isFlat ? 1 : fround(highest - lowest);
  for (let i = 0; i < from.length; i++) to[i] = clampLane(fround(fround(from[i]! - zero) / span), 0, 1);
}
