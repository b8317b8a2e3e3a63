import type { ContrastBatch, Loss } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';

/** How a loss changes around the embeddings it is given. */
export interface Smoothness {
  /** L(z + radius g / |g|) - L(z), where every query moves along its own gradient; 0 where the gradient is 0. */
  readonly sharpness: number;
  /** Second derivative of L along the same directions. */
  readonly curvature: number;
  /** L(z). */
  readonly loss: number;
  /** Queries that have a gradient. */
  readonly n: number;
  readonly notes: readonly string[];
}

/** How far queries are moved. */
export interface SmoothnessOptions {
  /** 0.05 when left out. */
  readonly radius?: number;
  /** Distance of the central differences; 0.001 when left out. */
  readonly step?: number;
}

/**
 * How sharply a loss rises around the queries of a batch, to first order, as sharpness-aware training looks at it. Distances are
 * in the units of the queries [n, d] as they are given; they are moved in float64, all at once, while keys and extras stay. For
 * a loss that is a mean over queries the result is the mean of what each query's own loss does. All NaN, with a note, for a loss
 * that is not finite or a batch without queries. Errors are those of the loss. https://arxiv.org/abs/2010.01412
 */
export function smoothnessOf(
  loss: Loss,
  batch: ContrastBatch,
  { radius = 0.05, step = 1e-3 }: SmoothnessOptions = {},
): Smoothness {
  if (batch.queries.shape[0] === 0) return nothing('smoothness needs a query');
  const queries = tensor(Float64Array.from(values(batch.queries)), batch.queries.shape);
  const here = loss.differentiate({ ...batch, queries });
  const gradient = here.gradients.queries;
  if (!Number.isFinite(here.value)) return nothing('the loss is not a finite number');
  if (gradient === undefined) return { ...nothing('the loss has no gradient for queries'), loss: here.value };
  const { directions, n } = unitDirections(gradient);
  const at = (distance: number): number => loss.measure({ ...batch, queries: moved(queries, directions, distance) }).value;
  return {
    sharpness: at(radius) - here.value,
    curvature: (at(step) - 2 * here.value + at(-step)) / step ** 2,
    loss: here.value,
    n,
    notes: [],
  };
}

/** Rows of length 1, or 0 where the gradient is exactly 0: however flat, a slope has a direction. */
function unitDirections(gradient: Features): { readonly directions: Float64Array; readonly n: number } {
  const [rows, d] = gradient.shape as [number, number];
  const directions = Float64Array.from(values(gradient));
  let n = 0;
  for (let row = 0; row < rows; row++) {
    const own = directions.subarray(row * d, row * d + d);
    const largest = own.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    if (largest === 0) continue;
    // by the largest first: squares of tiny slopes would vanish
    const length = largest * Math.sqrt(own.reduce((sum, each) => sum + (each / largest) ** 2, 0));
    own.forEach((each, i) => {
      own[i] = each / length;
    });
    n++;
  }
  return { directions, n };
}

function moved(queries: Features, directions: Float64Array, distance: number): Features {
  return tensor(
    Float64Array.from(values(queries), (value, i) => value + distance * directions[i]!),
    queries.shape,
  );
}

function nothing(why: string): Smoothness {
  return { sharpness: Number.NaN, curvature: Number.NaN, loss: Number.NaN, n: 0, notes: [why] };
}
