import { choice, defineMixer, flag, type Mixer, number, type ViewBatch, ViewforgeError } from '@viewforge/core';
import { normalNoise } from '@viewforge/kernels';
import { seedOf } from '@viewforge/random';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { labelsOf } from '../operations/labels-of.ts';
import { stageFor, stageOptions } from '../operations/stage-options.ts';
import { cholesky } from './cholesky.ts';
import { type ClassCovariance, startCovariance, updateCovariance } from './class-covariance.ts';
import { checkLabels, isFiniteRow, itemRows } from './class-rows.ts';

/** Noise for every row of a batch: normal numbers of a seed, as many as the batch has, spread as the covariances say. */
export type CovarianceDraw = {
  /** The stage of the encoder whose input is altered. */
  readonly stage: number;
  readonly seed: number;
  /** The noise has so many times the covariance; >= 0. */
  readonly strength: number;
  /** Whether covariances between features are left out. */
  readonly diagonal: boolean;
  /** Whose covariance it is: that of the row's class in the batch, or of the whole batch. */
  readonly spread: 'class' | 'batch';
};

/**
 * Adds normal noise to each embedding that spreads as its class does in the batch: z + L e with L L^T = strength * C + 1e-6, so that classes
 * vary along the directions they vary in anyway. The sampling form of ISDA. Rows are those of the embedding, or a flattened item elsewhere.
 * A row that is alone with its class, or holds NaN or an infinity, stays as it is. Covariances are population covariances and held constant, so
 * gradients pass as they are. Without `diagonal`, rows have at most 8192 numbers (SHAPE): a covariance has the square of that. With `spread: 'batch'` no classes are needed; otherwise items must have one (LABEL).
 */
export const covarianceNoise = defineMixer({
  name: 'covariance-noise',
  summary: 'Add noise to embeddings along the directions in which their class spreads (ISDA).',
  reference: 'https://arxiv.org/abs/1909.12220',
  mixes: 'batch',
  options: z.object({
    strength: number({
      default: 0.5,
      min: 0,
      unit: 'covariances',
      doc: 'The noise has so many times the covariance of the class.',
    }),
    schedule: choice(['linear', 'constant'], {
      default: 'linear',
      doc: 'Whether the strength grows from 0 with the share of epochs that lie behind, or is there from the start.',
    }),
    spread: choice(['class', 'batch'], { default: 'class', doc: 'Whose covariance it is: of the class, or of the whole batch.' }),
    stage: stageOptions.stage,
    diagonal: flag({ default: false, doc: 'Whether features are spread each on its own, without covariances between them.' }),
  }),
  draw: (batch, { strength, schedule, spread, stage, diagonal }, random, context): CovarianceDraw => {
    if (spread === 'class') classesOf(batch); // before anything is encoded
    const place = stageFor(stage, context);
    if (place === 0) checkWidth(itemRows(batch.values).d, diagonal);
    return {
      stage: place,
      seed: seedOf(random),
      strength: schedule === 'linear' ? strength * context.fraction : strength,
      diagonal,
      spread,
    };
  },
  apply: (batch, drawn: CovarianceDraw) => applyNoise(batch, drawn),
  stageOf: ({ stage }: CovarianceDraw) => stage,
  pullback: (_batch, _drawn, gradients) => gradients,
});

/**
 * The same with statistics of your own, such as those that `updateCovariance` keeps over a run; classes of the batch are theirs. It has no
 * origin, so a recipe cannot name it. Options are those of `covarianceNoise`; `spread` and `diagonal` come from the statistics.
 */
export function covarianceNoiseFrom(
  statistics: ClassCovariance,
  options: Parameters<typeof covarianceNoise>[0] = {},
): Mixer<'batch', CovarianceDraw> {
  const diagonal = statistics.covariances.every(({ shape }) => shape.length === 1);
  const { origin: _, ...part } = covarianceNoise({ ...options, spread: 'class', diagonal });
  return {
    ...part,
    apply: (batch, drawn) => ({ ...batch, values: addCovarianceNoise(batch.values, classesOf(batch), statistics, drawn) }),
  };
}

