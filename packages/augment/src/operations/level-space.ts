import type { Operation, OperationName } from './operation.ts';

/** What full strength means for each operation. Strengths are in [0, 1]: level 9 of 30 is 0.3. */
export interface LevelSpace {
  /** Degrees at full strength; `wholeDegrees` cuts them to whole ones. */
  readonly rotate: number;
  readonly wholeDegrees: boolean;
  /** Slope at full strength. */
  readonly shear: number;
  /** How far at full strength: as a share of the side along which the image moves, or in pixels. */
  readonly translate: { readonly share: number } | { readonly pixels: number };
  /** Bits at strength 0, and how many of them full strength takes. */
  readonly posterize: { readonly bits: number; readonly taken: number; readonly rounding: 'down' | 'nearest' };
  /**
   * Factor of brightness, color, contrast and sharpness: from `low` to `high` with the strength, or 1 at strength 0 and then, by
   * the drawn sign, down to `low` or up to `high`.
   */
  readonly enhance: { readonly low: number; readonly high: number; readonly from: 'low' | 'one' };
  /** Side of the square at full strength, in pixels. */
  readonly cutout: number;
}

/** Full strength of the usual operations on photographs. */
const standard: LevelSpace = {
  rotate: 30,
  wholeDegrees: false,
  shear: 0.3,
  translate: { share: 150 / 331 },
  posterize: { bits: 4, taken: 4, rounding: 'down' },
  enhance: { low: 0.1, high: 1.9, from: 'low' },
  cutout: 40,
};

/**
 * The spaces that policies name. `standard` is RandAugment's; `small` is for pictures of 32 x 32; `increasing` is standard, but
 * factors grow away from 1; `centered` is increasing, but bits start at 8, so that at strength 0 no operation with a strength
 * changes anything; `wide` is TrivialAugment's; `sub-policy` is AutoAugment's and `chain` AugMix’s.
 */
export const levelSpaces = {
  standard,
  small: { ...standard, translate: { pixels: 10 }, cutout: 20 },
  increasing: { ...standard, enhance: { low: 0.1, high: 1.9, from: 'one' } },
  centered: {
    ...standard,
    enhance: { low: 0.1, high: 1.9, from: 'one' },
    posterize: { bits: 8, taken: 4, rounding: 'down' },
  },
  wide: {
    rotate: 135,
    wholeDegrees: true,
    shear: 0.99,
    translate: { pixels: 32 },
    posterize: { bits: 8, taken: 6, rounding: 'down' },
    enhance: { low: 0.01, high: 2, from: 'one' },
    cutout: 40,
  },
  'sub-policy': {
    ...standard,
    enhance: { low: 0.1, high: 1.9, from: 'one' },
    posterize: { bits: 8, taken: 4, rounding: 'nearest' },
  },
  chain: { ...standard, translate: { share: 1 / 3 } },
} as const satisfies Readonly<Record<string, LevelSpace>>;

/** Where and how an operation is aimed: what is drawn besides its strength. */
export interface Aim {
  /** 1 or -1: which way it turns, leans, moves or leaves 1. */
  readonly sign: number;
  /** Middle of a cutout, as whole pixels (y, x). */
  readonly center: readonly [y: number, x: number];
}

/** The operation of this name at a strength in [0, 1], for an image of shape [c, h, w]. */
export function operationAt(
  name: OperationName,
  strength: number,
  { sign, center }: Aim,
  shape: readonly number[],
  space: LevelSpace,
): Operation {
  const [, height, width] = shape as [number, number, number];
  switch (name) {
    case 'identity':
    case 'autocontrast':
    case 'equalize':
    case 'invert':
      return { op: name };
    case 'posterize':
      return { op: name, bits: space.posterize.bits - taken(space.posterize, strength) };
    case 'solarize':
      return { op: name, threshold: 256 - whole(256 * strength) };
    case 'solarize-add':
      return { op: name, amount: whole(110 * strength) };
    case 'brightness':
    case 'color':
    case 'contrast':
    case 'sharpness':
      return { op: name, factor: factorAt(space.enhance, strength, sign) };
    case 'rotate': {
      const degrees = space.rotate * strength;
      return { op: name, degrees: sign * (space.wholeDegrees ? whole(degrees) : degrees) };
    }
    case 'shear-x':
    case 'shear-y':
      return { op: name, slope: sign * space.shear * strength };
    case 'translate-x':
      return { op: name, pixels: sign * distance(space.translate, width) * strength };
    case 'translate-y':
      return { op: name, pixels: sign * distance(space.translate, height) * strength };
    case 'cutout':
      return { op: name, ...boxAround(center, whole(space.cutout * strength), height, width) };
  }
}

/** The square of this side around a pixel, clipped to the image; of an even side, the pixel is the first behind its middle. */
export function boxAround([y, x]: readonly [number, number], side: number, height: number, width: number) {
  const before = Math.floor(side / 2);
  const top = Math.max(0, y - before);
  const left = Math.max(0, x - before);
  return {
    top,
    left,
    height: Math.max(0, Math.min(height, y - before + side) - top),
    width: Math.max(0, Math.min(width, x - before + side) - left),
  };
}

/** Cut to a whole number; 3 times a third counts as 1. */
function whole(value: number): number {
  return Math.floor(value + 1e-9);
}

function taken(posterize: LevelSpace['posterize'], strength: number): number {
  return posterize.rounding === 'down' ? whole(posterize.taken * strength) : Math.round(posterize.taken * strength);
}

function factorAt({ low, high, from }: LevelSpace['enhance'], strength: number, sign: number): number {
  if (from === 'low') return low + (high - low) * strength;
  return 1 + (sign > 0 ? high - 1 : low - 1) * strength;
}

function distance(translate: LevelSpace['translate'], side: number): number {
  return 'share' in translate ? translate.share * side : translate.pixels;
}
