import { ViewforgeError } from '@viewforge/core';

/** What one evaluation found, as far as it was measured. */
export interface CollapseEvidence {
  /** Value of `collapse`: 1 for features spread evenly, 0 for one point. */
  readonly spread?: number;
  /** Part `balance` of `assignment-entropy`: 1 for outcomes used alike, 0 for one outcome. */
  readonly balance?: number;
}

/** Below what, and how often in a row, an alarm is raised. */
export interface AlarmRule {
  /** 0.1 when left out. */
  readonly spread?: number;
  /** 0.5 when left out. */
  readonly balance?: number;
  /** 3 evaluations when left out. */
  readonly patience?: number;
}

/**
 * Whether a training has collapsed: whether each of the last `patience` evaluations, oldest first, has a spread or a balance
 * below its bound. False while there are fewer; what was not measured, or is NaN, raises no alarm. Throws ViewforgeError
 * (OPTION) for a patience below 1.
 */
export function hasCollapsed(
  evaluations: readonly CollapseEvidence[],
  { spread = 0.1, balance = 0.5, patience = 3 }: AlarmRule = {},
): boolean {
  if (!(patience >= 1)) {
    throw new ViewforgeError('OPTION', 'collapse alarm', `expected a patience of at least 1 evaluation, got ${patience}`);
  }
  const last = evaluations.slice(-patience);
  if (last.length < patience) return false;
  return last.every((each) => (each.spread ?? Number.NaN) < spread || (each.balance ?? Number.NaN) < balance);
}
