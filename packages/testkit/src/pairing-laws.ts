import {
  type ContrastBatch,
  type EncodedViews,
  eachExcluded,
  eachWeight,
  type Paired,
  type Pairing,
  type Progress,
} from '@viewforge/core';
import { expect } from 'vitest';
import { batchPairingLaws, weightsOf } from './batch-pairing-laws.ts';
import { contentOf, firstDifference } from './compare.ts';
import { exampleEncodedViews } from './example-batches.ts';
import { type Law, registerLaws } from './law.ts';

/** Which parts of a pairing's batches gradients flow back from; a queue or a momentum encoder stops some. */
export type Flow = 'queries' | 'keys' | 'extras';

/**
 * Registers the laws of a pairing that makes ContrastBatches: those of `obeysBatchPairingLaws`, and that rows of targets sum to 1 or 0, an excluded key
 * has target 0, and gradients of frozen blocks go nowhere.
 * `examples` are float64; example views when left out. `flows` names where gradients come from; queries and keys when left out.
 */
export function obeysPairingLaws<S>(
  pairing: Pairing<S>,
  examples: readonly EncodedViews[] = exampleViews(),
  flows: readonly Flow[] = ['queries', 'keys'],
): void {
  registerLaws(`${pairing.name} obeys the laws of pairings`, pairingLaws(pairing, examples, flows));
}

/** The same laws as values. */
export function pairingLaws<S>(
  pairing: Pairing<S>,
  examples: readonly EncodedViews[] = exampleViews(),
  flows: readonly Flow[] = ['queries', 'keys'],
): Law[] {
  const each = (check: (encoded: EncodedViews, state: S) => void) => () => {
    expect(examples.length, 'examples to try the laws on').toBeGreaterThan(0);
    for (const encoded of examples) {
      const start = pairing.start();
      check(encoded, start);
      // and once more from where the first batch leaves off
      check(encoded, pairing.pair(encoded, pairing.start(), progress).state);
    }
  };
  return [
    ...batchPairingLaws(pairing, { examples, flows }),
    {
      name: 'rows of targets sum to 1, or to 0',
      check: each((encoded, state) => sumsToOne(pairing.pair(encoded, state, progress).batch)),
    },
    {
      name: 'an excluded key has target 0',
      check: each((encoded, state) => excludesNoTarget(pairing.pair(encoded, state, progress).batch)),
    },
    {
      name: 'what is said of a frozen block goes nowhere',
      check: each((encoded, state) => stopsAtFrozen(pairing.pair(encoded, state, progress))),
    },
  ];
}

const progress: Progress = { epoch: 0, step: 0, fraction: 0 };

function exampleViews(): readonly EncodedViews[] {
  return [exampleEncodedViews(), exampleEncodedViews({ items: 4, ids: ['a', 'b', 'a', 'c'], seed: 1 })];
}

function sumsToOne({ queries, targets }: ContrastBatch): void {
  for (let row = 0; row < queries.shape[0]!; row++) {
    let sum = 0;
    eachWeight(targets, row, (_, weight) => {
      expect(weight, `a target of query ${row}`).toBeGreaterThanOrEqual(0);
      sum += weight;
    });
    // float32 weights
    if (sum !== 0) expect(Math.abs(sum - 1), `targets of query ${row}`).toBeLessThan(1e-6);
  }
}

function excludesNoTarget(batch: ContrastBatch): void {
  const { queries, targets } = batch;
  for (let row = 0; row < queries.shape[0]!; row++) {
    const unseen = new Set<number>();
    eachExcluded(batch, row, (column) => unseen.add(column));
    eachWeight(targets, row, (column, weight) => {
      if (unseen.has(column)) expect(weight, `the target of query ${row} for excluded key ${column}`).toBe(0);
    });
  }
}

function stopsAtFrozen<S>({ batch, pullback }: Paired<S>): void {
  if (batch.frozen === undefined) return;
  expect(batch.frozen.length, 'a mark for each block of keys').toBe(batch.keys.length);
  const weights = weightsOf(batch, ['queries', 'keys', 'extras']);
  const all = { ...weights, keys: batch.keys.map((block, b) => weights.keys![b] ?? block) };
  expect(firstDifference(contentOf(pullback(weights)), contentOf(pullback(all)))).toBeUndefined();
}
