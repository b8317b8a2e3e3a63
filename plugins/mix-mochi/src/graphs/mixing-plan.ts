import type { ContrastBatch, GraphArray, GraphFeeds, MixPlan } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { addExtras } from '../add-extras.ts';
import { exceptNegatives } from '../except-negatives.ts';
import { ownCount, type Synthesis } from '../mixture.ts';
import { groupSize, type MixingModel, mixingModel } from './mixing-model.ts';
import { type SeenColumns, seenColumns } from './seen-columns.ts';
import { unitBlock } from '../unit-blocks.ts';

/** A batch that the model can take. */
interface Planned {
  readonly synthesis: Synthesis;
  readonly model: MixingModel;
  readonly seen: SeenColumns;
  /** [n, d] of length 1. */
  readonly queries: Features;
  /** What the columns are, of length 1. */
  readonly blocks: readonly Features[];
  readonly n: number;
  readonly d: number;
  /** Columns, with those that fill up the last group. */
  readonly columns: number;
}

/** Hidden columns of all queries that are listed one by one, 16 bytes each. */
const mostPairs = 2 ** 20;
/** Numbers of a mask, 64 MiB. */
const mostMask = 2 ** 24;
/** Similarities of a run, and numbers of what is made, 512 MiB. */
const mostNumbers = 2 ** 27;

/**
 * How the model makes synthetic negatives for a batch; undefined for batches it is not made for: rows that are not float32 or not finite,
 * nothing to be found, more than 2^27 similarities or numbers to be made, and exclusions that take more than 2^20 columns in all and a mask of
 * more than 2^24 numbers.
 */
export function planMixing(batch: ContrastBatch, synthesis: Synthesis): MixPlan | undefined {
  const planned = planned_(batch, synthesis);
  if (planned === undefined) return undefined;
  const { seen, model } = planned;
  return {
    model: `${model.hiding} ${model.isGrouped}`,
    bytes: () => mixingModel(model),
    outputs: ['mixed'],
    feeds: () => feedsOf(planned),
    take: ({ mixed }) =>
      addExtras(batch, {
        rows: mixed!.data as Float32Array,
        s: synthesis.total,
        without: (query) => seen.counts[query] === 0,
      }),
  };
}

function planned_(batch: ContrastBatch, synthesis: Synthesis): Planned | undefined {
  const { keys, frozen } = batch;
  const [n, d] = batch.queries.shape as [number, number];
  const isFloat = [batch.queries, ...keys].every(({ data }) => data instanceof Float32Array);
  if (!isFloat || n === 0 || d === 0 || keys.some(({ shape }) => shape[1] !== d)) return undefined;
  const seen = seenColumns(batch, exceptNegatives(batch));
  const own = n * ownCount(synthesis);
  if (seen.k === 0 || n * (seen.k + own) > mostNumbers || n * d * synthesis.total > mostNumbers) return undefined;
  const hiding = seen.hidden === 0 ? 'nothing' : seen.hidden <= mostPairs ? 'pairs' : 'mask';
  if (hiding === 'mask' && n * seen.k > mostMask) return undefined;
  const isGrouped = hiding !== 'mask' && seen.k >= 2 * groupSize * synthesis.count;
  const columns = isGrouped ? wholeGroups(seen.k) : seen.k;
  const fills = columns > seen.k && hiding === 'nothing';
  const queries = unitBlock(batch.queries, false);
  const blocks = seen.blocks.map((b) => unitBlock(keys[b]!, frozen?.[b] === true));
  if ([queries, ...blocks].some(({ isBroken }) => isBroken)) return undefined;
  return {
    model: { hiding: fills ? 'pairs' : hiding, isGrouped },
    ...{ synthesis, seen, queries: queries.rows, blocks: blocks.map(({ rows }) => rows), n, d, columns },
  };
}

function wholeGroups(count: number): number {
  return Math.ceil(count / groupSize) * groupSize;
}

