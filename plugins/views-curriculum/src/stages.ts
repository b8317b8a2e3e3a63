/** Against rounding: a share of 3 times a third of the run counts as its end. */
const tolerance = 1e-9;

/** The stage, from 0, of `stages` equally long ones that a share in [0, 1) of a run lies in; the last one from its begin on. */
export function stageAt(fraction: number, stages: number): number {
  return Math.min(stages - 1, Math.floor(stages * fraction + tolerance));
}

/** How far a stage is from the first, 0, to the last, 1; a single stage is the last. */
export function stageShare(stage: number, stages: number): number {
  return stages === 1 ? 1 : stage / (stages - 1);
}

/** Strength of a stage: from 0.2 of the first evenly to 1 of the last; a single stage has 1. */
export function stageStrength(stage: number, stages: number): number {
  return 0.2 + 0.8 * stageShare(stage, stages);
}

/** Whether a share of a run lies before an end. */
export function isBefore(fraction: number, end: number): boolean {
  return fraction + tolerance < end;
}
