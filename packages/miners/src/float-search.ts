import type { Features } from '@viewforge/tensor';
import { addKeys } from './add-keys.ts';
import type { OpenSearch } from './double-search.ts';
import { floatRowsOf } from './float-rows.ts';
import { gatherRows } from './gather-rows.ts';
import { checkBlock, type WholeSearch } from './search.ts';
import { openParts } from './search-part.ts';
import { topKeysOf } from './top-keys-of.ts';

/** Floats of keys that are waited for before they are compared, where they come in small blocks. */
export const floatsAtOnce = 2 ** 21;

/** A search in float32: scores are sums over the features in their order, every product and every sum rounded. */
export function openFloatSearch(search: WholeSearch): OpenSearch {
  const rows = floatRowsOf(search.queries, search.similarity);
  const parts = openParts(search, rows, 0);
  const broken: number[] = [];
  let [columns, announced] = [0, 0];
  const take = (blocks: readonly Features[]): void => {
    const found = parts.map((part) => addKeys(part, search, blocks, columns));
    for (const column of found[0] ?? []) broken.push(column);
    for (const block of blocks) columns += block.shape[0]!;
  };
  const gathering = gatherRows(rows.d, floatsAtOnce, (block) => take([block]));
  const check = (block: Features): void => {
    checkBlock(search, block, announced);
    announced += block.shape[0]!;
  };
  return {
    add(block) {
      check(block);
      gathering.add(block);
    },
    addAll(blocks) {
      blocks.forEach(check);
      gathering.flush();
      take(blocks);
    },
    finish() {
      gathering.flush();
      return topKeysOf(search, parts, { broken, columns });
    },
  };
}
