import type { AnyFactory, ContrastBatch, Loss, LossGradients } from '@viewforge/core';
import { plugin } from '@viewforge/losses';
import { type Tensor, values } from '@viewforge/tensor';
import { contentOf, firstDifference, firstNotFinite, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slotsOf } from './batch-arrays.ts';
import {
  allTriplets,
  contrastBatch,
  keysOf,
  listed,
  type PlainBatch,
  plainBatches,
  seenIn,
  withKeys,
  withQueries,
} from './contrast-batches.ts';
import { expectAcross, expectNear, largest } from './nearness.ts';
import { likelyOptions } from './options.ts';
import { anyOrder, type Row } from './rows.ts';
import { slopeOf } from './slopes.ts';

// Every shipped loss over ContrastBatches, with any likely options, on batches of any kind.

/** Losses over rows as given, whatever their options. */
const overGivenRows: readonly string[] = ['spectral-contrastive'];
/** Losses that are not told the same by a query of weight 2 as by two queries, and why. */
const weighsOtherwise: Readonly<Record<string, string>> = {
  'list-wise-wasserstein': 'covariances are unbiased for rows of unequal weight, not for rows that come more than once',
  'two-sided-info-nce': 'queries are keys, too: a second one is one more to be told from',
};

type Options = Readonly<Record<string, unknown>>;
interface Trial {
  readonly options: Options;
  readonly plain: PlainBatch;
  readonly seed: number;
}

const losses = (plugin.provides as readonly AnyFactory[]).flatMap((factory) =>
  factory.kind === 'loss' && factory().measures === 'contrast' ? [{ name: factory.about.name, factory }] : [],
);

test('there are losses to check', () => expect(losses.length).toBeGreaterThan(20));

