import type { ContrastBatch } from '../contracts/domains.ts';
import type { BatchGradients } from '../contracts/gradients.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter, Mixer } from '../contracts/transform.ts';

/** A mixer that alters the queries [n, d] of a batch with an augmenter of features, and nothing else. */
export function onQueries<P extends Json>(part: Augmenter<'features', 'features', P>): Mixer<'contrast', P> {
  return Object.freeze({
    kind: 'mixer',
    name: `on-queries-${part.name}`,
    version: part.version,
    mixes: 'contrast',
    draw: (batch, random, progress) => part.draw(batch.queries.shape, random, progress),
    apply: (batch: ContrastBatch, params: P): ContrastBatch => ({ ...batch, queries: part.apply(batch.queries, params) }),
    ...(part.pullback && {
      pullback: ({ queries }: ContrastBatch, params: P, gradients: BatchGradients): BatchGradients =>
        gradients.queries === undefined
          ? gradients
          : { ...gradients, queries: part.pullback!(queries, params, gradients.queries) },
    }),
  } satisfies Mixer<'contrast', P>);
}
