import { type DistributionBatch, sparseExclusion, ViewforgeError } from '@viewforge/core';
import { searchTop } from '@viewforge/miners';
import { type Features, tensor, unitRows, values } from '@viewforge/tensor';
import { checkFinite, rowBlock } from './class-rows.ts';

/** Features and predictions of all items of a data set, in blocks that are never written again; plain data. */
export interface FeatureBank {
  readonly size: number;
  /** Blocks of [64, d] in float32, the last one of what is left; rows of length 1. */
  readonly features: readonly Features[];
  /** Blocks of [64, classes] in float32; shares that sum to 1 in a row. */
  readonly scores: readonly Features[];
}

/** Who is next to whom: for each of n rows the nearest others of the bank, nearest first. */
export interface BankNeighbors {
  /** [n, count]; rows of the bank. */
  readonly neighbors: Int32Array;
  /** How many each row has: those asked for, or all others of a smaller bank. */
  readonly count: number;
}

const blockRows = 64;

/**
 * A bank of features [size, d], which are brought to length 1, and scores [size, classes], shares that sum to 1. Throws ViewforgeError:
 * SHAPE where the numbers of rows differ, NOT_FINITE for NaN or an infinity.
 */
export function startBank(features: Features, scores: Features): FeatureBank {
  const [left, right] = checkedPair(features, scores);
  return { size: left.shape[0]!, features: blocksOf(left), scores: blocksOf(right) };
}

/**
 * The bank with new features and scores for the items `rows` [n]; of an item named twice the last counts. Blocks without any of them are
 * shared with the bank before. Throws as `startBank`, and SHAPE for a row that the bank lacks.
 */
export function refreshBank(bank: FeatureBank, rows: Int32Array, features: Features, scores: Features): FeatureBank {
  const [left, right] = checkedPair(features, scores);
  checkRows(bank, rows, rows.length === left.shape[0]! ? undefined : left.shape);
  return { ...bank, features: written(bank.features, rows, left), scores: written(bank.scores, rows, right) };
}

/**
 * The part of the augmentation graph of SF(DA)² that begins at the items `rows` [n]; each has an edge to its `count` nearest others by
 * cosine, exactly; of equal ones the lower row wins. With fewer than count + 1 items all others are neighbors; none in a bank of one.
 * Throws ViewforgeError: SHAPE for a row that the bank lacks, OPTION for a count that is no whole number >= 1.
 */
export function bankNeighbors(bank: FeatureBank, rows: Int32Array, count = 5): BankNeighbors {
  checkRows(bank, rows);
  const d = bank.features[0]?.shape[1] ?? 0;
  const excluded = sparseExclusion(Array.from(rows, (row) => [row]));
  const found = searchTop({ queries: gathered(bank.features, rows, d), keys: bank.features, count, excluded });
  const kept = Math.min(count, Math.max(0, bank.size - 1));
  const neighbors = new Int32Array(rows.length * kept);
  for (let i = 0; i < rows.length; i++) neighbors.set(found.columns.subarray(i * count, i * count + kept), i * kept);
  return { neighbors, count: kept };
}

/**
 * The batch that `spectralNeighborhood` measures: students [n, classes], scores before any softmax of the items `rows`, and for each
 * neighbor in turn a teacher [n, classes], the logarithms of what the bank says of it. No gradient flows to the bank.
 */
export function neighborBatch(students: Features, bank: FeatureBank, { neighbors, count }: BankNeighbors): DistributionBatch {
  const n = neighbors.length / Math.max(1, count);
  const classes = bank.scores[0]?.shape[1] ?? 0;
  if (students.shape.length !== 2 || students.shape[1] !== classes || (count > 0 && students.shape[0] !== n)) {
    throw new ViewforgeError('SHAPE', 'neighbor-batch', `expected students of [${n}, ${classes}], got [${students.shape}]`);
  }
  const teachers = Array.from({ length: count }, (_, k) => {
    const rows = Int32Array.from({ length: n }, (_, i) => neighbors[i * count + k]!);
    const shares = values(gathered(bank.scores, rows, classes));
    return tensor(
      Float64Array.from(shares, (share) => Math.log(Math.max(share, leastShare))),
      [n, classes],
    );
  });
  return { students: [students], teachers, taughtBy: 'all' };
}

/** Shares of 0 have a logarithm that a softmax takes back to nothing. */
const leastShare = 1e-300;

function checkedPair(features: Features, scores: Features): readonly [Features, Features] {
  const where = 'feature-bank';
  const [left, right] = [rowBlock(features, where, 'features'), rowBlock(scores, where, 'scores')];
  if (left.n !== right.n)
    throw new ViewforgeError('SHAPE', where, `expected scores of [${left.n}, classes], got [${scores.shape}]`);
  checkFinite(left, where, 'features');
  checkFinite(right, where, 'scores');
  return [unitRows(features).rows, scores];
}

function checkRows({ size }: FeatureBank, rows: Int32Array, shape?: readonly number[]): void {
  if (shape)
    throw new ViewforgeError('SHAPE', 'feature-bank', `expected features of [${rows.length}, d], one a row, got [${shape}]`);
  const wrong = rows.find((row) => row < 0 || row >= size);
  if (wrong !== undefined) throw new ViewforgeError('SHAPE', 'feature-bank', `expected rows from 0 to ${size - 1}, got ${wrong}`);
}

function blocksOf(rows: Features): Features[] {
  const [n, d] = rows.shape as [number, number];
  const data = values(rows);
  return Array.from({ length: Math.ceil(n / blockRows) }, (_, block) => {
    const [from, to] = [block * blockRows, Math.min(n, (block + 1) * blockRows)];
    return tensor(Float32Array.from(data.subarray(from * d, to * d)), [to - from, d]);
  });
}

/** The blocks with these rows written; those without any are the ones given. */
function written(blocks: readonly Features[], rows: Int32Array, fresh: Features): Features[] {
  const d = fresh.shape[1]!;
  const width = blocks[0]?.shape[1] ?? d;
  if (d !== width) throw new ViewforgeError('SHAPE', 'feature-bank', `expected rows of width ${width}, got [${fresh.shape}]`);
  const result = [...blocks];
  const copies = new Map<number, Float32Array>();
  const data = values(fresh);
  rows.forEach((row, i) => {
    const block = Math.floor(row / blockRows);
    const copy = copies.get(block) ?? Float32Array.from(values(blocks[block]!));
    copies.set(block, copy);
    copy.set(data.subarray(i * d, i * d + d), (row - block * blockRows) * d);
  });
  for (const [block, copy] of copies) result[block] = tensor(copy, blocks[block]!.shape);
  return result;
}

function gathered(blocks: readonly Features[], rows: Int32Array, d: number): Features {
  const result = new Float32Array(rows.length * d);
  rows.forEach((row, i) => {
    const at = (row % blockRows) * d;
    result.set(values(blocks[Math.floor(row / blockRows)]!).subarray(at, at + d), i * d);
  });
  return tensor(result, [rows.length, d]);
}
