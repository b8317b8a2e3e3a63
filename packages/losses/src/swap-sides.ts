import {
  type ContrastBatch,
  countKeys,
  type Exclusion,
  eachExcluded,
  eachWeight,
  excludedRanges,
  onlyColumns,
  sparseExclusion,
  sparseWeights,
  type Weights,
} from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';

/**
 * The same comparisons seen from the keys: key j becomes query j over all n queries, with the targets and exclusions of its column. Extras, which are negatives
 * of queries, are left out, and so is which blocks are frozen: queries have no such mark. A key weighs the mean weight of the queries that
 * belong to it, by target. Takes a batch whose parts fit.
 */
export function swapSides(batch: ContrastBatch): ContrastBatch {
  const [n, k] = [batch.queries.shape[0]!, countKeys(batch)];
  return {
    queries: joined(batch.keys, batch.queries.shape[1]!),
    keys: [batch.queries],
    targets: turned(batch.targets, n, k),
    excluded: turnedExclusion(batch, n, k),
    ...(batch.queryWeights && { queryWeights: keyWeights(batch, n, k) }),
  };
}

function joined(blocks: readonly Features[], d: number): Features {
  if (blocks.length === 1) return blocks[0]!;
  const k = countKeys({ keys: blocks });
  const data = new Float64Array(k * d);
  let at = 0;
  for (const block of blocks) {
    data.set(values(block), at);
    at += block.shape[0]! * d;
  }
  return tensor(data, [k, d]);
}

function turned(targets: Weights, n: number, k: number): Weights {
  if (targets.kind === 'identity' && n === k) return targets;
  if (targets.kind === 'dense') {
    const given = values(targets.values);
    const data = new Float64Array(k * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) data[j * n + i] = given[i * k + j]!;
    return { kind: 'dense', values: tensor(data, [k, n]) };
  }
  const lists = Array.from({ length: k }, (): [number, number][] => []);
  for (let i = 0; i < n; i++) eachWeight(targets, i, (column, weight) => lists[column]!.push([i, weight]));
  return sparseWeights(lists);
}

function turnedExclusion({ excluded, keys }: ContrastBatch, n: number, k: number): Exclusion {
  if (excluded.kind === 'none' || (excluded.kind === 'self' && n === k)) return excluded;
  if (excluded.kind === 'ranges') return turnedRanges({ excluded, keys }, n, k);
  const lists = Array.from({ length: k }, (): number[] => []);
  // what is listed stays what is listed, so that memory grows with the lists
  const listed: Exclusion = excluded.kind === 'except' ? { ...excluded, kind: 'sparse' } : excluded;
  for (let i = 0; i < n; i++) eachExcluded({ excluded: listed, keys }, i, (column) => lists[column]!.push(i));
  return excluded.kind === 'except' ? onlyColumns(lists) : sparseExclusion(lists);
}

/** Neighbors among the queries that hide a key become one range as they come, so that memory grows with the ranges. */
function turnedRanges(batch: Pick<ContrastBatch, 'excluded' | 'keys'>, n: number, k: number): Exclusion {
  const lists = Array.from({ length: k }, (): [number, number][] => []);
  for (let i = 0; i < n; i++) {
    eachExcluded(batch, i, (column) => {
      const list = lists[column]!;
      const last = list[list.length - 1];
      if (last !== undefined && last[1] === i) last[1] = i + 1;
      else list.push([i, i + 1]);
    });
  }
  return excludedRanges(lists);
}

function keyWeights({ targets, queryWeights }: ContrastBatch, n: number, k: number): Float64Array {
  const [sum, total] = [new Float64Array(k), new Float64Array(k)];
  for (let i = 0; i < n; i++) {
    eachWeight(targets, i, (column, weight) => {
      sum[column] = sum[column]! + weight * queryWeights![i]!;
      total[column] = total[column]! + weight;
    });
  }
  return sum.map((each, column) => (total[column] === 0 ? 0 : each / total[column]!));
}
