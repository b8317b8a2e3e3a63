import type { Collection, Domain, Source } from '@viewforge/core';
import { expect } from 'vitest';
import { contentOf, firstDifference } from './compare.ts';
import { domainProblem, shapeOf } from './domains.ts';
import { running } from './example-items.ts';
import { type Law, registerLaws } from './law.ts';

/**
 * Registers the laws of a source: the same index gives the same item and bytes, also from a source made anew; ids are
 * unique; what is known before decoding is true of what is decoded; an aborted call rejects with the signal's own reason.
 * `make` gives a fresh source over the same data each time.
 */
export function obeysSourceLaws(make: () => Source<Domain>): void {
  registerLaws('the source obeys the laws of sources', sourceLaws(make));
}

/** The same laws as values. */
export function sourceLaws(make: () => Source<Domain>): Law[] {
  return [
    { name: 'the same index gives the same bytes', check: () => sameBytes(make) },
    { name: 'ids are unique, and known without opening', check: () => uniqueIds(make) },
    { name: 'shape, label and domain are told truly before decoding', check: () => toldTruly(make) },
    { name: 'asking twice whether it is ready gives one collection', check: () => readyOnce(make) },
    { name: 'an aborted call rejects with the reason of the signal', check: () => abortRejects(make) },
  ];
}

async function sameBytes(make: () => Source<Domain>): Promise<void> {
  const [one, other] = [await make().ready(running()), await make().ready(running())];
  expect(one.size).toBe(other.size);
  const backward = [...range(other)].reverse();
  const later = new Map<number, unknown>();
  for (const index of backward) later.set(index, await contentAt(other, index));
  for (const index of range(one)) {
    const first = await contentAt(one, index);
    expect(firstDifference(first, await contentAt(one, index), `item ${index}`)).toBeUndefined();
    expect(firstDifference(first, later.get(index), `item ${index}`)).toBeUndefined();
  }
}

async function contentAt(collection: Collection<Domain>, index: number): Promise<unknown> {
  const item = await collection.open(index, running());
  return { id: item.id, content: contentOf(await item.decode(running())) };
}

async function uniqueIds(make: () => Source<Domain>): Promise<void> {
  const collection = await make().ready(running());
  const ids = range(collection).map((index) => collection.id(index));
  expect(new Set(ids).size).toBe(ids.length);
  for (const index of range(collection)) expect((await collection.open(index, running())).id).toBe(ids[index]);
}

async function toldTruly(make: () => Source<Domain>): Promise<void> {
  const source = make();
  const collection = await source.ready(running());
  if (collection.labels) expect(collection.labels.length).toBe(collection.size);
  for (const index of range(collection)) {
    const item = await collection.open(index, running());
    const content = await item.decode(running());
    expect(domainProblem(source.gives, content)).toBeUndefined();
    expect([...shapeOf(content)]).toEqual([...item.shape]);
    expect(item.label).toBe(collection.labels?.[index]);
    if (collection.classes && item.label !== undefined) expect(collection.classes[item.label]).toBeTypeOf('string');
  }
}

async function readyOnce(make: () => Source<Domain>): Promise<void> {
  const source = make();
  expect(await source.ready(running())).toBe(await source.ready(running()));
}

async function abortRejects(make: () => Source<Domain>): Promise<void> {
  const reason = new Error('stopped by the law');
  const stopped = { signal: AbortSignal.abort(reason) };
  await expect(make().ready(stopped)).rejects.toBe(reason);
  const collection = await make().ready(running());
  await expect(collection.open(0, stopped)).rejects.toBe(reason);
  const item = await collection.open(0, running());
  await expect(item.decode(stopped)).rejects.toBe(reason);
}

function range({ size }: Collection<Domain>): number[] {
  return Array.from({ length: size }, (_, index) => index);
}
