import type { ContrastBatch } from '../contracts/domains.ts';
import type { BatchGradients } from '../contracts/gradients.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter, Mixer } from '../contracts/transform.ts';

/** A mixer that alters every block of keys [k_b, d] of a batch with an augmenter of features, each with a draw of its own. */
export function onKeys<P extends Json>(part: Augmenter<'features', 'features', P>): Mixer<'contrast', readonly P[]> {
  return Object.freeze({
    kind: 'mixer',
    name: `on-keys-${part.name}`,
    version: part.version,
    mixes: 'contrast',
    draw: (batch, random, progress) => batch.keys.map((block, i) => part.draw(block.shape, random.fork(i), progress)),
    apply: (batch: ContrastBatch, params: readonly P[]): ContrastBatch => ({
      ...batch,
      keys: batch.keys.map((block, i) => part.apply(block, params[i]!)),
    }),
    ...(part.pullback && {
      pullback: ({ keys }: ContrastBatch, params: readonly P[], gradients: BatchGradients): BatchGradients =>
        gradients.keys === undefined
          ? gradients
          : { ...gradients, keys: gradients.keys.map((each, i) => each && part.pullback!(keys[i]!, params[i]!, each)) },
    }),
  } satisfies Mixer<'contrast', readonly P[]>);
}
