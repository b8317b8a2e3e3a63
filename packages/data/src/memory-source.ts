import { type Collection, type Domains, type Item, type Source, ViewforgeError } from '@viewforge/core';

/** Domains whose content has one shape, so that it can be an item. */
export type ItemDomain = 'pixels' | 'image' | 'features';

/** What is known of items in memory besides their content. */
export interface MemoryFacts<D extends ItemDomain = 'pixels'> {
  /** Domain of the contents; 'pixels' when left out. */
  readonly gives?: D;
  /** Stable and unique; "0", "1" and so on when left out. */
  readonly ids?: readonly string[];
  /** Class of each item, whole, from 0; none when left out. */
  readonly labels?: readonly number[];
  /** Names of the classes, by label. */
  readonly classes?: readonly string[];
}

/**
 * A source over contents in memory, in their order; nothing is copied. It belongs to this thread: workers cannot make it again.
 * Throws ViewforgeError: LABEL and DUPLICATE for facts that do not fit; `ready` rejects with EMPTY when there is no content.
 */
export function memorySource<D extends ItemDomain = 'pixels'>(
  contents: readonly Domains[D][],
  facts: MemoryFacts<D> = {},
): Source<D> {
  const { gives = 'pixels' as D, ids = contents.map((_, index) => String(index)), labels, classes } = facts;
  checkFacts(contents.length, ids, labels);
  const collection: Collection<D> = {
    size: contents.length,
    ...(labels && { labels: Int32Array.from(labels) }),
    ...(classes && { classes }),
    id: (index) => ids[index]!,
    async open(index, { signal }) {
      signal.throwIfAborted();
      return itemOf(ids[index]!, labels?.[index], contents[index]!);
    },
  };
  return Object.freeze({
    kind: 'source',
    name: 'memory-source',
    version: 1,
    gives,
    async ready({ signal }) {
      signal.throwIfAborted();
      if (contents.length === 0) throw new ViewforgeError('EMPTY', 'memory-source', 'expected at least one item, got none');
      return collection;
    },
  } satisfies Source<D>);
}

function itemOf<D extends ItemDomain>(id: string, label: number | undefined, content: Domains[D]): Item<D> {
  return {
    id,
    ...(label !== undefined && { label }),
    shape: content.shape,
    async decode({ signal }) {
      signal.throwIfAborted();
      return content;
    },
  };
}

function checkFacts(size: number, ids: readonly string[], labels: readonly number[] | undefined): void {
  if (ids.length !== size || new Set(ids).size !== size)
    throw new ViewforgeError(
      'DUPLICATE',
      'memory-source',
      `expected ${size} different ids, got ${new Set(ids).size} of ${ids.length}`,
    );
  if (labels && labels.length !== size)
    throw new ViewforgeError('LABEL', 'memory-source', `expected ${size} labels, got ${labels.length}`);
  const wrong = labels?.find((label) => !Number.isInteger(label) || label < 0);
  if (wrong !== undefined) throw new ViewforgeError('LABEL', 'memory-source', `expected whole labels >= 0, got ${wrong}`);
}
