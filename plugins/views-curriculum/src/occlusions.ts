import { boxAround } from '@viewforge/augment';
import { type Box, crop, erase, paste } from '@viewforge/image';
import type { Random } from '@viewforge/random';
import type { Image } from '@viewforge/tensor';

/** A keypoint of an image, in pixels: column, then row. */
export type Joint = readonly [x: number, y: number];

/** A box of this image, at (top, left), that is taken from another image, at (fromTop, fromLeft). */
export interface Patch extends Box {
  readonly fromTop: number;
  readonly fromLeft: number;
}

/**
 * How many holes there are and how large: a hole of half size r is 2 r + 1 pixels wide, and r is drawn evenly from whole pixels,
 * both ends included.
 */
export interface Holes {
  readonly count: number;
  readonly halfSizeRange: readonly [low: number, high: number];
}

/** The published sizes, for inputs of 256 x 192. */
const halfSizeRange = [10, 19] as const;

/**
 * Holes for an image [c, h, w] around pixels drawn evenly, clipped to it: five by default. Draws row, column and half size of
 * each.
 */
export function drawHoles([, h, w]: readonly number[], random: Random, holes: Partial<Holes> = {}): Box[] {
  const { count, halfSizeRange: range } = { count: 5, halfSizeRange, ...holes };
  return Array.from({ length: count }, () => {
    const center = [random.integer(0, h!), random.integer(0, w!)] as const;
    return holeAround(center, range, [h!, w!], random);
  });
}

/**
 * Holes for an image [c, h, w] around joints drawn with replacement, each moved by a normal deviate in pixels: five by default,
 * moved by 10. Clipped to the image, and left out where they lie outside. Draws the joint, both moves and the half size of each;
 * without joints, as `drawHoles`.
 */
export function drawJointHoles(
  shape: readonly number[],
  joints: readonly Joint[],
  random: Random,
  holes: Partial<Holes & { readonly deviation: number }> = {},
): Box[] {
  const { count, halfSizeRange: range, deviation } = { count: 5, halfSizeRange, deviation: 10, ...holes };
  if (joints.length === 0) return drawHoles(shape, random, { count, halfSizeRange: range });
  const [, h, w] = shape as [number, number, number];
  const drawn = Array.from({ length: count }, () => {
    const [x, y] = joints[random.integer(0, joints.length)]!;
    const column = Math.round(x + random.normal(0, deviation));
    return holeAround([Math.round(y + random.normal(0, deviation)), column], range, [h, w], random);
  });
  return drawn.filter(({ height, width }) => height * width > 0);
}

/** Boxes of an image [c, h, w] to be taken from the same place of another one of its size: two by default, drawn as holes. */
export function drawPatches(shape: readonly number[], random: Random, holes: Partial<Holes> = {}): Patch[] {
  return drawHoles(shape, random, { count: 2, ...holes }).map((box) => ({ ...box, fromTop: box.top, fromLeft: box.left }));
}

/**
 * Boxes around joints of an image [c, h, w] to be taken from around joints of another one of its size: two by default, clipped
 * where either box would leave its image. Draws this image's joint, the other's and the half size of each; where an image has no
 * joints, as `drawPatches`.
 */
export function drawJointPatches(
  shape: readonly number[],
  joints: readonly Joint[],
  donorJoints: readonly Joint[],
  random: Random,
  holes: Partial<Holes> = {},
): Patch[] {
  const { count, halfSizeRange: range } = { count: 2, halfSizeRange, ...holes };
  if (joints.length === 0 || donorJoints.length === 0) return drawPatches(shape, random, { count, halfSizeRange: range });
  return Array.from({ length: count }, () => {
    const to = joints[random.integer(0, joints.length)]!;
    const from = donorJoints[random.integer(0, donorJoints.length)]!;
    return patchBetween(to, from, random.integer(range[0], range[1] + 1), shape);
  });
}

/** Joint holes and then even ones (JOCO), five each. */
export function drawJoco(shape: readonly number[], joints: readonly Joint[], random: Random): Box[] {
  return [...drawJointHoles(shape, joints, random.fork('joints')), ...drawHoles(shape, random.fork('holes'))];
}

/** Patches between joints and then even ones (JCCM), two each. */
export function drawJccm(
  shape: readonly number[],
  joints: readonly Joint[],
  donorJoints: readonly Joint[],
  random: Random,
): Patch[] {
  return [...drawJointPatches(shape, joints, donorJoints, random.fork('joints')), ...drawPatches(shape, random.fork('patches'))];
}

/** An image [c, h, w] with one intensity, black by default, in all holes. */
export function fillHoles(image: Image, holes: readonly Box[], value = 0): Image {
  return holes.reduce((filled, hole) => erase(filled, hole, value), image);
}

/** An image [c, h, w] with patches of another one of its size, one after the other. */
export function pastePatches(image: Image, donor: Image, patches: readonly Patch[]): Image {
  return patches.reduce((pasted, { fromTop, fromLeft, height, width, ...place }) => {
    return paste(pasted, crop(donor, { top: fromTop, left: fromLeft, height, width }), place);
  }, image);
}

function holeAround(
  center: readonly [y: number, x: number],
  [low, high]: readonly [number, number],
  [h, w]: readonly [number, number],
  random: Random,
): Box {
  return boxAround(center, 2 * random.integer(low, high + 1) + 1, h, w);
}

/** The square around both joints, as far as it lies inside both images; joints outside count as the nearest pixel inside. */
function patchBetween(to: Joint, from: Joint, halfSize: number, [, h, w]: readonly number[]): Patch {
  const inside = ([x, y]: Joint) => [clamp(Math.round(y), h! - 1), clamp(Math.round(x), w! - 1)] as const;
  const [toY, toX] = inside(to);
  const [fromY, fromX] = inside(from);
  const up = Math.min(halfSize, toY, fromY);
  const left = Math.min(halfSize, toX, fromX);
  return {
    top: toY - up,
    left: toX - left,
    fromTop: fromY - up,
    fromLeft: fromX - left,
    height: up + Math.min(halfSize, h! - 1 - toY, h! - 1 - fromY) + 1,
    width: left + Math.min(halfSize, w! - 1 - toX, w! - 1 - fromX) + 1,
  };
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
