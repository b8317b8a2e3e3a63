import type { Random } from '@viewforge/random';
import type { Part } from './part.ts';

/** What a sampler chooses from. */
export interface Choosable {
  readonly size: number;
  /** [size]; the class of each item. */
  readonly labels?: Int32Array;
}

/** In which order the items of one epoch are taken. */
export interface Sampler extends Part {
  readonly kind: 'sampler';
  /** Indices in [0, size) for one epoch, in order; batches are cut from it. */
  order(of: Choosable, random: Random): Iterable<number>;
}
