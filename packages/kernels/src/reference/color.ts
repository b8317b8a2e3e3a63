import { stepCodes, stepSize } from '../color-step.ts';
import { type Planes, planeGroups } from '../planes.ts';
import { turnHueTwin } from './hue.ts';
import { clampLane } from './lanes.ts';
import { normalizePlaneTwin } from './normalize.ts';

const { fround } = Math;
const [lumaRed, lumaGreen, lumaBlue] = [fround(0.2989), fround(0.587), fround(0.114)];

type Rgb = readonly [r: Float32Array, g: Float32Array, b: Float32Array];

/** The twin of the kernel `colorRun`: step by step over the whole image. */
export function colorRunTwin(from: Float32Array, planes: Planes, encoded: Float64Array, to: Float32Array): void {
  to.set(from);
  const size = planes.height * planes.width;
  for (const { first, step } of planeGroups(planes.count)) {
    const rgb = [0, 1, 2].map((c) => to.subarray((first + c * step) * size, (first + c * step + 1) * size)) as unknown as Rgb;
    for (let i = 0; i < encoded.length; i += stepSize) {
      if (encoded[i] === stepCodes.normalize) normalize(rgb, encoded.subarray(i + 1, i + stepSize));
      else applyStep(step === 1 ? rgb : rgb.slice(0, 1), rgb, encoded[i]!, encoded[i + 1]!, encoded[i + 2]!);
    }
  }
}

/** `planes` are those to write: one where red, green and blue are the same memory. */
function applyStep(planes: readonly Float32Array[], rgb: Rgb, code: number, first: number, second: number): void {
  if (code === stepCodes.scale) for (const plane of planes) scale(plane, first, second);
  else if (code === stepCodes.contrastLuma) {
    const added = fround(second * meanLuma(rgb));
    for (const plane of planes) scale(plane, first, added);
  } else if (code === stepCodes.contrastChannel) for (const plane of planes) scale(plane, first, fround(second * mean(plane)));
  else if (code === stepCodes.blendLuma) blendLuma(rgb, first, second);
  else if (code === stepCodes.hue) turnHueTwin(rgb, first);
  else for (const plane of planes) solarize(plane, first);
}

function normalize(rgb: Rgb, factors: Float64Array): void {
  for (const [c, plane] of rgb.entries()) normalizePlaneTwin(plane, factors[2 * c]!, factors[2 * c + 1]!, plane);
}

function scale(plane: Float32Array, factor: number, added: number): void {
  for (let i = 0; i < plane.length; i++) plane[i] = clampLane(fround(fround(plane[i]! * factor) + added), 0, 1);
}

function blendLuma([r, g, b]: Rgb, factor: number, rest: number): void {
  for (let i = 0; i < r.length; i++) {
    const gray = fround(rest * luma(r[i]!, g[i]!, b[i]!));
    r[i] = clampLane(fround(fround(r[i]! * factor) + gray), 0, 1);
    g[i] = clampLane(fround(fround(g[i]! * factor) + gray), 0, 1);
    b[i] = clampLane(fround(fround(b[i]! * factor) + gray), 0, 1);
  }
}

function solarize(plane: Float32Array, threshold: number): void {
  for (let i = 0; i < plane.length; i++) plane[i] = clampLane(plane[i]! >= threshold ? fround(1 - plane[i]!) : plane[i]!, 0, 1);
}

/** Pixel i counts into lane i mod 4, in float64; the lanes are joined as (0 + 2) + (1 + 3). */
function meanLuma([r, g, b]: Rgb): number {
  const lanes = new Float64Array(4);
  for (let i = 0; i < r.length; i++) lanes[i % 4]! += luma(r[i]!, g[i]!, b[i]!);
  return (lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!)) / r.length;
}

function mean(plane: Float32Array): number {
  const lanes = new Float64Array(4);
  for (let i = 0; i < plane.length; i++) lanes[i % 4]! += plane[i]!;
  return (lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!)) / plane.length;
}

function luma(r: number, g: number, b: number): number {
  return fround(fround(fround(lumaRed * r) + fround(lumaGreen * g)) + fround(lumaBlue * b));
}
