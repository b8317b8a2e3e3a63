import type { Json, Mixer } from '@viewforge/core';

/** Views by role and index. */
export interface ViewSelection {
  /** Every role when left out. */
  readonly role?: string;
  /** Indices in the role; all of them when left out. */
  readonly views?: readonly number[];
}

/**
 * A mixer of inputs for some views alone, such as view 0, the queries of `inBatch`; others stay as they are, and nothing is drawn for them. A
 * batch that comes without role or index is mixed.
 */
export function onViews<P extends Json>(mixer: Mixer<'batch', P>, selection: ViewSelection): Mixer<'batch', readonly [P] | null> {
  const { role, views } = selection;
  const { pullback } = mixer;
  return Object.freeze({
    kind: 'mixer',
    name: `on-views-${mixer.name}`,
    version: mixer.version,
    mixes: 'batch',
    draw: (batch, random, context) => {
      const isOther =
        (role !== undefined && context.role !== undefined && context.role !== role) ||
        (views !== undefined && context.index !== undefined && !views.includes(context.index));
      return isOther ? null : [mixer.draw(batch, random, context)];
    },
    apply: (batch, params) => (params === null ? batch : mixer.apply(batch, params[0])),
    stageOf: (params) => (params === null ? 0 : (mixer.stageOf?.(params[0]) ?? 0)),
    ...(pullback && {
      pullback: (batch, params, gradients) => (params === null ? gradients : pullback(batch, params[0], gradients)),
    }),
  } satisfies Mixer<'batch', readonly [P] | null>);
}
