import type { EncodedView, EncodedViews, Encoder, Json, Mixer, Progress, Running, TraceMix, ViewBatch } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import type { ViewStep } from './options.ts';

/** What hops 4 (mixing of inputs) and 5 give. */
export interface Encoded {
  readonly encoded: EncodedViews;
  readonly mixes: readonly TraceMix[];
}

/**
 * Hops 4 (its mixers) and 5: every view batch mixed and encoded, by role and index. Mixers are drawn in their order and applied at
 * once; those that mix at a later stage of the encoder are applied there, by stage, in their order.
 */
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
  const labels = labelsOf(step.items);
  const stages = encoder.stages?.length ?? 1;
  for (const [role, batches] of Object.entries(step.views)) {
    views[role] = [];
    for (const [index, batch] of batches.entries()) {
      let mixed: ViewBatch = labels ? { ...batch, labels } : batch;
      const later: Later[] = [];
      for (const [place, mixer] of mixers.entries()) {
        const stream = random.fork('mix', progress.step, place, mixer.name, role, index);
        const params = mixer.draw(mixed, stream, { ...progress, role, index, stages });
        mixes.push({ step: progress.step, place, mixer: mixer.name, role, index, params });
        const stage = mixer.stageOf?.(params) ?? 0;
        if (stage === 0) mixed = mixer.apply(mixed, params);
        else later.push({ mixer, params, stage: checkedStage(stage, stages, mixer.name) });
      }
      views[role].push(await encodeBatch(encoder, mixed, later, running)); // hop 5
    }
  }
  return { encoded: { items: step.items, views, drawn: step.drawn }, mixes };
}

/** A mixer whose turn comes inside the encoder. */
interface Later {
  readonly mixer: Mixer<'batch'>;
  readonly params: Json;
  readonly stage: number;
}

async function encodeBatch(encoder: Encoder, batch: ViewBatch, later: readonly Later[], running: Running): Promise<EncodedView> {
  let mixed = batch;
  const stages = later.length > 0 ? (encoder.stages ?? [encoder]) : [encoder];
  for (const [at, stage] of stages.entries()) {
    const { features } = await stage.encode({ image: mixed.values }, running);
    const n = batch.values.shape[0]!;
    if (features === undefined || features.shape.length !== 2 || features.shape[0] !== n) {
      throw new ViewforgeError(
        'MODEL_OUTPUT',
        stage.name,
        `expected features of [${n}, d], got [${features?.shape ?? 'nothing'}]`,
      );
    }
    mixed = { ...mixed, values: features };
    for (const { mixer, params } of later.filter((each) => each.stage === at + 1)) mixed = mixer.apply(mixed, params);
  }
  return { features: mixed.values, blend: mixed.blend };
}

function checkedStage(stage: number, stages: number, where: string): number {
  if (Number.isInteger(stage) && stage > 0 && stage <= stages) return stage;
  throw new ViewforgeError(
    'OPTION',
    where,
    `expected a stage from 0 to ${stages}, the number of the encoder's stages, got ${stage}`,
  );
}

/** The class of every item, or undefined where one has none. */
function labelsOf(items: ViewStep['items']): Int32Array | undefined {
  const labels = items.flatMap(({ label }) => label ?? []);
  return items.length > 0 && labels.length === items.length ? Int32Array.from(labels) : undefined;
}
