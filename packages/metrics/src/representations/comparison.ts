import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { notFinite, nothingToMeasure } from '../reports.ts';
import type { Accumulator } from '../streams/accumulator.ts';
import { createScatter, type Scatter } from '../streams/scatter.ts';

/** The same n items as two encoders, layers or trainings see them: [n, d] and [n, e]. */
export interface TwoRepresentations {
  readonly x: Features;
  readonly y: Features;
}

/** How alike two representations are. */
export interface Comparison {
  /** Linear CKA; in [0, 1], 1 where they differ by a rotation and a scale. */
  readonly centeredKernelAlignment: number;
  /** Squared, after centering and scaling to norm 1; in [0, 2], 0 where they differ by a rotation and a scale. */
  readonly procrustesDistance: number;
  /** Items. */
  readonly n: number;
  readonly notes: readonly string[];
}

/**
 * An accumulator of two representations of widths `d` and `e`, of the same items in the same order. It holds one [d + e, d + e]
 * array whatever the number of items. `add` throws ViewforgeError (SHAPE) for other widths, or different numbers of rows.
 */
export function createComparison(d: number, e: number): Accumulator<TwoRepresentations, Scatter, Comparison> {
  const joint = createScatter(d + e);
  return {
    add: ({ x, y }) => joint.add(sideBySide(x, y, d)),
    merge: (other) => joint.merge(other),
    state: () => joint.state(),
    result() {
      const found = joint.state();
      const [alignment, distance] = [alignmentFrom(found, d), procrustesFrom(found, d)];
      return {
        centeredKernelAlignment: alignment.value,
        procrustesDistance: distance.value,
        n: alignment.n,
        notes: alignment.notes,
      };
    },
  };
}

/**
 * How alike the distances among the same items are in two representations x [n, d] and y [n, e] (linear centered kernel
 * alignment): |Y^T X|^2 / (|X^T X| |Y^T Y|) of centered rows, in [0, 1]. Unchanged by rotations and scales. NaN, with a note,
 * for fewer than two items or where one representation is the same for all. Throws ViewforgeError (SHAPE) for different numbers
 * of rows. https://arxiv.org/abs/1905.00414
 */
export function centeredKernelAlignmentOf(x: Features, y: Features): MetricReport {
  return alignmentFrom(jointScatterOf(x, y), x.shape[1]!);
}

/**
 * What is left between two representations x [n, d] and y [n, e], centered and scaled to norm 1, after the best rotation: |X|^2
 * + |Y|^2 - 2 |X^T Y|_*, the squared orthogonal Procrustes distance, in [0, 2]. Unchanged by rotations and scales. NaN as for
 * the kernel alignment. Throws ViewforgeError (SHAPE) for different numbers of rows. https://arxiv.org/abs/2108.01661
 */
export function procrustesDistanceOf(x: Features, y: Features): MetricReport {
  return procrustesFrom(jointScatterOf(x, y), x.shape[1]!);
}

function jointScatterOf(x: Features, y: Features): Scatter {
  const joint = createScatter(x.shape[1]! + y.shape[1]!);
  joint.add(sideBySide(x, y, x.shape[1]!));
  return joint.state();
}

function alignmentFrom(joint: Scatter, d: number): MetricReport {
  const problem = problemOf(joint, d);
  if (problem) return problem;
  const { xx, yy, xy } = blocksOf(joint, d);
  return { value: xy.norm() ** 2 / (xx.norm() * yy.norm()), n: joint.n, parts: {}, notes: [] };
}

function procrustesFrom(joint: Scatter, d: number): MetricReport {
  const problem = problemOf(joint, d);
  if (problem) return problem;
  const { xx, yy, xy } = blocksOf(joint, d);
  const { diagonal } = new SingularValueDecomposition(xy, {
    autoTranspose: true,
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  const nuclear = diagonal.reduce((sum, each) => sum + each, 0);
  const value = 2 - (2 * nuclear) / Math.sqrt(xx.trace() * yy.trace());
  return { value: Math.max(value, 0), n: joint.n, parts: {}, notes: [] };
}

function problemOf(joint: Scatter, d: number): MetricReport | undefined {
  if (joint.broken > 0) return notFinite;
  if (joint.n < 2) return nothingToMeasure('a comparison of representations needs two items');
  const isFlat = [
    [0, d],
    [d, joint.mean.length],
  ].some(([from, to]) => spreadOf(joint, from!, to!) <= 1e-24);
  return isFlat ? nothingToMeasure('one representation is the same for all items') : undefined;
}

/** Share of the squares of columns from .. to that is not their mean's. */
function spreadOf({ n, mean, scatter }: Scatter, from: number, to: number): number {
  let [spread, level] = [0, 0];
  for (let i = from; i < to; i++) {
    spread += scatter[i * mean.length + i]!;
    level += n * mean[i]! ** 2;
  }
  return spread === 0 ? 0 : spread / (spread + level);
}

function blocksOf({ mean, scatter }: Scatter, d: number) {
  const width = mean.length;
  const whole = Matrix.from1DArray(width, width, scatter);
  return {
    xx: whole.subMatrix(0, d - 1, 0, d - 1),
    xy: whole.subMatrix(0, d - 1, d, width - 1),
    yy: whole.subMatrix(d, width - 1, d, width - 1),
  };
}

/** Rows [n, d + e]. */
function sideBySide(x: Features, y: Features, d: number): Features {
  const [n, e] = y.shape as [number, number];
  if (x.shape[0] !== n || x.shape[1] !== d) {
    throw new ViewforgeError('SHAPE', 'comparison', `expected x of [${n}, ${d}] for y of [${y.shape}], got [${x.shape}]`);
  }
  const both = new Float64Array(n * (d + e));
  const [a, b] = [values(x), values(y)];
  for (let row = 0; row < n; row++) {
    both.set(a.subarray(row * d, row * d + d), row * (d + e));
    both.set(b.subarray(row * e, row * e + e), row * (d + e) + d);
  }
  return features(both, n, d + e);
}
