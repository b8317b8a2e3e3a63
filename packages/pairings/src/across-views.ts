import type { EncodedView, EncodedViews } from '@viewforge/core';
import { type Belonging, belonging, isPlain, type Relation } from './belonging.ts';

/** Who belongs to whom where one view asks and another answers: query i to key i, unless views were mixed. */
export function acrossViews(
  encoded: EncodedViews,
  query: EncodedView,
  key: EncodedView,
  exclude: Relation['exclude'],
): Belonging {
  if (isPlain(encoded, [query, key], exclude)) return { targets: { kind: 'identity' }, excluded: { kind: 'none' } };
  const queries = [{ view: query, place: 0 }];
  return belonging(encoded, { queries, keys: [{ view: key, place: 1 }], positives: 'items', within: 'other-views', exclude });
}
