import { storePixels } from './color-steps';
import { clampLanes } from './lanes';

/** The hue turned by `shift` sixths of a circle; the formula is explained at the twin. */
export function turnHue(from: usize, to: usize, apart: usize, count: i32, shift: f32): void {
  const shifts = f32x4.splat(shift);
  const size = (<usize>count) << 2;
  for (let at: usize = 0; at < size; at += 16) {
    const r = v128.load(from + at);
    const g = v128.load(from + at + apart);
    const b = v128.load(from + at + 2 * apart);
    const most = f32x4.pmax(f32x4.pmax(r, g), b);
    const least = f32x4.pmin(f32x4.pmin(r, g), b);
    const spread = f32x4.sub(most, least);
    const turned = f32x4.add(angle(r, g, b, most, spread), shifts);
    const circles = f32x4.floor(f32x4.mul(turned, f32x4.splat(<f32>(1.0 / 6.0))));
    const t = f32x4.sub(turned, f32x4.mul(f32x4.splat(6), circles));
    storePixels(
      to + at,
      apart,
      channel(least, spread, f32x4.sub(f32x4.abs(f32x4.sub(t, f32x4.splat(3))), f32x4.splat(1))),
      channel(least, spread, f32x4.sub(f32x4.splat(2), f32x4.abs(f32x4.sub(t, f32x4.splat(2))))),
      channel(least, spread, f32x4.sub(f32x4.splat(2), f32x4.abs(f32x4.sub(t, f32x4.splat(4))))),
    );
  }
}

// Masks stand for the choices of the twin: a chosen value is the value and-ed with a mask of ones, a refused one is 0.
function angle(r: v128, g: v128, b: v128, most: v128, spread: v128): v128 {
  const isRed = f32x4.eq(most, r);
  const isGreen = f32x4.eq(most, g);
  const divisor = v128.or(spread, v128.and(f32x4.eq(spread, f32x4.splat(0)), f32x4.splat(1)));
  const difference = v128.bitselect(f32x4.sub(g, b), v128.bitselect(f32x4.sub(b, r), f32x4.sub(r, g), isGreen), isRed);
  const start = v128.andnot(f32x4.sub(f32x4.splat(4), v128.and(isGreen, f32x4.splat(2))), isRed);
  return f32x4.add(f32x4.div(difference, divisor), start);
}

function channel(least: v128, spread: v128, weight: v128): v128 {
  return f32x4.add(least, f32x4.mul(spread, clampLanes(weight, f32x4.splat(0), f32x4.splat(1))));
}