/**
 * Rows [n, ...], flattened to [n, d], with normal noise of `strength` times the covariance of their class: z + L e, where L is the Cholesky
 * factor with a jitter of 1e-6 and e the normal numbers [n, d] of the seed. Rows of classes with less than two rows behind their statistics,
 * and rows with NaN or an infinity, stay as they are; so does everything at strength 0. In the element type of the rows.
 * Throws ViewforgeError: SHAPE for rows of another width, LABEL for a class without statistics.
 */
export function addCovarianceNoise(
  rows: Tensor,
  labels: Int32Array,
  statistics: ClassCovariance,
  { strength, seed }: { readonly strength: number; readonly seed: number },
): Tensor {
  const block = itemRows(rows);
  const [classes, d] = statistics.means.shape as [number, number];
  if (block.d !== d) throw new ViewforgeError('SHAPE', 'covariance-noise', `expected rows of width ${d}, got ${block.d}`);
  checkLabels(labels, block.n, classes, 'covariance-noise');
  const result = block.data.slice();
  if (strength === 0) return tensor(result, rows.shape);
  const noise = normalNoise(block.n * d, seed);
  const factors = new Map<number, Float64Array>();
  for (let row = 0; row < block.n; row++) {
    const label = labels[row]!;
    if (statistics.counts[label]! < 2 || !isFiniteRow(block, row)) continue;
    const factor = factors.get(label) ?? factorOf(statistics.covariances[label]!, strength, d);
    factors.set(label, factor);
    addNoise(result.subarray(row * d, row * d + d), factor, noise.subarray(row * d, row * d + d));
  }
  return tensor(result, rows.shape);
}

function applyNoise(batch: ViewBatch, { strength, seed, diagonal, spread }: CovarianceDraw): ViewBatch {
  const block = itemRows(batch.values);
  const groups = new Map<number, number>();
  const given = spread === 'batch' ? new Int32Array(block.n) : classesOf(batch);
  if (strength === 0) return batch;
  checkWidth(block.d, diagonal);
  const labels = Int32Array.from(given, (label) => {
    const group = groups.get(label) ?? groups.size;
    groups.set(label, group);
    return group;
  });
  const rows: Features = tensor(block.data, [block.n, block.d]);
  const nothing = startCovariance(groups.size, block.d, diagonal ? 'diagonal' : 'full');
  const statistics = updateCovariance(nothing, rows, labels);
  return { ...batch, values: addCovarianceNoise(batch.values, labels, statistics, { strength, seed }) };
}

/** Above it a covariance takes more than half a gigabyte. */
const mostFeatures = 8192;

function checkWidth(d: number, diagonal: boolean): void {
  if (diagonal || d <= mostFeatures) return;
  const message = `expected rows of at most ${mostFeatures} numbers, got ${d}; take a later stage, or diagonal: true`;
  throw new ViewforgeError('SHAPE', 'covariance-noise', message);
}

/** L [d * d], or the deviations [d] of a diagonal. */
function factorOf(covariance: Tensor, strength: number, d: number): Float64Array {
  const scaled = Float64Array.from(values(covariance), (each) => strength * each);
  return covariance.shape.length === 1 ? scaled.map((each) => Math.sqrt(each)) : cholesky(scaled, d);
}

/** In place. */
function addNoise(row: Float32Array | Float64Array, factor: Float64Array, noise: Float32Array): void {
  const d = row.length;
  const isDiagonal = factor.length === d;
  for (let e = 0; e < d; e++) {
    let sum = 0;
    if (isDiagonal) sum = factor[e]! * noise[e]!;
    else for (let f = 0; f <= e; f++) sum += factor[e * d + f]! * noise[f]!;
    row[e] = row[e]! + sum;
  }
}

function classesOf(batch: ViewBatch): Int32Array {
  return labelsOf(batch, 'covariance-noise', 'spread: "batch"');
}
