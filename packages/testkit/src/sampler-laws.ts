import type { Choosable, Sampler } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect } from 'vitest';
import { type Law, registerLaws } from './law.ts';

/** What one pass of a sampler covers: every item once, every item at least once, each at most once, or whatever it likes. */
export type Coverage = 'once' | 'at-least-once' | 'at-most-once' | 'any';

/** Registers the laws of a sampler: indices in range, the same seed gives the same order, and the coverage it promises. */
export function obeysSamplerLaws(part: Sampler, coverage: Coverage = 'once'): void {
  registerLaws(`${part.name} obeys the laws of samplers`, samplerLaws(part, coverage));
}

/** The same laws as values. */
export function samplerLaws(part: Sampler, coverage: Coverage = 'once'): Law[] {
  return [
    { name: 'indices are whole and in range', check: forEach((of) => inRange(part, of)) },
    { name: 'the same seed gives the same order', check: forEach((of) => sameOrder(part, of)) },
    { name: `one pass covers items: ${coverage}`, check: forEach((of) => covers(part, of, coverage)) },
  ];
}

/** Collections of one item, of a few, and of many in unequal classes. */
const collections: readonly Choosable[] = [1, 2, 7, 40].map((size) => ({
  size,
  labels: Int32Array.from({ length: size }, (_, index) => Math.floor(Math.sqrt(index)) % 3),
}));

function forEach(check: (of: Choosable) => void): () => void {
  return () => {
    for (const of of collections) check(of);
  };
}

function inRange(part: Sampler, of: Choosable): void {
  const wrong = orderOf(part, of, 1).filter((index) => !(Number.isInteger(index) && index >= 0 && index < of.size));
  expect(wrong, `indices of ${of.size} items`).toEqual([]);
}

function sameOrder(part: Sampler, of: Choosable): void {
  for (const seed of [0, 1, 2]) expect(orderOf(part, of, seed)).toEqual(orderOf(part, of, seed));
}

function covers(part: Sampler, of: Choosable, coverage: Coverage): void {
  const order = orderOf(part, of, 5);
  const different = new Set(order).size;
  if (coverage === 'once' || coverage === 'at-least-once') expect(different).toBe(of.size);
  if (coverage === 'once' || coverage === 'at-most-once') expect(order.length).toBe(different);
}

function orderOf(part: Sampler, of: Choosable, seed: number): number[] {
  return [...part.order(of, createRandom(seed))];
}
