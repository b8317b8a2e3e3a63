import { ViewforgeError } from '@viewforge/core';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';

/** Rows of one width, row-major. */
export interface RowBlock {
  readonly data: Float32Array | Float64Array;
  readonly n: number;
  readonly d: number;
}

/** The numbers of rows [n, d]. Throws ViewforgeError (SHAPE) for another number of axes, or another width where one is asked for. */
export function rowBlock(rows: Features, where: string, name: string, width?: number): RowBlock {
  const [n, d] = rows.shape as [number, number];
  if (rows.shape.length === 2 && (width === undefined || d === width)) return { data: values(rows), n, d };
  throw new ViewforgeError('SHAPE', where, `expected ${name} of [n, ${width ?? 'd'}], got [${rows.shape}]`);
}

/** The numbers of a gradient of n rows of width d. Throws ViewforgeError (SHAPE) for another shape. */
export function gradientBlock(gradient: Features, n: number, d: number, where: string): RowBlock['data'] {
  if (`${gradient.shape}` === `${[n, d]}`) return values(gradient);
  throw new ViewforgeError('SHAPE', where, `expected a gradient of [${n}, ${d}], got [${gradient.shape}]`);
}

/** Rows of [n, d] in the order given, [order, d], in their element type. */
export function rowsAt(rows: Features, order: ArrayLike<number>): Features {
  const d = rows.shape[1]!;
  const from = values(rows);
  const size = order.length * d;
  const to = from instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  for (let i = 0; i < order.length; i++) to.set(from.subarray(order[i]! * d, order[i]! * d + d), i * d);
  return tensor(to, [order.length, d]);
}

/** Items [n, ...] as rows of one width each. */
export function itemRows(items: Tensor): RowBlock {
  const data = values(items);
  const n = items.shape[0]!;
  return { data, n, d: data.length / Math.max(1, n) };
}

/**
 * Throws ViewforgeError unless there is a label for each of n rows (SHAPE) and every one is a class from 0 to `classes` - 1 (LABEL).
 */
export function checkLabels(labels: ArrayLike<number>, n: number, classes: number, where: string): void {
  if (labels.length !== n) throw new ViewforgeError('SHAPE', where, `expected ${n} labels, one a row, got ${labels.length}`);
  for (let i = 0; i < n; i++) {
    const label = labels[i]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new ViewforgeError('LABEL', where, `expected classes from 0 to ${classes - 1}, got ${label} in row ${i}`);
  }
}

/** Throws ViewforgeError (NOT_FINITE) that names the first row with NaN or an infinity. */
export function checkFinite({ data, d }: RowBlock, where: string, name: string): void {
  const at = data.findIndex((each) => !Number.isFinite(each));
  if (at === -1) return;
  throw new ViewforgeError('NOT_FINITE', where, `expected finite ${name}, got ${data[at]} in row ${Math.floor(at / d)}`);
}

/** Whether row i holds nothing but finite numbers. */
export function isFiniteRow({ data, d }: RowBlock, i: number): boolean {
  for (let e = i * d; e < i * d + d; e++) if (!Number.isFinite(data[e]!)) return false;
  return true;
}

/** The squared distance of row i of one block and row j of another. */
export function squaredDistance(a: RowBlock, i: number, b: RowBlock, j: number): number {
  let sum = 0;
  for (let e = 0; e < a.d; e++) sum += (a.data[i * a.d + e]! - b.data[j * a.d + e]!) ** 2;
  return sum;
}
