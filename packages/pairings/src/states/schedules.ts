import { ViewforgeError } from '@viewforge/core';

/** A number that changes with the share of the training that lies behind, in [0, 1]. */
export type Schedule = (fraction: number) => number;

/** The same number throughout. */
export function constantSchedule(value: number): Schedule {
  return () => value;
}

/** From one number evenly to another. Outside of [0, 1] it stays at its ends. */
export function linearSchedule(from: number, to: number): Schedule {
  return (fraction) => {
    const share = within(fraction);
    return share === 1 ? to : from + (to - from) * share;
  };
}

/**
 * From one number to another along half a cosine, slow at both ends: `cosineSchedule(0.99, 1)` is the momentum of MoCo v3,
 * `cosineSchedule(0.996, 1)` that of BYOL and DINO. Outside of [0, 1] it stays at its ends.
 */
export function cosineSchedule(from: number, to: number): Schedule {
  return (fraction) => {
    const share = within(fraction);
    return share === 0 ? from : to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  };
}

/**
 * A value from each given fraction on, until the next: `stepSchedule([0, 1], [0.6, 0.1], [0.8, 0.01])`. Epoch e of E begins at the fraction e / E.
 * Before 0 it is the first. Throws ViewforgeError (OPTION) where the first does not begin at 0, or fractions do not ascend within [0, 1].
 */
export function stepSchedule(...steps: readonly (readonly [from: number, value: number])[]): Schedule {
  const froms = steps.map(([from]) => from);
  const ascends = froms.every((from, i) => (i === 0 ? from === 0 : from > froms[i - 1]! && from <= 1));
  if (steps.length === 0 || !ascends)
    throw new ViewforgeError('OPTION', 'step-schedule', `expected steps from 0 on that ascend within [0, 1], got [${froms}]`);
  return (fraction) => (steps.findLast(([from]) => from <= fraction) ?? steps[0]!)[1];
}

/**
 * Nothing, 0, until a fraction is behind, and another schedule from there on, by the same fraction: a term that starts late. Epoch e of E begins
 * at the fraction e / E.
 */
export function warmupSchedule(until: number, schedule: Schedule): Schedule {
  return (fraction) => (fraction < until ? 0 : schedule(fraction));
}

/** e^(-sharpness * (1 - fraction)): from e^-sharpness up to 1, the later the steeper. Outside of [0, 1] it stays at its ends. */
export function exponentialSchedule(sharpness: number): Schedule {
  return (fraction) => Math.exp(-sharpness * (1 - within(fraction)));
}

function within(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
