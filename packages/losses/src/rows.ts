import { type Features, smallestNorm, tensor, values } from '@viewforge/tensor';

/** How two rows are compared: by direction, or as they are. */
export type Similarity = 'cosine' | 'dot';

/** Rows in float64, ready to be compared, with what is needed to get back to the rows as they were given. */
export interface Rows {
  /** [n, d] row-major; of length 1, except rows of length <= 1e-12, which are divided by 1e-12. As given for 'dot'. */
  readonly data: Float64Array;
  /** [n]; the length each row had, 0 where the row counts as zero; all 1 for 'dot'. */
  readonly norms: Float64Array;
  /** Rows that hold NaN or an infinity; their data are zeros, so that only who looks at them is affected. */
  readonly broken: readonly number[];
  readonly n: number;
  readonly d: number;
}

/** The rows of [n, d] features, ready to be compared. */
export function rowsOf(features: Features, similarity: Similarity): Rows {
  const [n, d] = features.shape as [number, number];
  const data = Float64Array.from(values(features));
  const norms = new Float64Array(n);
  const broken: number[] = [];
  for (let row = 0; row < n; row++) {
    norms[row] = similarity === 'cosine' ? normalize(data, row * d, d) : check(data, row * d, d);
    if (Number.isFinite(norms[row]!)) continue;
    broken.push(row);
    data.fill(0, row * d, row * d + d);
  }
  return { data, norms, broken, n, d };
}

/** In place: brings data[from .. from + d] to length 1; its length before, 0 where it is at most 1e-12. */
export function normalize(data: Float64Array, from: number, d: number): number {
  let sum = 0;
  for (let i = from; i < from + d; i++) sum += data[i]! * data[i]!;
  const norm = Math.sqrt(sum);
  const scale = Math.max(norm, smallestNorm);
  for (let i = from; i < from + d; i++) data[i] = data[i]! / scale;
  return norm <= smallestNorm ? 0 : norm;
}

/**
 * The gradient with respect to rows as given, of the element type of `like`, from `gradient` with respect to the rows
 * compared, each element of which is first multiplied by `scale`: (g - u (u . g)) / |z| row by row, 0 for zero rows.
 */
export function rowsPullback(
  rows: Rows,
  gradient: Float64Array,
  scale: number,
  like: Features,
  similarity: Similarity,
): Features {
  const { n, d, data, norms } = rows;
  const result = values(like) instanceof Float64Array ? new Float64Array(n * d) : new Float32Array(n * d);
  for (let row = 0; row < n; row++) {
    if (!(norms[row]! > 0)) continue; // zero rows, and broken ones that nobody looked at
    const from = row * d;
    const along = similarity === 'cosine' ? dot(data, gradient, from, d) : 0;
    const factor = scale / (similarity === 'cosine' ? norms[row]! : 1);
    for (let i = from; i < from + d; i++) result[i] = (gradient[i]! - data[i]! * along) * factor;
  }
  return tensor(result, [n, d]);
}

/** NaN where the row holds something that is no finite number, otherwise 1. */
function check(data: Float64Array, from: number, d: number): number {
  for (let i = from; i < from + d; i++) if (!Number.isFinite(data[i]!)) return Number.NaN;
  return 1;
}

function dot(a: Float64Array, b: Float64Array, from: number, d: number): number {
  let sum = 0;
  for (let i = from; i < from + d; i++) sum += a[i]! * b[i]!;
  return sum;
}
