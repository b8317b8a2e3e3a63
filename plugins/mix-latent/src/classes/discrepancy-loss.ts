import { ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkFinite, type RowBlock, rowBlock, squaredDistance } from './class-rows.ts';

/** How far two sets of rows lie apart, and the gradients of both. */
export interface DiscrepancyReport {
  readonly value: number;
  readonly gradients: { readonly real: Features; readonly generated: Features };
}

/**
 * The squared maximum mean discrepancy of rows [n, d] and [m, d] under a Gaussian kernel e^(-|x - y|² / (2 deviation²)): the mean kernel
 * within each set, each row with itself included, less twice that across. >= 0, and 0 for two sets that are the same. FRAug's generator takes
 * it off its loss, so that clients get features that their own data lack. Gradients to both sets.
 *
 * Throws ViewforgeError: SHAPE for rows of different widths, EMPTY for a set without rows, OPTION for a deviation that is not above 0, NOT_FINITE.
 */
export function discrepancyLoss(real: Features, generated: Features, deviation: number): DiscrepancyReport {
  const where = 'discrepancy-loss';
  if (!(deviation > 0)) throw new ViewforgeError('OPTION', where, `expected a deviation above 0, got ${deviation}`);
  const x = rowBlock(real, where, 'real rows');
  const y = rowBlock(generated, where, 'generated rows', x.d);
  if (x.n === 0 || y.n === 0) throw new ViewforgeError('EMPTY', where, `expected rows in both sets, got ${x.n} and ${y.n}`);
  checkFinite(x, where, 'real rows');
  checkFinite(y, where, 'generated rows');
  const [toX, toY] = [new Float64Array(x.data.length), new Float64Array(y.data.length)];
  const value =
    addKernels(x, x, { toA: toX, toB: toX, weight: 1 / (x.n * x.n), deviation }) +
    addKernels(y, y, { toA: toY, toB: toY, weight: 1 / (y.n * y.n), deviation }) +
    addKernels(x, y, { toA: toX, toB: toY, weight: -2 / (x.n * y.n), deviation });
  return { value, gradients: { real: asType(toX, real), generated: asType(toY, generated) } };
}

interface KernelSlopes {
  readonly toA: Float64Array;
  readonly toB: Float64Array;
  readonly weight: number;
  readonly deviation: number;
}

/** In place: gradients of weight * sum of the kernel over all pairs, which is returned. */
function addKernels(a: RowBlock, b: RowBlock, { toA, toB, weight, deviation }: KernelSlopes): number {
  const { d } = a;
  const width = deviation * deviation;
  let sum = 0;
  for (let i = 0; i < a.n; i++) {
    for (let j = 0; j < b.n; j++) {
      const kernel = weight * Math.exp(-squaredDistance(a, i, b, j) / (2 * width));
      sum += kernel;
      for (let e = 0; e < d; e++) {
        const slope = (-kernel * (a.data[i * d + e]! - b.data[j * d + e]!)) / width;
        toA[i * d + e] = toA[i * d + e]! + slope;
        toB[j * d + e] = toB[j * d + e]! - slope;
      }
    }
  }
  return sum;
}
