import { choice, number } from '@viewforge/core';

/** How far below a positive's cosine a negative has to lie. */
export interface ScoreMargin {
  /** By a fixed amount, by a share of the positive's cosine, or anywhere. */
  readonly marginKind: 'none' | 'absolute' | 'relative';
  readonly margin: number;
}

/** The options of a margin below the positive. */
export const marginOptions = {
  marginKind: choice(['none', 'absolute', 'relative'], {
    default: 'relative',
    doc: 'Whether negatives must lie below the cosine of the positive by the margin, by that share of it, or may lie anywhere.',
  }),
  margin: number({
    default: 0.05,
    min: -2,
    max: 2,
    unit: 'cosine, or share of it',
    doc: 'So far a negative has to lie below the positive; negative numbers allow it to lie above.',
  }),
};

/**
 * The cosine that negatives must not reach, for a positive with this one: positive - margin, or positive - margin |positive|, which is
 * (1 - margin) positive where that is above 0 and lies below the positive where it is not. Infinity for no margin, and for no positive (Infinity).
 */
export function limitBelow(positive: number, { marginKind, margin }: ScoreMargin): number {
  if (marginKind === 'none' || positive === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return positive - margin * (marginKind === 'relative' ? Math.abs(positive) : 1);
}
