import { choice } from '@viewforge/core';

/** How terms become one number. */
export type Reduction = 'nonzero' | 'mean' | 'sum';

/** Terms that were added up. */
export interface Total {
  readonly sum: number;
  readonly count: number;
  /** Terms above 0. */
  readonly active: number;
}

/** The option of losses that let one choose. */
export function reductionOption(of: string) {
  return choice(['nonzero', 'mean', 'sum'], {
    default: 'nonzero',
    doc: `The mean over the ${of} that are above 0, so that those already in place do not thin out the others; the mean over all; or the sum.`,
  });
}

/** What a sum by relative weights is multiplied by, `unit` being the largest weight; 0 where there is nothing to average. */
export function scaleOf(reduction: Reduction, { count, active }: Total, unit: number): number {
  if (reduction === 'sum') return unit;
  const terms = reduction === 'mean' ? count : active;
  return terms === 0 ? 0 : 1 / terms;
}
