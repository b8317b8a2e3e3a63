import type { EncodedView, EncodedViews, Encoder, Mixer, Progress, Running, TraceMix, ViewBatch } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import type { ViewStep } from './options.ts';

/** What hops 4 (mixing of inputs) and 5 give. */
export interface Encoded {
  readonly encoded: EncodedViews;
  readonly mixes: readonly TraceMix[];
}

/** Hops 4 (its mixers) and 5: every view batch mixed and encoded, by role and index. */
export async function encodeViews(
  step: ViewStep,
  encoder: Encoder,
  mixers: readonly Mixer<'batch'>[],
  random: Random,
  progress: Progress,
  running: Running,
): Promise<Encoded> {
  const mixes: TraceMix[] = [];
  const views: Record<string, EncodedView[]> = {};
  for (const [role, batches] of Object.entries(step.views)) {
    views[role] = [];
    for (const [index, batch] of batches.entries()) {
      let mixed: ViewBatch = batch;
      for (const [place, mixer] of mixers.entries()) {
        const params = mixer.draw(mixed, random.fork('mix', progress.step, place, mixer.name, role, index), progress);
        mixes.push({ step: progress.step, place, mixer: mixer.name, role, index, params });
        mixed = mixer.apply(mixed, params);
      }
      const { features } = await encoder.encode({ image: mixed.values }, running); // hop 5
      if (features === undefined || features.shape.length !== 2 || features.shape[0] !== step.items.length) {
        throw new ViewforgeError(
          'MODEL_OUTPUT',
          encoder.name,
          `expected features of [${step.items.length}, d], got [${features?.shape ?? 'nothing'}]`,
        );
      }
      views[role].push({ features, blend: mixed.blend });
    }
  }
  return { encoded: { items: step.items, views, drawn: step.drawn }, mixes };
}
