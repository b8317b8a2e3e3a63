import type { FloatRows } from './float-rows.ts';
import type { SearchChoices } from './search.ts';
import type { TopKeys } from './top-lists.ts';

/** What a thread of a team is told. */
export type TeamRequest =
  /** A search begins; row 0 of `rows` is row `first` of the whole. */
  | { readonly kind: 'open'; readonly search: SearchChoices; readonly rows: FloatRows; readonly first: number }
  /** The next keys, [n, d] on shared memory. */
  | { readonly kind: 'add'; readonly data: Float32Array; readonly n: number }
  | { readonly kind: 'finish' };

/** What it answers: that keys were compared, or what was found. */
export type TeamAnswer = { readonly kind: 'added' } | { readonly kind: 'found'; readonly top: TopKeys };
