import {
  type ContrastBatch,
  type Exclusion,
  sparseExclusion,
  sparseWeights,
  type Triplets,
  ViewforgeError,
  type Weights,
} from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';

/**
 * A batch cut into at most `parts` batches of consecutive queries, as even as can be, each over all keys: work for as many threads or devices, whose
 * results `combineShards` puts together. Rows are not copied; what belongs to queries goes with them. A shard of a batch that compares rows
 * with themselves holds its own queries and all rows as keys.
 *
 * Throws ViewforgeError (OPTION) for a number of parts below 1.
 */
export function shardContrast(batch: ContrastBatch, parts: number): readonly ContrastBatch[] {
  if (!(Number.isInteger(parts) && parts >= 1)) {
    throw new ViewforgeError('OPTION', 'shardContrast', `expected a whole number of parts >= 1, got ${parts}`);
  }
  const n = batch.queries.shape[0]!;
  const ends = Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * n) / parts));
  return ends
    .slice(1)
    .map((to, part): Range => ({ from: ends[part]!, to }))
    .filter(({ from, to }) => to > from)
    .map((range) => shardOf(batch, range));
}

/** Queries `from` up to, not with, `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

function shardOf(batch: ContrastBatch, range: Range): ContrastBatch {
  const { queries, keys, targets, excluded, extras, queryWeights, frozen, triplets } = batch;
  const { from, to } = range;
  return {
    queries: rowsOf(queries, range),
    keys,
    targets: targetsOf(targets, range),
    excluded: exclusionOf(excluded, range),
    ...(extras && {
      extras: { values: rowsOf(extras.values, range), counts: extras.counts.subarray(from, to) },
    }),
    ...(queryWeights && { queryWeights: queryWeights.subarray(from, to) }),
    ...(frozen && { frozen }),
    ...(triplets && { triplets: tripletsOf(triplets, range) }),
  };
}

function rowsOf(array: Tensor, { from, to }: Range): Tensor {
  const [, ...rest] = array.shape as [number, ...number[]];
  const size = rest.reduce((product, each) => product * each, 1);
  return tensor(values(array).subarray(from * size, to * size), [to - from, ...rest]);
}

function targetsOf(targets: Weights, { from, to }: Range): Weights {
  if (targets.kind === 'identity') return sparseWeights(Array.from({ length: to - from }, (_, row) => [[from + row, 1]]));
  if (targets.kind === 'dense') return { kind: 'dense', values: rowsOf(targets.values, { from, to }) };
  const { offsets, columns, values: weights } = targets;
  const [first, last] = [offsets[from]!, offsets[to]!];
  return {
    kind: 'sparse',
    offsets: rebased(offsets, { from, to }),
    columns: columns.subarray(first, last),
    values: weights.subarray(first, last),
  };
}

function exclusionOf(excluded: Exclusion, { from, to }: Range): Exclusion {
  if (excluded.kind === 'none') return excluded;
  if (excluded.kind === 'self') return sparseExclusion(Array.from({ length: to - from }, (_, row) => [from + row]));
  const offsets = rebased(excluded.offsets, { from, to });
  const own = (entries: Int32Array): Int32Array => entries.subarray(excluded.offsets[from]!, excluded.offsets[to]!);
  if (excluded.kind === 'ranges') return { kind: 'ranges', offsets, starts: own(excluded.starts), ends: own(excluded.ends) };
  return { kind: excluded.kind, offsets, columns: own(excluded.columns) };
}

/** Offsets of the rows of a range, from 0. */
function rebased(offsets: Int32Array, { from, to }: Range): Int32Array {
  const first = offsets[from]!;
  return offsets.subarray(from, to + 1).map((offset) => offset - first);
}

function tripletsOf({ queries, positives, negatives }: Triplets, { from, to }: Range): Triplets {
  const own = (_: number, e: number): boolean => queries[e]! >= from && queries[e]! < to;
  return {
    queries: queries.filter(own).map((query) => query - from),
    positives: positives.filter(own),
    negatives: negatives.filter(own),
  };
}
