import { type Batches, type BatchGradients, type Loss, type LossGradients, ViewforgeError } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';

/** A loss at one depth of a network: of the rows that a head of its own gives there. */
export interface LossStage<B extends keyof Batches = 'contrast'> {
  readonly loss: Loss<B>;
  readonly batch: Batches[B];
  /** How much the stage counts (lambda), at least 0; 1 when left out. */
  readonly weight?: number;
}

/** What the losses of all stages found together. */
export interface StageReport {
  /** The mean over stages of weight times value. */
  readonly value: number;
  /** By stage; gradients are those of the value above: times weight over the number of stages. */
  readonly stages: readonly LossGradients[];
}

/**
 * One loss over several depths (the hierarchy of UniCon-HA: four stages whose views are augmented ever more strongly, soft weighting in the
 * last alone): 1/S times the sum of weight times loss. Stages may be of different batch types and losses.
 * Throws ViewforgeError: EMPTY without stages, OPTION for a weight below 0 or not finite; and what the losses throw.
 */
export function differentiateStages(stages: readonly LossStage<keyof Batches>[]): StageReport {
  if (stages.length === 0) throw new ViewforgeError('EMPTY', 'stages', 'expected at least one stage, got none');
  const found = stages.map(({ loss, batch, weight = 1 }, stage) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new ViewforgeError('OPTION', 'stages', `expected a finite weight >= 0 for stage ${stage}, got ${weight}`);
    const report = loss.differentiate(batch);
    const factor = weight / stages.length;
    return { share: factor * report.value, report: { ...report, gradients: scaled(report.gradients, factor) } };
  });
  return { value: found.reduce((sum, { share }) => sum + share, 0), stages: found.map(({ report }) => report) };
}

function scaled(gradients: BatchGradients, factor: number): BatchGradients {
  const times = (each: Tensor | undefined): Tensor | undefined =>
    each && tensor(values(each).map((value) => value * factor) as Float32Array | Float64Array, each.shape);
  return Object.fromEntries(
    Object.entries(gradients as Record<string, Tensor | readonly (Tensor | undefined)[] | undefined>).map(([name, each]) => [
      name,
      Array.isArray(each) ? each.map(times) : times(each as Tensor | undefined),
    ]),
  );
}
