import type { Accumulator } from '../streams/accumulator.ts';
import { createMoments, type MomentSums } from '../streams/moments.ts';
import { createMovingAverage, type DecayingSum } from './moving-average.ts';

/** What happened in one step of a training. */
export interface TrainingStep {
  readonly loss: number;
  /** Length of the whole gradient, before clipping. */
  readonly gradientNorm: number;
  /** Whether the gradient was clipped, and whether the step was left out. */
  readonly clipped?: boolean;
  readonly skipped?: boolean;
}

/** How steadily a training goes. */
export interface TrainingStability {
  /** Exponential moving averages; NaN before the first step. */
  readonly loss: number;
  readonly gradientNorm: number;
  /** Over all steps. */
  readonly meanGradientNorm: number;
  readonly largestGradientNorm: number;
  /** Shares of all steps. */
  readonly clippedShare: number;
  readonly skippedShare: number;
  /** Share of steps whose loss or gradient norm was not finite; they do not enter the averages. */
  readonly brokenShare: number;
  /** Steps. */
  readonly n: number;
  readonly notes: readonly string[];
}

/** Sums over steps. */
export interface StabilitySums {
  readonly loss: DecayingSum;
  readonly gradientNorm: DecayingSum;
  readonly norms: MomentSums;
  readonly counts: Readonly<Record<'n' | 'clipped' | 'skipped' | 'broken', number>>;
}

/**
 * An accumulator of the steps of a training, in their order. `momentum` is that of the moving averages. `merge` takes in steps
 * that came after its own.
 */
export function createTrainingStability(momentum = 0.99): Accumulator<TrainingStep, StabilitySums, TrainingStability> {
  const [losses, gradientNorms, norms] = [createMovingAverage(momentum), createMovingAverage(momentum), createMoments()];
  const counts = { n: 0, clipped: 0, skipped: 0, broken: 0 };
  return {
    add({ loss, gradientNorm, clipped = false, skipped = false }) {
      counts.n++;
      counts.clipped += Number(clipped);
      counts.skipped += Number(skipped);
      if (!(Number.isFinite(loss) && Number.isFinite(gradientNorm))) {
        counts.broken++;
        return;
      }
      losses.add(loss);
      gradientNorms.add(gradientNorm);
      norms.add(gradientNorm);
    },
    merge(other) {
      const later = other.state();
      losses.merge({ state: () => later.loss });
      gradientNorms.merge({ state: () => later.gradientNorm });
      norms.merge({ state: () => later.norms });
      for (const name of ['n', 'clipped', 'skipped', 'broken'] as const) counts[name] += later.counts[name];
    },
    state: () => ({ loss: losses.state(), gradientNorm: gradientNorms.state(), norms: norms.state(), counts: { ...counts } }),
    result() {
      const { n, clipped, skipped, broken } = counts;
      const { mean, largest } = norms.result();
      return {
        loss: losses.result(),
        gradientNorm: gradientNorms.result(),
        meanGradientNorm: mean,
        largestGradientNorm: n === broken ? Number.NaN : largest,
        clippedShare: clipped / n,
        skippedShare: skipped / n,
        brokenShare: broken / n,
        n,
        notes: [
          ...(n === 0 ? ['stability needs a step'] : []),
          ...(broken > 0 ? [`${broken} steps had a loss or a gradient that is not finite`] : []),
        ],
      };
    },
  };
}