describe.each(losses)('$name', ({ name, factory }) => {
  const make = factory as unknown as (options: Options) => Loss;
  const trials = fc.record({ options: likelyOptions(factory), plain: plainBatches, seed: fc.nat() });
  const check = (law: (trial: Trial) => void, numRuns = 50) =>
    fc.assert(fc.property(trials, law), { seed: 1, numRuns, includeErrorInReport: true });

  test('the batch stays as it was, both reports are the same, all is finite, and the value a mean', () => {
    check(({ options, plain }) => {
      const batch = contrastBatch(plain);
      const before = stateOf(batch);
      const { gradients, ...report } = make(options).differentiate(batch);
      expect(firstDifference(before, stateOf(batch)), 'the batch').toBeUndefined();
      expect(firstDifference(contentOf(make(options).measure(batch)), contentOf(report)), 'measured').toBeUndefined();
      expect(firstNotFinite({ value: report.value, gradients }), 'value and gradients').toBeUndefined();
      expectMean(batch, report.value, report.perQuery);
      expectFlow(batch, gradients);
    });
  });

  test('gradients are slopes of the value', () => {
    let [measured, tried] = [0, 0];
    check(({ options, plain, seed }) => {
      const slope = slopeOf(make(options), contrastBatch(plain), seed, isOverDirections(name, options) ? 1 : squaresIn(plain));
      tried++;
      if (slope === undefined) return;
      measured++;
      const tolerance = slope.tolerance * (name === 'list-wise-wasserstein' ? 100 : 1); // it may be close to a corner
      expect(Math.abs(slope.told - slope.measured), `${slope.told}, not ${slope.measured}`).toBeLessThanOrEqual(tolerance);
    });
    expect(measured / tried, 'share of batches where differences tell something').toBeGreaterThan(0.4);
  });

  test('the order of queries, and of keys, does not matter', () => {
    const property = fc.property(
      trials.chain((trial) =>
        fc.tuple(fc.constant(trial), anyOrder(trial.plain.queries.length), anyOrder(keysOf(trial.plain).length)),
      ),
      ([{ options, plain }, rows, columns]) => {
        const loss = make(options);
        const { frozen: _, ...learning } = plain;
        const before = loss.differentiate(contrastBatch(learning));
        const reordered = withKeys(withQueries(learning, rows), columns);
        const after = loss.differentiate(contrastBatch(reordered));
        expectNear([after.value], [before.value], scaleOf(before));
        if (before.perQuery.length > 0) expectNear(after.perQuery, pick(before.perQuery, rows, 1), scaleOf(before));
        const d = plain.d;
        const [own, keys] = sidesOf(before, learning);
        const [ownAfter, keysAfter] = sidesOf(after, reordered);
        const size = sizeOf(own, keys) * steepness(name, options, plain);
        expectNear(ownAfter, pick(own, rows, d), size);
        expectNear(keysAfter, pick(keys, columns, d), size);
      },
    );
    fc.assert(property, { seed: 1, numRuns: 30, includeErrorInReport: true });
  });

  test('a key that no query may see and an extra that does not count have no influence, whatever they hold', () => {
    check(({ options, plain }) => {
      const before = make(options).differentiate(contrastBatch(plain));
      const after = make(options).differentiate(contrastBatch(withUnseen(plain)));
      expectNear([after.value], [before.value], scaleOf(before));
      expectNear(after.perQuery, before.perQuery, scaleOf(before));
      const [queries, keys] = sidesOf(before, plain);
      const [queriesAfter, keysAfter] = sidesOf(after, withUnseen(plain));
      expectNear(queriesAfter, queries, sizeOf(queries, keys));
      expectNear(keysAfter.slice(0, keys.length), keys, sizeOf(queries, keys));
      expect(keysAfter.slice(keys.length).every((each) => each === 0)).toBe(true);
    }, 25);
  });

  test('what is said of a query is what is said of it alone with what it may see', () => {
    check(({ options, plain, seed }) => {
      const loss = make(options);
      const { perQuery } = loss.measure(contrastBatch(plain));
      if (perQuery.length === 0) return;
      const row = seed % perQuery.length;
      const seen = [...keysOf(plain).keys()].filter((column) => !plain.excluded[row]!.includes(column));
      const { queryWeights: _, ...alike } = plain;
      const alone = loss.measure(contrastBatch(withKeys(withQueries(alike, [row]), seen)));
      expectNear(alone.perQuery, [perQuery[row]!], Math.max(1, Math.abs(perQuery[row]!)));
    }, 25);
  });

  test('how targets, exclusions and triplets are written does not matter', () => {
    check(({ options, plain }) => {
      const loss = make(options);
      const batch = contrastBatch(plain);
      const before = loss.differentiate(batch);
      const ways: readonly Partial<PlainBatch>[] = [
        { targetKind: 'dense', exclusionKind: 'except' },
        { targetKind: 'sparse', exclusionKind: 'sparse' },
        { targetKind: 'dense', exclusionKind: 'ranges' },
      ];
      // extras are negatives of no named triplet
      const named = plain.extras ? [] : [{ ...batch, triplets: allTriplets(batch) }];
      for (const same of [...ways.map((way) => contrastBatch({ ...plain, ...way })), ...named]) {
        const after = loss.differentiate(same);
        expectNear([after.value], [before.value], scaleOf(before));
        const [sides, sidesAfter] = [sidesOf(before, plain), sidesOf(after, plain)];
        const size = sizeOf(...sides) * steepness(name, options, plain);
        for (const [s, side] of sides.entries()) expectNear(sidesAfter[s]!, side, size);
      }
    }, 25);
  });

  test('a query of weight 2 counts as two queries, one of weight 0 as none', () => {
    if (weighsOtherwise[name] !== undefined) return;
    check(({ options, plain }) => {
      const loss = make(options);
      const weights = plain.queryWeights ?? plain.queries.map((_, row) => row % 3);
      const order = weights.flatMap((weight, row) => Array<number>(weight).fill(row));
      const { queryWeights: _, frozen: __, ...alike } = plain;
      const weighted = loss.differentiate(contrastBatch({ ...alike, queryWeights: weights }));
      if (order.length === 0) {
        expect(weighted.value).toBe(0);
        return;
      }
      const repeated = loss.differentiate(contrastBatch(withQueries(alike, order)));
      expectNear([weighted.value], [repeated.value], scaleOf(weighted), 1e-9);
      const [queries, keys] = sidesOf(weighted, alike);
      const [twice, keysAfter] = sidesOf(repeated, withQueries(alike, order));
      expectNear(keysAfter, keys, sizeOf(queries, keys), 1e-9);
      const sums = new Float64Array(queries.length);
      order.forEach((row, at) => {
        for (let e = 0; e < plain.d; e++) sums[row * plain.d + e]! += twice[at * plain.d + e]!;
      });
      expectNear(sums, queries, sizeOf(queries, keys), 1e-9);
    }, 25);
  });

  test('the length of rows does not matter, and gradients are across them, unless rows are taken as given', () => {
    check(({ options, plain }) => {
      if (!isOverDirections(name, options)) return;
      const loss = make(options);
      const before = loss.differentiate(contrastBatch(plain));
      const times = (rows: readonly Row[]): Row[] => rows.map((row, i) => row.map((each) => each * 2 ** ((i % 9) - 4)));
      const longer = { ...plain, queries: times(plain.queries), blocks: plain.blocks.map(times) };
      // powers of 2 change no digit of a direction
      expect(loss.measure(contrastBatch(longer)).value).toBe(before.value);
      const arrays = slotsOf(contrastBatch(plain));
      for (const { field, place, array } of slotsOf(before.gradients)) {
        const rows = arrays.find((slot) => slot.field === field && slot.place === place)!.array;
        expectAcross(values(rows), values(array), plain.d, scaleOf(before));
      }
    }, 25);
  });

  test('rows in float32 give the same, with gradients in float32', () => {
    check(({ options, plain }) => {
      const batches = [contrastBatch(plain), contrastBatch(plain, Float32Array)];
      const [wide, narrow] = batches.map((batch) => make(options).differentiate(batch));
      expectNear([narrow!.value], [wide!.value], scaleOf(wide!));
      const [before, after] = [sidesOf(wide!, plain), sidesOf(narrow!, plain)];
      if (sizeOf(...before) > 1e30) return; // gradients may be more than float32 can hold
      for (const [s, side] of before.entries()) expectNear(after[s]!, side, sizeOf(...before), 1e-6); // rounded to float32
      expect(narrow!.gradients.queries!.data).toBeInstanceOf(Float32Array);
    }, 25);
  });
});

