import { type Features, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkFinite, checkLabels, type RowBlock, rowBlock, squaredDistance } from './class-rows.ts';
import type { PrototypeGraph } from './prototype-graph.ts';

/** How near rows are to their code rather than to its neighbors, and the gradients. */
export interface NeighborReport {
  /** The mean of `perRow`; 0 of no rows. */
  readonly value: number;
  /** [n] */
  readonly perRow: Float64Array;
  readonly gradients: {
    /** [n, d] */
    readonly rows: Features;
    /** [m, d] */
    readonly codes: Features;
  };
}

/**
 * The neighborhood-aware loss of NAPA-VQ: the mean over rows of max(0, d_y - sum over neighbors j of w_j d_j), where d are squared distances
 * to codes, y is the row's own code, its neighbors the codes of other classes that it has an edge with, and w_j ~ exp(-d_j / 1000), which sums
 * to 1 and is held constant. 0 for a row whose code has no neighbor, or that is nearer to its own code.
 *
 * Gradients: to rows and codes; none where the loss is 0. `own` [n] are codes, so the class times `codesPerClass` where there are several.
 * Reference: https://arxiv.org/abs/2308.09297
 *
 * Throws ViewforgeError: SHAPE for rows of another width, LABEL for a code that is not there, NOT_FINITE for NaN or an infinity.
 */
export function neighborAwareLoss(graph: PrototypeGraph, rows: Features, own: Int32Array): NeighborReport {
  const where = 'neighbor-aware-loss';
  const codes = rowBlock(graph.codes, where, 'codes');
  const block = rowBlock(rows, where, 'rows', codes.d);
  checkLabels(own, block.n, codes.n, where);
  checkFinite(block, where, 'rows');
  checkFinite(codes, where, 'codes');
  const perRow = new Float64Array(block.n);
  const toRows = new Float64Array(block.data.length);
  const toCodes = new Float64Array(codes.data.length);
  for (let row = 0; row < block.n; row++) {
    const neighbors = rivalsOf(graph, own[row]!);
    if (neighbors.length === 0) continue;
    const distances = neighbors.map((code) => squaredDistance(block, row, codes, code));
    const weights = nearness(distances);
    const margin =
      squaredDistance(block, row, codes, own[row]!) - distances.reduce((sum, each, j) => sum + weights[j]! * each, 0);
    if (!(margin > 0)) continue;
    perRow[row] = margin;
    const into = { toRows, toCodes, scale: 2 / block.n };
    addSlope(into, block, row, codes, own[row]!, 1);
    neighbors.forEach((code, j) => {
      addSlope(into, block, row, codes, code, -weights[j]!);
    });
  }
  return {
    value: block.n === 0 ? 0 : perRow.reduce((sum, each) => sum + each, 0) / block.n,
    perRow,
    gradients: { rows: asType(toRows, rows), codes: asType(toCodes, graph.codes) },
  };
}

/** The weights of neighbors at these squared distances: in proportion to exp(-d / 1000), of sum 1. */
export function nearness(distances: readonly number[]): number[] {
  const least = Math.min(...distances);
  const shares = distances.map((each) => Math.exp((least - each) / 1000));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

/** Codes of other classes that have an edge with this one. */
function rivalsOf({ edges, codesPerClass }: PrototypeGraph, code: number): number[] {
  const m = edges.shape[0]!;
  const own = values(edges).subarray(code * m, code * m + m);
  const classOf = (each: number): number => Math.floor(each / codesPerClass);
  return Array.from(own.keys()).filter((other) => own[other]! > 0 && classOf(other) !== classOf(code));
}

interface Slopes {
  readonly toRows: Float64Array;
  readonly toCodes: Float64Array;
  readonly scale: number;
}

/** In place: the gradient of `share` times the squared distance of a row and a code. */
function addSlope(
  { toRows, toCodes, scale }: Slopes,
  rows: RowBlock,
  row: number,
  codes: RowBlock,
  code: number,
  share: number,
): void {
  const { d } = rows;
  for (let e = 0; e < d; e++) {
    const slope = scale * share * (rows.data[row * d + e]! - codes.data[code * d + e]!);
    toRows[row * d + e] = toRows[row * d + e]! + slope;
    toCodes[code * d + e] = toCodes[code * d + e]! - slope;
  }
}
