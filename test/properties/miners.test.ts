import type { AnyFactory, ContrastBatch, Json, Mixer } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { plugin } from '@viewforge/miners';
import { createRandom } from '@viewforge/random';
import { contentOf, domainProblem, firstDifference, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allTriplets, contrastBatch, plainBatches, type SeenColumns, seenIn } from './contrast-batches.ts';
import { likelyOptions } from './options.ts';

// Every shipped miner, with any likely options, on batches of any kind, some of which name their triplets.

const miners = (plugin.provides as readonly AnyFactory[]).flatMap((factory) =>
  factory.kind === 'mixer' ? [{ name: factory.about.name, factory }] : [],
);
const now = { epoch: 3, step: 20, fraction: 0.5 };

test('there are miners to check', () => expect(miners.length).toBeGreaterThan(8));

describe.each(miners)('$name', ({ factory }) => {
  /** The miner and its params, unless its options contradict each other. */
  const drawn = (options: Readonly<Record<string, unknown>>, batch: ContrastBatch, seed: number) => {
    try {
      const miner = (factory as (options: never) => unknown)(options as never) as Mixer<'contrast'>;
      return { miner, params: miner.draw(batch, createRandom(seed), now) };
    } catch (error) {
      expect(error).toMatchObject({ code: 'OPTION' });
      return undefined;
    }
  };
  const trials = fc.record({
    options: likelyOptions(factory),
    plain: plainBatches,
    isNamed: fc.boolean(),
    seed: fc.nat(),
  });
  type Law = (miner: Mixer<'contrast'>, batch: ContrastBatch, params: Json) => void;
  const check = (law: Law): void => {
    const property = fc.property(trials, ({ options, plain, isNamed, seed }) => {
      const batch = contrastBatch(plain);
      const given = isNamed ? { ...batch, triplets: everyOther(batch) } : batch;
      const made = drawn(options, given, seed);
      if (made) law(made.miner, given, made.params);
    });
    fc.assert(property, { seed: 1, numRuns: 80, includeErrorInReport: true });
  };

  test('a query sees some of what it saw, on the same side, and its positives share what they had', () => {
    let mined = 0;
    check((miner, batch, params) => {
      const after = miner.apply(batch, params);
      expect(domainProblem('contrast', after)).toBeUndefined();
      const [before, left] = [seenIn(batch), seenIn(after)];
      for (const [row, seen] of left.entries()) expectSome(seen, before[row]!);
      if (count(left) < count(before)) mined++;
      expectTriplets(after, left);
      expect(Number.isFinite(infoNce().measure(after).value)).toBe(true);
    });
    expect(mined).toBeGreaterThan(10);
  });

  test('rows, extras and weights of queries stay, the input too, and the same params give the same again', () => {
    check((miner, batch, params) => {
      const before = stateOf(batch);
      const after = miner.apply(batch, params);
      expect(firstDifference(before, stateOf(batch)), 'the input').toBeUndefined();
      const rest = ({ queries, keys, extras, queryWeights, frozen }: ContrastBatch) => ({
        queries,
        keys,
        extras,
        queryWeights,
        frozen,
      });
      expect(firstDifference(contentOf(rest(batch)), contentOf(rest(after))), 'the rest').toBeUndefined();
      const again = miner.apply(batch, JSON.parse(JSON.stringify(params)) as Json);
      expect(firstDifference(contentOf(after), contentOf(again)), 'the replay').toBeUndefined();
    });
  });

  test('how targets and exclusions are written does not matter', () => {
    const property = fc.property(trials, ({ options, plain, seed }) => {
      const batch = contrastBatch(plain);
      const { miner, params } = drawn(options, batch, seed) ?? {};
      if (miner === undefined || params === undefined) return;
      const expected = seenIn(miner.apply(batch, params));
      for (const exclusionKind of ['sparse', 'except', 'ranges'] as const) {
        for (const targetKind of ['sparse', 'dense'] as const) {
          const other = contrastBatch({ ...plain, targetKind, exclusionKind });
          expect(seenIn(miner.apply(other, params))).toEqual(expected);
        }
      }
    });
    fc.assert(property, { seed: 1, numRuns: 30, includeErrorInReport: true });
  });
});

/** Every other triplet of a batch. */
function everyOther(batch: ContrastBatch): NonNullable<ContrastBatch['triplets']> {
  const { queries, positives, negatives } = allTriplets(batch);
  const half = (list: Int32Array): Int32Array => list.filter((_, e) => e % 2 === 0);
  return { queries: half(queries), positives: half(positives), negatives: half(negatives) };
}

function expectSome(left: SeenColumns, before: SeenColumns): void {
  expect(
    [...left.positives.keys()].filter((column) => !before.positives.has(column)),
    'new positives',
  ).toEqual([]);
  expect(
    left.negatives.filter((column) => !before.negatives.includes(column)),
    'new negatives',
  ).toEqual([]);
  let [was, is] = [0, 0];
  left.positives.forEach((weight, column) => {
    was += before.positives.get(column)!;
    is += weight;
  });
  if (left.positives.size > 0) expect(is, 'sum of targets').toBeCloseTo(1, 5); // float32
  for (const [column, weight] of left.positives) expect(weight).toBeCloseTo(before.positives.get(column)! / was, 5);
}

function expectTriplets({ triplets }: ContrastBatch, left: readonly SeenColumns[]): void {
  triplets?.queries.forEach((query, e) => {
    expect(left[query]!.positives.has(triplets.positives[e]!), `positive of triplet ${e}`).toBe(true);
    expect(left[query]!.negatives.includes(triplets.negatives[e]!), `negative of triplet ${e}`).toBe(true);
  });
}

function count(seen: readonly SeenColumns[]): number {
  return seen.reduce((sum, { positives, negatives }) => sum + positives.size + negatives.length, 0);
}
