import type { Border } from '../blur.ts';
import type { Planes } from '../planes.ts';
import type { Warp } from '../warp.ts';
import { clampLane, largerLane, smallerLane } from './lanes.ts';

const { abs, floor, fround } = Math;

/** The twin of the kernel `warpPlanes`: the same places, weights and sums, one value after the other. */
export function warpPlanesTwin(from: Float32Array, planes: Planes, warp: Warp, to: Float32Array): void {
  const { height, width, count } = planes;
  const { places, fill } = warp;
  const size = warp.height * warp.width;
  for (let i = 0; i < size; i++) {
    const y = inside(places[i]!, height, warp);
    const x = inside(places[size + i]!, width, warp);
    const [top, left] = [floor(y), floor(x)];
    const [down, right] = [fround(y - top), fround(x - left)];
    const [up, back] = [fround(1 - down), fround(1 - right)];
    const weights = [fround(up * back), fround(up * right), fround(down * back), fround(down * right)];
    const taps = [...line(top, left, planes), ...line(top + 1, left, planes)];
    const share = weigh(
      taps.map((at) => (at < 0 ? 0 : 1)),
      weights,
    );
    for (let c = 0; c < count; c++) {
      const plane = c * height * width;
      const value = weigh(
        taps.map((at) => (at < 0 ? 0 : from[plane + at]!)),
        weights,
      );
      to[c * size + i] =
        fill === undefined ? value : fround(fround(value * share) + fround(fround(fill[c]!) * fround(1 - share)));
    }
  }
}

/** Where two neighbors of a row lie in their plane; -1 for those outside. */
function line(y: number, x: number, { height, width }: Planes): [number, number] {
  const at = (column: number): number => (y < 0 || y >= height || column < 0 || column >= width ? -1 : y * width + column);
  return [at(x), at(x + 1)];
}

function inside(place: number, length: number, { border, interpolation }: Warp): number {
  const [low, high] = border === 'zero' ? [-1, length] : [0, length - 1];
  const value = smallerLane(largerLane(low, unfolded(place, length, border)), high);
  return interpolation === 'nearest' ? nearestEven(value) : value;
}

function unfolded(place: number, length: number, border: Border): number {
  if (border !== 'reflect') return place;
  const period = 2 * (length - 1);
  const distance = abs(place);
  const turns = floor(fround(distance / period));
  const rest = abs(fround(distance - fround(turns * period)));
  return smallerLane(rest, fround(period - rest));
}

/** The nearest whole number, halves to the even one. */
function nearestEven(value: number): number {
  const below = floor(value);
  const rest = value - below;
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1;
  return rest < 0.5 ? below : below + 1;
}

function weigh([p, q, r, s]: readonly number[], [a, b, c, d]: readonly number[]): number {
  const upper = fround(fround(p! * a!) + fround(q! * b!));
  const sum = fround(fround(upper + fround(r! * c!)) + fround(s! * d!));
  const low = smallerLane(smallerLane(p!, q!), smallerLane(r!, s!));
  const high = largerLane(largerLane(p!, q!), largerLane(r!, s!));
  return clampLane(sum, low, high);
}
