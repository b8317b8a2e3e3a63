import type { Features } from '@viewforge/tensor';
import { type OpenSearch, openDoubleSearch } from './double-search.ts';
import { openFloatSearch } from './float-search.ts';
import { type Search, wholeSearch } from './search.ts';
import type { TopKeys } from './top-lists.ts';

/**
 * The `count` keys with the largest scores for each query, exactly, over blocks [k_b, d] that are taken one after the other: with a generator
 * they need never be in memory together. Of equal scores the lower column wins; a key with NaN or an infinity scores NaN and comes last.
 *
 * Queries in float32 are compared in float32, by the kernels, whatever the keys are; a row too long to be squared scores NaN. Queries in float64
 * are compared in float64. Scores are sums over the features in their order, so no bit depends on how the keys are cut into blocks.
 * Memory: up to 2 * count + 32 entries of 8 bytes for each query, and a few MB of keys.
 * Throws ViewforgeError: SHAPE for a block of another width, codes or limits of another length, OPTION for a count that is no whole number >= 1.
 */
export function searchTop(search: Search & { readonly keys: Iterable<Features> }): TopKeys {
  const open = openSearch(search);
  if (Array.isArray(search.keys)) open.addAll(search.keys);
  else for (const block of search.keys) open.add(block);
  return open.finish();
}

/** The same for blocks that have to be waited for, such as a corpus that is read from disk. Rejects with what `keys` throws. */
export async function searchTopAsync(
  search: Search & { readonly keys: AsyncIterable<Features> | Iterable<Features> },
): Promise<TopKeys> {
  const open = openSearch(search);
  for await (const block of search.keys) open.add(block);
  return open.finish();
}

function openSearch(search: Search): OpenSearch {
  const whole = wholeSearch(search);
  return whole.queries.data instanceof Float32Array ? openFloatSearch(whole) : openDoubleSearch(whole);
}
