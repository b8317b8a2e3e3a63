/** What keeps quotients finite, as in the code of HaLP. */
const small = 1e-8;

/** Cosines between a key, its nearest prototype and another one, all of length 1. */
export interface ArcCosines {
  readonly keyToNearest: number;
  readonly keyToOther: number;
  readonly nearestToOther: number;
}

/** The way from a key to a prototype along the sphere. */
export interface Arc {
  /** Between both ends, in radians. */
  readonly angle: number;
  /** The share of it at which the other prototype becomes nearer than the nearest one; in (0, 1] if the latter is. */
  readonly border: number;
}

/**
 * From a key toward a prototype that is not its nearest one. The border is an angle in (0, pi): where it is more than a right one, the code of HaLP
 * takes the arctangent for one less than 0, and points lead away from the prototype.
 */
export function arcOf({ keyToNearest, keyToOther, nearestToOther }: ArcCosines): Arc {
  const angle = Math.acos(Math.min(1, Math.max(-1, keyToOther)));
  const ratio = (1 - nearestToOther) / (keyToNearest - keyToOther + small);
  return { angle, border: Math.atan2(Math.sin(angle), ratio + Math.cos(angle) + small) / (angle + small) };
}

/** How much of the key and of the prototype make the point at share t of an arc: slerp, of length 1 within 1e-8 / sin(angle). */
export function arcShares(angle: number, t: number): readonly [key: number, prototype: number] {
  const whole = Math.sin(angle) + small;
  return [Math.sin((1 - t) * angle) / whole, Math.sin(t * angle) / whole];
}
