import type { Batches } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { slotsOf, withArrays } from './batch-arrays.ts';
import { anyRows, type Row } from './rows.ts';

/** Batch types besides contrast. */
export type OtherBatch = Exclude<keyof Batches, 'contrast'>;

/** A batch as a counterexample prints it: rows of each array, all numbers exact in float32. */
type Plain<T> = { readonly [F in keyof T]: unknown };

/** Any batch of a type, as plain lists, and how it becomes a batch in float64. */
export interface BatchMaker<B extends OtherBatch> {
  readonly plain: fc.Arbitrary<Plain<Batches[B]>>;
  make(plain: Plain<Batches[B]>): Batches[B];
}

const size = fc.record({
  n: fc.integer({ min: 1, max: 9 }),
  d: fc.integer({ min: 1, max: 6 }),
  v: fc.integer({ min: 1, max: 4 }),
});

/** By type: batches of 1 to 9 items, some of the rows zero, equal or opposite. */
export const batchMakers: { readonly [B in OtherBatch]: BatchMaker<B> } = {
  aligned: {
    plain: size.chain(({ n, d, v }) =>
      fc.record(
        {
          views: lists(v, anyRows(n, d)),
          targets: fc.constantFrom(1, v).chain((count) => lists(count, anyRows(n, d))),
          moment: anyRows(d, d),
        },
        { requiredKeys: ['views'] },
      ),
    ),
    make: ({ views, targets, moment }) => ({
      views: each(views),
      ...(targets !== undefined && { targets: each(targets) }),
      ...(moment !== undefined && { moment: matrix(moment) }),
    }),
  },
  distributions: {
    plain: size.chain(({ n, d, v }) =>
      fc.record(
        {
          students: lists(v, scores(n, d)),
          teachers: fc.integer({ min: 0, max: 2 }).chain((count) => lists(count, scores(n, d))),
          taughtBy: fc.constantFrom('others', 'all'),
          center: scores(1, d),
        },
        { requiredKeys: ['students', 'teachers', 'taughtBy'] },
      ),
    ),
    make: ({ students, teachers, taughtBy, center }) => ({
      students: each(students),
      teachers: each(teachers),
      taughtBy: taughtBy as 'others' | 'all',
      ...(center !== undefined && { center: tensor(Float64Array.from((center as Row[])[0]!), [(center as Row[])[0]!.length]) }),
    }),
  },
  reconstruction: {
    plain: fc
      .record({
        n: fc.integer({ min: 1, max: 4 }),
        p: fc.integer({ min: 1, max: 4 }),
        d: fc.constantFrom(1, 3, 4, 6),
        v: fc.integer({ min: 1, max: 2 }),
      })
      .chain(({ n, p, d, v }) =>
        fc.record(
          {
            predictions: lists(v, lists(n, anyRows(p, d))),
            originals: lists(n, anyRows(p, d)),
            masks: lists(v, lists(n * p, fc.constantFrom(0, 1, 1))),
            features: lists(v, lists(n, anyRows(p, 3))),
          },
          { requiredKeys: ['predictions', 'originals', 'masks'] },
        ),
      ),
    make: ({ predictions, originals, masks, features }) => ({
      predictions: (predictions as Row[][][]).map(cube),
      originals: cube(originals as Row[][]),
      masks: (masks as number[][]).map((mask) => Uint8Array.from(mask)),
      ...(features !== undefined && { features: (features as Row[][][]).map(cube) }),
    }),
  },
  neighborhood: {
    plain: size.chain(({ n, d }) =>
      fc.record({ embeddings: anyRows(n, d), features: anyRows(n, 3), items: lists(n, fc.integer({ min: 0, max: 3 })) }),
    ),
    make: ({ embeddings, features, items }) => ({
      embeddings: matrix(embeddings),
      features: matrix(features),
      items: Int32Array.from(items as number[]),
    }),
  },
};

/** The batch with its items in another order. */
export function reordered<B extends OtherBatch>(batch: Batches[B], order: readonly number[]): Batches[B] {
  const rows = withArrays(
    batch as object,
    slotsOf(batch as object).flatMap((slot) =>
      slot.field === 'moment' || slot.field === 'center' ? [] : [{ ...slot, array: inOrder(slot.array, order) }],
    ),
  );
  const { masks, items } = batch as { readonly masks?: readonly Uint8Array[]; readonly items?: Int32Array };
  const patches = (masks?.[0]?.length ?? 0) / order.length;
  return {
    ...rows,
    ...(items && { items: Int32Array.from(order, (row) => items[row]!) }),
    ...(masks && {
      masks: masks.map((mask) => Uint8Array.from(order.flatMap((row) => [...mask.subarray(row * patches, (row + 1) * patches)]))),
    }),
  } as Batches[B];
}

/** Rows, or whatever the first axis counts, in another order. */
export function inOrder(array: Tensor, order: readonly number[]): Tensor {
  const step = values(array).length / order.length;
  return tensor(
    Float64Array.from(order.flatMap((row) => [...values(array).subarray(row * step, (row + 1) * step)])),
    array.shape,
  );
}

function lists<T>(count: number, of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { minLength: count, maxLength: count });
}

/** Scores of a softmax: some equal, some far apart. */
function scores(n: number, k: number): fc.Arbitrary<Row[]> {
  const each = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.constantFrom(1, 1, 1, 100));
  return lists(
    n,
    lists(
      k,
      each.map(([score, times]) => Math.fround((score * times) / 20)),
    ),
  );
}

function each(rows: unknown): Tensor[] {
  return (rows as Row[][]).map(matrix);
}

function matrix(rows: unknown): Tensor {
  const list = rows as readonly Row[];
  return tensor(Float64Array.from(list.flat()), [list.length, list[0]!.length]);
}

function cube(items: readonly (readonly Row[])[]): Tensor {
  return tensor(Float64Array.from(items.flat(2)), [items.length, items[0]!.length, items[0]![0]!.length]);
}
