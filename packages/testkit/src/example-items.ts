import type { Collection, Item, Source } from '@viewforge/core';
import type { Pixels } from '@viewforge/tensor';
import { examplePixels } from './example-images.ts';

/** `n` items of pixels in memory, labeled 0, 1, 2, 0, 1, 2 and so on. */
export function exampleItems(n = 4): Item<'pixels'>[] {
  return examplePixels(n).map((content, i) => itemOf(content, i, i % 3));
}

/** A source of these pictures, held in memory; `labels` are left out where none are given. */
export function exampleSource(contents: readonly Pixels[] = examplePixels(), labels?: readonly number[]): Source<'pixels'> {
  const collection: Collection<'pixels'> = {
    size: contents.length,
    ...(labels && { labels: Int32Array.from(labels) }),
    id: (index) => idOf(index),
    async open(index, { signal }) {
      signal.throwIfAborted();
      return itemOf(contents[index]!, index, labels?.[index]);
    },
  };
  return {
    kind: 'source',
    name: 'example-source',
    version: 1,
    gives: 'pixels',
    async ready({ signal }) {
      signal.throwIfAborted();
      return collection;
    },
  };
}

/** What asynchronous calls are handed when nobody will stop them. */
export function running(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

function itemOf(content: Pixels, index: number, label: number | undefined): Item<'pixels'> {
  return {
    id: idOf(index),
    ...(label !== undefined && { label }),
    shape: content.shape,
    async decode({ signal }) {
      signal.throwIfAborted();
      return content;
    },
  };
}

function idOf(index: number): string {
  return `example-${String(index).padStart(4, '0')}`;
}
