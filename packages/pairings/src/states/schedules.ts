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

function within(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
