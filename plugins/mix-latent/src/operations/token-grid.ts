import { ViewforgeError } from '@viewforge/core';
import { type Features, type Tensor, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';

/** Items as grids of ids of codes. */
export interface TokenGrid {
  /** [n, h, w] row-major */
  readonly ids: Int32Array;
  readonly n: number;
  readonly h: number;
  readonly w: number;
}

/** Embeddings [n, c, h, w] of tokens by a codebook [k, c]. Throws ViewforgeError (SHAPE) for an id that is no code, or ids that are no grid. */
export function embedTokens(tokens: TokenGrid, codebook: Features): Tensor {
  const [k, c] = codebook.shape as [number, number];
  checkTokens(tokens, k, 'embed-tokens');
  const { ids, n, h, w } = tokens;
  const codes = values(codebook);
  const size = h * w;
  const result = new Float64Array(n * c * size);
  for (const [at, id] of ids.entries()) {
    const start = Math.floor(at / size) * c * size + (at % size);
    for (let channel = 0; channel < c; channel++) result[start + channel * size] = codes[id * c + channel]!;
  }
  return asType(result, codebook, [n, c, h, w]);
}

/**
 * The grid of codes [k, c] nearest to embeddings [n, c, h, w], by squared distance in float64, the lowest id of equals. Throws ViewforgeError:
 * SHAPE where channels differ, NOT_FINITE where no distance is a number, EMPTY without codes.
 */
export function nearestCodes(embeddings: Tensor, codebook: Features): TokenGrid {
  const [n, c, h, w] = embeddings.shape as [number, number, number, number];
  const [k, width] = codebook.shape as [number, number];
  if (embeddings.shape.length !== 4 || c !== width)
    throw new ViewforgeError('SHAPE', 'nearest-codes', `expected embeddings of [n, ${width}, h, w], got [${embeddings.shape}]`);
  if (k === 0) throw new ViewforgeError('EMPTY', 'nearest-codes', 'expected at least one code, got none');
  const [from, codes, size] = [values(embeddings), values(codebook), h * w];
  const row = new Float64Array(c);
  const ids = Int32Array.from({ length: n * size }, (_, at) => {
    const start = Math.floor(at / size) * c * size + (at % size);
    for (let channel = 0; channel < c; channel++) row[channel] = from[start + channel * size]!;
    const id = nearest(row, codes, k);
    if (id !== -1) return id;
    throw new ViewforgeError(
      'NOT_FINITE',
      'nearest-codes',
      `expected finite embeddings and codes, got others for position ${at}`,
    );
  });
  return { ids, n, h, w };
}

/** Throws ViewforgeError (SHAPE) unless tokens are a grid of ids of `count` codes. */
export function checkTokens({ ids, n, h, w }: TokenGrid, count: number, where: string): void {
  if (ids.length !== n * h * w)
    throw new ViewforgeError('SHAPE', where, `expected ${n * h * w} ids for [${[n, h, w]}], got ${ids.length}`);
  const wrong = ids.find((id) => id < 0 || id >= count);
  if (wrong !== undefined) throw new ViewforgeError('SHAPE', where, `expected ids of ${count} codes, got ${wrong}`);
}

/** -1 where no distance is a finite number. */
function nearest(row: Float64Array, codes: ArrayLike<number>, k: number): number {
  const c = row.length;
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (let code = 0; code < k; code++) {
    let distance = 0;
    for (let channel = 0; channel < c; channel++) distance += (row[channel]! - codes[code * c + channel]!) ** 2;
    if (distance < least) [best, least] = [code, distance];
  }
  return best;
}