function isOverDirections(name: string, { similarity, rows, negatives }: Options): boolean {
  return similarity !== 'dot' && rows !== 'raw' && negatives !== 'raw' && !overGivenRows.includes(name);
}

/** How much rounding of rows may grow in gradients. */
function steepness(name: string, options: Options, plain: PlainBatch): number {
  if (name === 'list-wise-wasserstein') return 1e6; // a nuclear norm, which has corners where singular values are 0
  return isOverDirections(name, options) ? 1 : Math.max(1, squaresIn(plain)); // of lengths of a million, and exponentials of them
}

/** The largest squared length of a row. */
function squaresIn({ queries, blocks, extras }: PlainBatch): number {
  const rows = [...queries, ...blocks.flat(), ...(extras?.rows.flat() ?? [])];
  return Math.max(...rows.map((row) => row.reduce((sum, each) => sum + each * each, 0)));
}

/** One more block that every query is kept from, and other extras beyond each count. */
function withUnseen(plain: PlainBatch): PlainBatch {
  const k = keysOf(plain).length;
  const odd = (fill: number): Row => Array<number>(plain.d).fill(fill);
  const { extras, frozen } = plain;
  return {
    ...plain,
    blocks: [...plain.blocks, [odd(Number.NaN), odd(3)]],
    ...(frozen && { frozen: [...frozen, false] }),
    exclusionKind: listed(plain.exclusionKind),
    excluded: plain.excluded.map((row) => [...row, k, k + 1]),
    ...(extras && {
      extras: {
        ...extras,
        rows: extras.rows.map((row, i) => row.map((each, j) => (j < extras.counts[i]! ? each : odd(Number.NaN)))),
      },
    }),
  };
}

function expectMean(batch: ContrastBatch, value: number, perQuery: Float64Array): void {
  if (perQuery.length === 0) return; // a loss that is no such mean
  const counts = seenIn(batch).map(({ positives }) => positives.size > 0);
  expect([...perQuery].map((each) => !Number.isNaN(each))).toEqual(counts);
  let [sum, total] = [0, 0];
  perQuery.forEach((each, row) => {
    const weight = counts[row] ? (batch.queryWeights?.[row] ?? 1) : 0;
    if (weight > 0) sum += weight * each;
    total += weight;
  });
  const mean = total === 0 ? 0 : sum / total;
  expectNear([value], [mean], Math.max(1, largest(perQuery)));
}

/** A gradient of the shape of every array; none of frozen blocks. */
function expectFlow({ queries, keys, frozen, extras }: ContrastBatch, gradients: LossGradients['gradients']): void {
  expect(gradients.queries?.shape).toEqual(queries.shape);
  expect(keys.map((_, b) => gradients.keys?.[b]?.shape)).toEqual(keys.map(({ shape }, b) => (frozen?.[b] ? undefined : shape)));
  expect(gradients.extras?.shape).toEqual(extras?.values.shape);
}

/** Gradients of queries and of keys, one after the other and each times the length of its row, which rounding is divided by; 0 where none flows. */
function sidesOf({ gradients }: LossGradients, { queries, isAgainstItself, blocks }: PlainBatch): [number[], number[]] {
  const keys = [...(isAgainstItself ? [queries] : []), ...blocks];
  return [timesLength(gradients.queries, queries), keys.flatMap((rows, b) => timesLength(gradients.keys![b], rows))];
}

function timesLength(gradient: Tensor | undefined, rows: readonly Row[]): number[] {
  const data = gradient && values(gradient);
  return rows.flatMap((row, i) => row.map((_, e) => (data?.[i * row.length + e] ?? 0) * (Math.hypot(...row) || 1)));
}

function pick(list: ArrayLike<number>, order: readonly number[], d: number): number[] {
  return order.flatMap((row) => Array.from({ length: d }, (_, e) => list[row * d + e]!));
}

/** The largest number of gradients; what is far below 1e-4 is rounding of larger ones. */
function sizeOf(...sides: readonly (readonly number[])[]): number {
  return Math.max(1e-4, largest(...sides));
}

/** The size of the numbers that a value is the sum or difference of, roughly. */
function scaleOf({ value, perQuery }: Pick<LossGradients, 'value' | 'perQuery'>): number {
  return Math.max(1, largest([value], perQuery));
}
