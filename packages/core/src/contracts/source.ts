import type { Domain, Domains } from './domains.ts';
import type { Part } from './part.ts';

/** Handed to everything asynchronous. An aborted run rejects with the signal's own reason. */
export interface Running {
  readonly signal: AbortSignal;
}

/** Opened: identity and shape are known (a header was read), the content is not decoded yet. */
export interface Item<D extends Domain = 'pixels'> {
  /** Stable and unique in the source; for files the relative path with '/'. */
  readonly id: string;
  /** Class of the item, whole, from 0. */
  readonly label?: number;
  /** Shape of what `decode` gives, [c, h, w] for pixels. */
  readonly shape: readonly number[];
  /** Names what `decode` gives: items of one name have the same content, in every run. Left out where nobody knows. */
  readonly content?: string;
  decode(running: Running): Promise<Domains[D]>;
}

/** A numbered collection of items. */
export interface Source<D extends Domain = 'pixels'> extends Part {
  readonly kind: 'source';
  readonly gives: D;
  /** Makes the collection ready (lists a folder, reads a manifest); the same promise for every call. */
  ready(running: Running): Promise<Collection<D>>;
}

/** A source that is ready: how many items it has, and each of them. */
export interface Collection<D extends Domain = 'pixels'> {
  readonly size: number;
  /** [size]; the class of each item, when the source has classes. */
  readonly labels?: Int32Array;
  /** Names of the classes by label, when the source has them. */
  readonly classes?: readonly string[];
  /** Id of item `index` without opening it. */
  id(index: number): string;
  open(index: number, running: Running): Promise<Item<D>>;
}
