import { type ContrastBatch, countKeys, type Exclusion, ViewforgeError, type Weights } from '@viewforge/core';
import { values } from '@viewforge/tensor';

/** Throws ViewforgeError (SHAPE) that names the first part of a batch that does not fit the others. */
export function checkBatch(batch: ContrastBatch, where: string): void {
  const fail = (expected: string, got: string): never => {
    throw new ViewforgeError('SHAPE', where, `expected ${expected}, got ${got}`);
  };
  const { queries, keys, targets, excluded, extras } = batch;
  if (queries.shape.length !== 2) fail('queries of [n, d]', `[${queries.shape}]`);
  const [n, d] = queries.shape as [number, number];
  keys.forEach(({ shape }, block) => {
    if (shape.length !== 2 || shape[1] !== d) fail(`keys of [k, ${d}]`, `[${shape}] in block ${block}`);
  });
  const k = countKeys(batch);
  checkTargets(targets, n, k, fail);
  checkExcluded(excluded, n, k, fail);
  if (extras === undefined) return;
  const { shape } = extras.values;
  if (shape.length !== 3 || shape[0] !== n || shape[2] !== d) fail(`extras of [${n}, s, ${d}]`, `[${shape}]`);
  if (extras.counts.length !== n) fail(`${n} counts of extras`, `${extras.counts.length}`);
  const wrong = extras.counts.find((count) => count < 0 || count > shape[1]!);
  if (wrong !== undefined) fail(`counts of extras in 0..${shape[1]}`, `${wrong}`);
}

type Fail = (expected: string, got: string) => void;

function checkTargets(targets: Weights, n: number, k: number, fail: Fail): void {
  if (targets.kind === 'identity' && n > k) fail(`a key for each of ${n} queries`, `${k} keys and targets "identity"`);
  if (targets.kind === 'dense') {
    const { shape } = targets.values;
    if (shape.length !== 2 || shape[0] !== n || shape[1] !== k) fail(`dense targets of [${n}, ${k}]`, `[${shape}]`);
    checkWeights(values(targets.values), fail);
  }
  if (targets.kind !== 'sparse') return;
  checkSparse('targets', targets, n, k, fail);
  const { offsets, columns, values: weights } = targets;
  if (weights.length !== columns.length) fail(`${columns.length} values of targets, one for each column`, `${weights.length}`);
  checkWeights(weights, fail);
  for (let row = 0; row < n; row++) {
    for (let e = offsets[row]! + 1; e < offsets[row + 1]!; e++) {
      if (columns[e]! <= columns[e - 1]!)
        fail(`columns of targets that ascend in row ${row}`, `${columns[e - 1]}, ${columns[e]}`);
    }
  }
}

/** A weight that is no number would count as none, without a word. */
function checkWeights(weights: Float32Array | Float64Array, fail: Fail): void {
  const wrong = weights.find((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong !== undefined) fail('targets of finite numbers >= 0', `${wrong}`);
}

function checkExcluded(excluded: Exclusion, n: number, k: number, fail: Fail): void {
  if (excluded.kind === 'self' && n > k) fail(`a key for each of ${n} queries`, `${k} keys and the exclusion "self"`);
  if (excluded.kind === 'sparse') checkSparse('an exclusion', excluded, n, k, fail);
}

function checkSparse(
  what: string,
  { offsets, columns }: { readonly offsets: Int32Array; readonly columns: Int32Array },
  n: number,
  k: number,
  fail: Fail,
): void {
  if (offsets.length !== n + 1) fail(`${what} with ${n + 1} offsets`, `${offsets.length}`);
  const ascend = offsets.every((offset, row) => offset >= (row === 0 ? 0 : offsets[row - 1]!));
  if (!ascend || offsets[0] !== 0 || offsets[n] !== columns.length)
    fail(`${what} with offsets from 0 up to ${columns.length}`, `[${offsets.slice(0, 8)}]`);
  const wrong = columns.find((column) => column < 0 || column >= k);
  if (wrong !== undefined) fail(`${what} over columns 0..${k - 1}`, `column ${wrong}`);
}
