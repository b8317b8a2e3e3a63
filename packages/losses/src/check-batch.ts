import { type ContrastBatch, countKeys, type Exclusion, type Triplets, ViewforgeError, type Weights } from '@viewforge/core';
import { values } from '@viewforge/tensor';

/** Throws ViewforgeError (SHAPE) that names the first part of a batch that does not fit the others, and DOMAIN for one with synthetic positives. */
export function checkBatch(batch: ContrastBatch, where: string): void {
  const fail = (expected: string, got: string): never => {
    throw new ViewforgeError('SHAPE', where, `expected ${expected}, got ${got}`);
  };
  const { queries, keys, targets, excluded } = batch;
  if (queries.shape.length !== 2) fail('queries of [n, d]', `[${queries.shape}]`);
  const [n, d] = queries.shape as [number, number];
  keys.forEach(({ shape }, block) => {
    if (shape.length !== 2 || shape[1] !== d) fail(`keys of [k, ${d}]`, `[${shape}] in block ${block}`);
  });
  const k = countKeys(batch);
  if (batch.frozen && batch.frozen.length !== keys.length)
    fail(`${keys.length} marks of frozen blocks`, `${batch.frozen.length}`);
  checkTargets(targets, n, k, fail);
  checkExcluded(excluded, n, k, fail);
  checkExtras(batch, n, d, fail);
  checkQueryWeights(batch.queryWeights, n, fail);
  if (batch.positives !== undefined) refusePositives(where);
  if (batch.triplets !== undefined) checkTriplets(batch.triplets, n, k, fail);
}

/** Left out without a word they would be lost: a loss that knows them takes them off before it hands the batch on. */
function refusePositives(where: string): never {
  const message =
    'expected no synthetic positives, which this loss does not know, got some; use a loss that does, such as mix-features/with-positives';
  throw new ViewforgeError('DOMAIN', where, message);
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
  const { columns, values: weights } = targets;
  if (weights.length !== columns.length) fail(`${columns.length} values of targets, one for each column`, `${weights.length}`);
  checkWeights(weights, fail);
  checkAscent('targets', targets, n, fail);
}

/** A weight that is no number would count as none, without a word. */
function checkWeights(weights: Float32Array | Float64Array, fail: Fail): void {
  const wrong = weights.find((weight) => !isWeight(weight));
  if (wrong !== undefined) fail('targets of finite numbers >= 0', `${wrong}`);
}

function isWeight(weight: number): boolean {
  return weight >= 0 && weight < Number.POSITIVE_INFINITY;
}

function checkExtras({ extras }: ContrastBatch, n: number, d: number, fail: Fail): void {
  if (extras === undefined) return;
  const { shape } = extras.values;
  if (shape.length !== 3 || shape[0] !== n || shape[2] !== d) fail(`extras of [${n}, s, ${d}]`, `[${shape}]`);
  if (extras.counts.length !== n) fail(`${n} counts of extras`, `${extras.counts.length}`);
  const wrong = extras.counts.find((count) => count < 0 || count > shape[1]!);
  if (wrong !== undefined) fail(`counts of extras in 0..${shape[1]}`, `${wrong}`);
}

function checkQueryWeights(weights: Float64Array | undefined, n: number, fail: Fail): void {
  if (weights === undefined) return;
  if (weights.length !== n) fail(`${n} weights of queries`, `${weights.length}`);
  const wrong = weights.find((weight) => !isWeight(weight));
  if (wrong !== undefined) fail('weights of queries that are finite numbers >= 0', `${wrong}`);
}

function checkTriplets({ queries, positives, negatives }: Triplets, n: number, k: number, fail: Fail): void {
  const lengths = [queries.length, positives.length, negatives.length];
  if (new Set(lengths).size > 1) fail('triplets with as many queries as positives and negatives', `${lengths.join(', ')}`);
  const row = queries.find((query) => query < 0 || query >= n);
  if (row !== undefined) fail(`triplets of queries 0..${n - 1}`, `query ${row}`);
  const column = [positives, negatives].flatMap((columns) => [...columns.filter((each) => each < 0 || each >= k)])[0];
  if (column !== undefined) fail(`triplets over columns 0..${k - 1}`, `column ${column}`);
}

function checkExcluded(excluded: Exclusion, n: number, k: number, fail: Fail): void {
  if (excluded.kind === 'self' && n > k) fail(`a key for each of ${n} queries`, `${k} keys and the exclusion "self"`);
  if (excluded.kind === 'ranges') checkRanges(excluded, n, k, fail);
  if (excluded.kind !== 'sparse' && excluded.kind !== 'except') return;
  checkSparse('an exclusion', excluded, n, k, fail);
  checkAscent('an exclusion', excluded, n, fail);
}

function checkRanges(excluded: Ranges, n: number, k: number, fail: Fail): void {
  const { offsets, starts, ends } = excluded;
  if (starts.length !== ends.length) fail(`${starts.length} ends of ranges, one for each start`, `${ends.length}`);
  checkOffsets('an exclusion', { offsets, count: starts.length }, n, fail);
  for (let row = 0; row < n; row++) {
    let least = 0;
    for (let e = offsets[row]!; e < offsets[row + 1]!; e++) {
      const [start, end] = [starts[e]!, ends[e]!];
      if (start < least || end <= start || end > k)
        fail(`ranges of an exclusion that ascend within ${least}..${k} in row ${row}`, `${start}..${end}`);
      least = end;
    }
  }
}

type Ranges = Extract<Exclusion, { readonly kind: 'ranges' }>;

interface Sparse {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
}

/** A column named twice would count twice. */
function checkAscent(what: string, { offsets, columns }: Sparse, n: number, fail: Fail): void {
  for (let row = 0; row < n; row++) {
    for (let e = offsets[row]! + 1; e < offsets[row + 1]!; e++) {
      if (columns[e]! <= columns[e - 1]!)
        fail(`columns of ${what} that ascend in row ${row}`, `${columns[e - 1]}, ${columns[e]}`);
    }
  }
}

function checkSparse(what: string, { offsets, columns }: Sparse, n: number, k: number, fail: Fail): void {
  checkOffsets(what, { offsets, count: columns.length }, n, fail);
  const wrong = columns.find((column) => column < 0 || column >= k);
  if (wrong !== undefined) fail(`${what} over columns 0..${k - 1}`, `column ${wrong}`);
}

interface Offsets {
  readonly offsets: Int32Array;
  /** Of entries. */
  readonly count: number;
}

function checkOffsets(what: string, { offsets, count }: Offsets, n: number, fail: Fail): void {
  if (offsets.length !== n + 1) fail(`${what} with ${n + 1} offsets`, `${offsets.length}`);
  const ascend = offsets.every((offset, row) => offset >= (row === 0 ? 0 : offsets[row - 1]!));
  if (!ascend || offsets[0] !== 0 || offsets[n] !== count)
    fail(`${what} with offsets from 0 up to ${count}`, `[${offsets.slice(0, 8)}]`);
}
