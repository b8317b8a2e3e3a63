import { ViewforgeError } from '@viewforge/core';
import { createRandom, type Random, seedOf } from '@viewforge/random';
import { type Features, topK, values } from '@viewforge/tensor';
import { checkTokens, type TokenGrid } from './token-grid.ts';

/** How likely tokens are replaced, and the seed of the choice. */
export type SynonymDraw = { readonly seed: number; readonly share: number };

/** The codes nearest to each of k codes but itself, by id: [k, count], the nearest first, the lower id of equals; fewer where there are no more. */
export function synonyms(codebook: Features, count = 5): Int32Array {
  const [k, c] = codebook.shape as [number, number];
  const codes = values(codebook);
  const kept = Math.min(count, k - 1);
  const result = new Int32Array(k * Math.max(0, kept));
  for (let code = 0; code < k; code++) {
    const nearness = Float64Array.from({ length: k }, (_, other) => {
      let distance = 0;
      for (let channel = 0; channel < c; channel++) distance += (codes[code * c + channel]! - codes[other * c + channel]!) ** 2;
      return other === code ? Number.NEGATIVE_INFINITY : -distance;
    });
    result.set(topK(nearness, kept), code * kept);
  }
  return result;
}

/** Draws a replacement of a share of tokens, in [0, 1]. */
export function drawSynonyms(random: Random, share = 0.25): SynonymDraw {
  return { seed: seedOf(random), share };
}

/**
 * Tokens some of which became one of their synonyms [k, count], each equally likely; each token is replaced or not by a draw of its own.
 * Throws ViewforgeError (SHAPE) for an id that is none of k codes, or a table that has not as many synonyms for each of them.
 */
export function replaceSynonyms(tokens: TokenGrid, table: Int32Array, codes: number, { seed, share }: SynonymDraw): TokenGrid {
  checkTokens(tokens, codes, 'replace-synonyms');
  const count = codes === 0 ? 0 : table.length / codes;
  if (!Number.isInteger(count)) {
    const message = `expected a table of [${codes}, count], got ${table.length} ids`;
    throw new ViewforgeError('SHAPE', 'replace-synonyms', message);
  }
  const random = createRandom(seed);
  const ids = tokens.ids.map((id) => {
    const isReplaced = random.chance(share);
    return isReplaced && count > 0 ? table[id * count + random.integer(0, count)]! : id;
  });
  return { ...tokens, ids };
}
