import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { nothingToMeasure } from '../reports.ts';
import type { Accumulator } from '../streams/accumulator.ts';

/** What was predicted, how sure the classifier was, in [0, 1], and what is true; [n] each. Labels below 0 do not count. */
export interface SurePredictions {
  readonly predictions: ArrayLike<number>;
  readonly confidences: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

/** [bins] each: how many predictions, how many of them right, and the sum of their confidences. */
export interface CalibrationSums {
  readonly counts: Float64Array;
  readonly right: Float64Array;
  readonly confidence: Float64Array;
  readonly leftOut: number;
}

/**
 * An accumulator of predictions that tells by how much a classifier is surer than it should be, or less: the mean over
 * predictions of |accuracy - mean confidence| of the bin they fall into by confidence, the bins being ((b - 1) / bins, b /
 * bins], the first with 0 as well. In [0, 1]. `parts`: `largest` (of any bin), `accuracy`, `confidence`. Predictions whose
 * confidence is not in [0, 1] are left out, with a note. `add` throws ViewforgeError (LABEL) for lists of different lengths.
 * https://arxiv.org/abs/1706.04599
 */
export function createCalibration(bins = 15): Accumulator<SurePredictions, CalibrationSums, MetricReport> {
  const [counts, right, confidence] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
  let leftOut = 0;
  return {
    add({ predictions, confidences, labels }) {
      const n = labels.length;
      if (predictions.length !== n || confidences.length !== n) {
        const got = `${predictions.length} and ${confidences.length}`;
        throw new ViewforgeError('LABEL', 'calibration', `expected predictions and confidences of ${n} labels, got ${got}`);
      }
      for (let i = 0; i < n; i++) {
        const sure = confidences[i]!;
        if (!(labels[i]! >= 0)) continue;
        if (!(sure >= 0 && sure <= 1)) {
          leftOut++;
          continue;
        }
        const bin = Math.max(Math.ceil(sure * bins) - 1, 0);
        counts[bin]! += 1;
        right[bin]! += Number(predictions[i] === labels[i]);
        confidence[bin]! += sure;
      }
    },
    merge(other) {
      const more = other.state();
      leftOut += more.leftOut;
      for (let bin = 0; bin < bins; bin++) {
        counts[bin]! += more.counts[bin]!;
        right[bin]! += more.right[bin]!;
        confidence[bin]! += more.confidence[bin]!;
      }
    },
    state: () => ({ counts, right, confidence, leftOut }),
    result: () => calibrationFrom({ counts, right, confidence, leftOut }),
  };
}

/** The calibration error of some predictions. */
export function calibrationErrorOf(predictions: SurePredictions, bins = 15): MetricReport {
  const calibration = createCalibration(bins);
  calibration.add(predictions);
  return calibration.result();
}

function calibrationFrom({ counts, right, confidence, leftOut }: CalibrationSums): MetricReport {
  const notes = leftOut > 0 ? [`${leftOut} predictions whose confidence is not in [0, 1] were left out`] : [];
  const n = sumOf(counts);
  if (n === 0)
    return {
      ...nothingToMeasure('calibration needs a labeled prediction'),
      notes: ['calibration needs a labeled prediction', ...notes],
    };
  const gaps = right.map((each, bin) => Math.abs(each - confidence[bin]!));
  const largest = gaps.reduce((most, gap, bin) => (counts[bin] === 0 ? most : Math.max(most, gap / counts[bin]!)), 0);
  return {
    value: sumOf(gaps) / n,
    n,
    parts: { largest, accuracy: sumOf(right) / n, confidence: sumOf(confidence) / n },
    notes,
  };
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
