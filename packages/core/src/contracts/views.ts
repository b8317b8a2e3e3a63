import type { Augmenter } from './transform.ts';
import type { Domain, Domains } from './domains.ts';
import type { Json } from './json.ts';
import type { Part } from './part.ts';

/** Views of one role: `count` draws of one augmenter. */
export interface ViewGroup<D extends Domain = 'pixels'> {
  /** What the views are to each other: "view", "global", "local". */
  readonly role: string;
  /** Index of the group's first view in its role; 0 when left out. Lets one role hold views of different recipes. */
  readonly from?: number;
  readonly count: number;
  /**
   * Whether the views of the group share one stream, so that the same is drawn for each and only the index tells them apart:
   * nine tiles of one puzzle. Otherwise every view draws for itself.
   */
  readonly together?: boolean;
  readonly augment: Augmenter<D, Domain>;
}

/** How one item becomes several views, such as two global and six local crops. (role, index) is unique in a plan. */
export interface ViewPlan<D extends Domain = 'pixels'> extends Part {
  readonly kind: 'plan';
  readonly accepts: D;
  readonly groups: readonly ViewGroup<D>[];
}

/** A view that was drawn but not made: which one it is, and what was drawn for it. */
export interface DrawnView {
  readonly role: string;
  readonly index: number;
  /** `augment.apply(item, params)` makes this view, now or later. */
  readonly params: Json;
}

/** One altered rendition of an item. */
export interface View<D extends Domain = Domain> extends DrawnView {
  /** The item's id. */
  readonly item: string;
  readonly value: Domains[D];
}