function feedsOf(planned: Planned): GraphFeeds {
  const { model, seen, queries, blocks, synthesis, n, d, columns } = planned;
  const { k } = seen;
  const own = ownCount(synthesis);
  const fill = columns > k ? [tensor(new Float32Array((columns - k) * d), [columns - k, d])] : [];
  return {
    ...mixtureFeeds(planned),
    queries: { type: 'float32', shape: [n, d], data: values(queries).slice() as Float32Array },
    rows: { blocks: [...blocks, ...fill, ownRows(planned)] },
    columns: whole([model.isGrouped ? columns / groupSize : columns], [1]),
    count: whole([Math.min(synthesis.count, k)], [1]),
    own: whole(
      Array.from({ length: n * own }, (_, at) => columns + at),
      [n, own],
    ),
    ...(model.hiding === 'pairs' && { hidden: hiddenPairs(planned) }),
    ...(model.hiding === 'mask' && { mask: maskOf(planned) }),
  };
}

/** Rows of the queries' own, query by query, in whole groups. */
function ownRows({ queries, synthesis, model, n, d }: Planned): Features {
  const own = ownCount(synthesis);
  const count = model.isGrouped ? wholeGroups(n * own) : n * own;
  const rows = new Float32Array(count * d);
  const given = values(queries);
  for (let query = 0, at = 0; query < n; query++, at += own * d) {
    const unit = given.subarray(query * d, (query + 1) * d);
    rows.set(unit, at);
    synthesis.further?.fill(query, unit, rows, at + d);
  }
  return tensor(rows, [count, d]);
}

function mixtureFeeds({ synthesis, seen, n }: Planned): GraphFeeds {
  const { total: s } = synthesis;
  const own = ownCount(synthesis);
  const [first, second] = [new Int32Array(n * s), new Int32Array(n * s)];
  const weights = new Float32Array(n * s);
  for (let query = 0; query < n; query++) {
    const available = Math.min(synthesis.count, seen.counts[query]!);
    if (available === 0) continue; // places of 0 are its own row: nothing it must not see is gathered
    const mixtures = synthesis.mixtures(query, available);
    const at = query * s;
    for (let r = 0; r < s; r++) {
      const [a, b] = [mixtures.first[r]!, mixtures.second[r]!];
      first[at + r] = a < 0 ? -1 - a : own + a;
      second[at + r] = b < 0 ? -1 - b : own + b;
    }
    weights.set(mixtures.weights, at);
  }
  return {
    first: { type: 'int32', shape: [n, s], data: first },
    second: { type: 'int32', shape: [n, s], data: second },
    weights: { type: 'float32', shape: [n, s, 1], data: weights },
  };
}

/** The (query, column) that are not to be found, those that fill up a group included. */
function hiddenPairs({ seen, n, columns }: Planned): GraphArray {
  const filled = columns - seen.k;
  const pairs = new BigInt64Array(2 * (seen.hidden + n * filled));
  const words = new Int32Array(pairs.buffer); // low words are even: every platform of Node is little-endian
  let at = 0;
  for (let query = 0; query < n; query++) {
    const take = (start: number, end: number) => {
      for (let column = start; column < end; column++, at += 4) {
        words[at] = query;
        words[at + 2] = column;
      }
    };
    seen.eachHidden(query, take);
    take(seen.k, columns);
  }
  return { type: 'int64', shape: [pairs.length / 2, 2], data: pairs };
}

function maskOf({ seen, n }: Planned): GraphArray {
  const mask = new Float32Array(n * seen.k);
  for (let query = 0; query < n; query++) {
    const row = mask.subarray(query * seen.k, (query + 1) * seen.k);
    seen.eachHidden(query, (start, end) => row.fill(Number.NEGATIVE_INFINITY, start, end));
  }
  return { type: 'float32', shape: [n, seen.k], data: mask };
}

function whole(numbers: readonly number[], shape: readonly number[]): GraphArray {
  return { type: 'int64', shape, data: BigInt64Array.from(numbers, BigInt) };
}
