import type { Domains, Json, MixedDomain, Mixer, Progress } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect } from 'vitest';
import { contentOf, firstDifference, firstNotFinite, stateOf } from './compare.ts';
import { domainProblem, shapeOf } from './domains.ts';
import { type Law, registerLaws } from './law.ts';
import { stored, withoutNegativeZero } from './transform-laws.ts';

/**
 * Registers the laws of a mixer on these batches: the same seed draws the same params, params stored as JSON mix the same
 * bits again, the batch that came in stays as it was, and the result is a finite, well-formed batch of as many queries or items.
 */
export function obeysMixerLaws<D extends MixedDomain, P extends Json>(part: Mixer<D, P>, batches: readonly Domains[D][]): void {
  registerLaws(`${part.name} obeys the laws of mixers`, mixerLaws(part, batches));
}

/** The same laws as values. */
export function mixerLaws<D extends MixedDomain, P extends Json>(part: Mixer<D, P>, batches: readonly Domains[D][]): Law[] {
  const each = (check: (batch: Domains[D], params: P) => void) => () => {
    expect(batches.length, 'examples to try the laws on').toBeGreaterThan(0);
    for (const batch of batches) for (const params of drawSome(part, batch)) check(batch, params);
  };
  return [
    // first: a part that spoils its input would spoil the examples of the laws after it
    { name: 'the batch stays as it was', check: each((batch, params) => untouched(part, batch, params)) },
    {
      name: 'the same seed draws the same params',
      check: () => {
        for (const batch of batches) expect(JSON.stringify(drawSome(part, batch))).toBe(JSON.stringify(drawSome(part, batch)));
      },
    },
    {
      name: 'params survive being stored as JSON',
      check: each((_, params) => expect(stored(params)).toStrictEqual(withoutNegativeZero(params))),
    },
    {
      name: 'stored params mix the same bits again',
      check: each((batch, params) => {
        const first = contentOf(part.apply(batch, params));
        expect(firstDifference(first, contentOf(part.apply(batch, stored(params))))).toBeUndefined();
      }),
    },
    { name: 'the result is a finite, well-formed batch', check: each((batch, params) => wellFormed(part, batch, params)) },
  ];
}

const moments: readonly Progress[] = [
  { epoch: 0, step: 0, fraction: 0 },
  { epoch: 3, step: 100, fraction: 0.75 },
];

function drawSome<D extends MixedDomain, P extends Json>(part: Mixer<D, P>, batch: Domains[D]): P[] {
  return moments.flatMap((progress) => [0, 1, 2].map((seed) => part.draw(batch, createRandom(seed), progress)));
}

function untouched<D extends MixedDomain, P extends Json>(part: Mixer<D, P>, batch: Domains[D], params: P): void {
  const before = [stateOf(batch), stateOf(params)];
  part.apply(batch, params);
  expect(firstDifference(before, [stateOf(batch), stateOf(params)])).toBeUndefined();
}

function wellFormed<D extends MixedDomain, P extends Json>(part: Mixer<D, P>, batch: Domains[D], params: P): void {
  const result = part.apply(batch, params);
  expect(domainProblem(part.mixes, result)).toBeUndefined();
  expect(firstNotFinite(result)).toBeUndefined();
  expect(shapeOf(result)[0]).toBe(shapeOf(batch)[0]);
}
