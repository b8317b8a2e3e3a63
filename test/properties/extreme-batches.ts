import { type Batches, type ContrastBatch, onlyColumns, pairs, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleBatches } from '@viewforge/testkit';
import { type Slot, slotsOf, withArrays } from './batch-arrays.ts';

/** Batches of one type. */
export interface Batchery<B extends keyof Batches> {
  /** Batches of n items in float64, by name; several where losses differ in what they ask for. */
  readonly small: (n: number) => Readonly<Record<string, Batches[B]>>;
  /** One batch of n items, few numbers each, in which a loss has work for each item and little more. */
  readonly large: (n: number) => Batches[B];
}

/** By batch type: a type that is not here cannot be checked. */
export const batcheries: { readonly [B in keyof Batches]: Batchery<B> } = {
  contrast: { small: contrasts, large: largeContrast },
  aligned: {
    small: (n) => {
      const views = [0, 1, 2].map((view) => normal([n, 3], n, 'view', view));
      const targets = [0, 1, 2].map((view) => normal([n, 3], n, 'target', view));
      const moment = features(Float64Array.of(0.5, 0.1, 0, 0.1, 0.3, -0.1, 0, -0.1, 0.2), 3, 3);
      return {
        views: { views },
        'two views': { views: views.slice(0, 2), moment },
        'views and targets': { views, targets, moment },
      };
    },
    large: (n) => ({
      views: [0, 1].map((v) => normal([n, 4], n, 'view', v)),
      targets: [0, 1].map((v) => normal([n, 4], n, 'target', v)),
    }),
  },
  distributions: {
    small: (n) => {
      const [students, teachers] = ['student', 'teacher'].map((who) => [0, 1].map((view) => normal([n, 4], n, who, view)));
      return {
        'taught by others': { students: students!, teachers: teachers!, taughtBy: 'others' },
        'taught by all, centered': {
          students: students!,
          teachers: teachers!,
          taughtBy: 'all',
          center: normal([4], n, 'center'),
        },
      };
    },
    large: (n) => ({
      students: [0, 1].map((view) => normal([n, 8], n, 'student', view)),
      teachers: [0, 1].map((view) => normal([n, 8], n, 'teacher', view)),
      taughtBy: 'others',
    }),
  },
  reconstruction: { small: (n) => ({ 'two draws': reconstruction(n, 3) }), large: (n) => reconstruction(n, 2) },
  neighborhood: {
    small: (n) => ({ 'views of items': neighborhood(n) }),
    large: neighborhood,
  },
};

function contrasts(n: number): Record<string, ContrastBatch> {
  const [x, y] = [normal([n, 3], n, 'query'), normal([n, 3], n, 'key')];
  const both = { pairs: pairs(x, y), 'pairs and other keys': { ...pairs(x, y), keys: [y, normal([3, 3], n, 'other')] } };
  if (n === 1) return both;
  const next = Array.from({ length: n }, (_, i): [number, number][] => [[(i + 1) % n, 1]]);
  const neighbors = next.map((row, i): [number, number][] =>
    n === 2
      ? row
      : [
          [(i + 1) % n, 0.5],
          [(i + n - 1) % n, 0.5],
        ],
  );
  const itself: ContrastBatch = { queries: x, keys: [x], targets: sparseWeights(neighbors), excluded: { kind: 'self' } };
  const examples = exampleBatches().filter(({ name }) => name.includes('extras') || name.includes('weighted'));
  return {
    ...both,
    'rows against themselves': itself,
    ...(n > 2 && Object.fromEntries(examples.map(({ name, batch }) => [name, batch]))),
  };
}

/** Each query sees a positive and seven negatives of 32 keys. */
function largeContrast(n: number): ContrastBatch {
  const k = Math.min(32, n);
  const rows = Array.from({ length: n }, (_, i) => i);
  return {
    queries: normal([n, 4], n, 'query'),
    keys: [normal([k, 4], n, 'key')],
    targets: sparseWeights(rows.map((i) => [[i % k, 1]])),
    excluded: onlyColumns(rows.map((i) => Array.from({ length: Math.min(8, k) }, (_, j) => (i + 3 * j) % k))),
  };
}

function reconstruction(n: number, p: number): Batches['reconstruction'] {
  const mask = (draw: number): Uint8Array => Uint8Array.from({ length: n * p }, (_, patch) => Number((patch + draw) % 3 !== 2));
  return {
    predictions: [0, 1].map((draw) => normal([n, p, 12], n, 'prediction', draw)),
    originals: normal([n, p, 12], n, 'original'),
    masks: [mask(0), mask(1)],
    features: [0, 1].map((draw) => normal([n, p, 3], n, 'feature', draw)),
  };
}

function neighborhood(n: number): Batches['neighborhood'] {
  return {
    embeddings: normal([n, 3], n, 'embedding'),
    features: normal([n, 3], n, 'feature'),
    items: Int32Array.from({ length: n }, (_, row) => row >> 1),
  };
}

/** A number of a batch: whose row it is, of the array in which place, and the number there in the first array and in a row for all arrays. */
interface Site {
  readonly row: number;
  readonly place: number;
  readonly own: number;
  readonly first: number;
  readonly all: number;
}

/** How rows may be special. */
export const oddities: Readonly<Record<string, (site: Site) => number>> = {
  'all rows alike': ({ all }) => all,
  'rows by turns opposite': ({ row, all }) => (row % 2 === 0 ? all : -all),
  'two rows alike, the next two opposite, also across arrays': ({ row, place, all }) =>
    ((row >> 1) + place) % 2 === 0 ? all : -all,
  'arrays alike': ({ first }) => first,
  'arrays by turns opposite': ({ place, first }) => (place % 2 === 0 ? first : -first),
  'the first two rows alike in all arrays': ({ row, own, all }) => (row < 2 ? all : own),
  'nothing but zeros': () => 0,
  'a row of zeros first': ({ row, own }) => (row === 0 ? 0 : own),
  'zeros in every other array': ({ place, own }) => (place % 2 === 0 ? 0 : own),
};

/** The batch with rows of all arrays made special. */
export function oddBatch<T extends object>(batch: T, oddity: string): T {
  const oneRow = values(normal([16], 0, 'one row for all'));
  const firstOnes = values(slotsOf(batch)[0]!.array);
  return withNumbers(batch, (own, i, { array }, place) => {
    const d = array.shape.at(-1)!;
    return oddities[oddity]!({ row: Math.floor(i / d), place, own, first: firstOnes[i] ?? own, all: oneRow[i % d]! });
  });
}

/** The batch with the rows of some fields, or all, times a factor. */
export function scaledBatch<T extends object>(
  batch: T,
  factorOf: (row: number) => number,
  isScaled: (field: string) => boolean = () => true,
): T {
  return withNumbers(batch, (own, i, { field, array }) =>
    isScaled(field) ? factorOf(Math.floor(i / array.shape.at(-1)!)) * own : own,
  );
}

/** The batch with every number of its arrays made anew; `place` counts the arrays. */
export function withNumbers<T extends object>(batch: T, make: (own: number, i: number, slot: Slot, place: number) => number): T {
  const slots = slotsOf(batch).map((slot, place) => {
    const numbers = Float64Array.from(values(slot.array), (own, i) => make(own, i, slot, place));
    return { ...slot, array: tensor(numbers, slot.array.shape) };
  });
  return withArrays(batch, slots);
}

function normal(shape: readonly number[], seed: number, ...names: readonly (string | number)[]): Features {
  const random = createRandom('extremes').fork(seed, ...names);
  const count = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float64Array.from({ length: count }, () => random.normal(0, 1)),
    shape,
  );
}
