import type { MetricReport } from '@viewforge/core';
import { nothingToMeasure } from '../reports.ts';

/** Confusion ratios under augmentations of one strength: of the encoder before training, and after it; in [0, 1]. */
export interface ConfusionChange {
  readonly initial: number;
  readonly final: number;
}

/**
 * How much training has brought views of an item together, next to what they were: (1 - final) / (1 - initial) (ARC, arXiv
 * 2203.13457). At least 0; a higher one went with a better encoder in the paper. NaN, with a note, where no view was near its
 * own before.
 */
export function overlapGain({ initial, final }: ConfusionChange): MetricReport {
  if (!(initial >= 0 && initial <= 1 && final >= 0 && final <= 1))
    return nothingToMeasure('confusion ratios are not all in [0, 1]');
  if (initial === 1) return nothingToMeasure('before training no view was nearest to one of its own item');
  return { value: (1 - final) / (1 - initial), n: 1, parts: {}, notes: [] };
}

/**
 * `overlapGain` over several strengths of augmentation (GARC), aggregated by their mean, least or most. `n` counts the
 * strengths that have a gain; `parts`: `strength-i` for each of them. NaN, with notes, where none has one.
 */
export function overlapGainOverStrengths(changes: readonly ConfusionChange[], by: 'mean' | 'min' | 'max' = 'mean'): MetricReport {
  const gains = changes.map(overlapGain);
  const found = gains.flatMap(({ value }, strength) => (Number.isNaN(value) ? [] : [[strength, value] as const]));
  const notes = gains.flatMap((gain, strength) => gain.notes.map((note) => `strength ${strength}: ${note}`));
  const values = found.map(([, value]) => value);
  if (values.length === 0) return { ...nothingToMeasure('no strength has a gain'), notes: ['no strength has a gain', ...notes] };
  const value =
    by === 'mean'
      ? values.reduce((sum, each) => sum + each, 0) / values.length
      : by === 'min'
        ? Math.min(...values)
        : Math.max(...values);
  return {
    value,
    n: values.length,
    parts: Object.fromEntries(found.map(([strength, each]) => [`strength-${strength}`, each])),
    notes,
  };
}
