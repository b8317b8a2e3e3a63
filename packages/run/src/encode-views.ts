import type {
  EncodedView,
  EncodedViews,
  Encoder,
  Encoding,
  Json,
  Mixer,
  Progress,
  Running,
  TraceMix,
  ViewBatch,
} from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import type { Tensor } from '@viewforge/tensor';
import type { ViewStep } from './options.ts';

/** What hops 4 (mixing of inputs) and 5 give. */
export interface Encoded {
  readonly encoded: EncodedViews;
  readonly mixes: readonly TraceMix[];
}

/** View batches that are being encoded at a time: the next is at hand when one is done. */
const together = 2;

/**
 * Hops 4 (its mixers) and 5: every view batch mixed and encoded, by role and index. Mixers are drawn in their order and applied at
 * once; those that mix at a later stage of the encoder are applied there, by stage, in their order. The encoder is told which view it gets,
 * and the names of its rows where no mixer changed them. Rejects with what the first view that fails, in the order of the plan, fails with.
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
  const begun: { readonly role: string; readonly index: number; readonly encoded: Promise<EncodedView> }[] = [];
  const labels = labelsOf(step.items);
  const stages = encoder.stages?.length ?? 1;
  for (const [role, batches] of Object.entries(step.views)) {
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
      const rows = mixed.values === batch.values ? step.rows[role]?.[index] : undefined;
      const encoding = { ...running, role, index, ...(rows && { rows }) };
      await begun.at(-together)?.encoded;
      const encoded = encodeBatch(encoder, mixed, later, encoding); // hop 5
      encoded.catch(() => {}); // awaited later, in order
      begun.push({ role, index, encoded });
    }
  }
  const views: Record<string, EncodedView[]> = {};
  for (const { role, index, encoded } of begun) {
    views[role] ??= [];
    views[role][index] = await encoded;
  }
  return { encoded: { items: step.items, views, drawn: step.drawn }, mixes };
}

/** A mixer whose turn comes inside the encoder. */
interface Later {
  readonly mixer: Mixer<'batch'>;
  readonly params: Json;
  readonly stage: number;
}

async function encodeBatch(
  encoder: Encoder,
  batch: ViewBatch,
  later: readonly Later[],
  { rows, ...running }: Encoding,
): Promise<EncodedView> {
  let mixed = batch;
  let outputs: EncodedView['outputs'];
  const stages = later.length > 0 ? (encoder.stages ?? [encoder]) : [encoder];
  for (const [at, stage] of stages.entries()) {
    // the names are those of views, not of what is between two stages
    const encoding = at === 0 && rows ? { ...running, rows } : running;
    const { features, ...others } = await stage.encode({ image: mixed.values }, encoding);
    if (Object.keys(others).length > 0) outputs = { ...outputs, ...others };
    const given = checkedFeatures(features, batch.values.shape[0]!, at < stages.length - 1, stage.name);
    mixed = { ...mixed, values: given };
    for (const { mixer, params } of later.filter((each) => each.stage === at + 1)) mixed = mixer.apply(mixed, params);
    if (mixed.values !== given) outputs = undefined; // they show rows as they were, which the blend no longer tells of
  }
  return { features: mixed.values, blend: mixed.blend, ...(outputs && { outputs }) };
}

/** What a stage gave: maps [n, ...] between stages, which mixers and the next stage take as they are, rows [n, d] in the end. */
function checkedFeatures(features: Tensor | undefined, n: number, isBetween: boolean, where: string): Tensor {
  const axes = features?.shape.length ?? 0;
  if (features?.shape[0] === n && (axes === 2 || (isBetween && axes > 2))) return features;
  const expected = isBetween ? `[${n}, ...]` : `[${n}, d]`;
  throw new ViewforgeError('MODEL_OUTPUT', where, `expected features of ${expected}, got [${features?.shape ?? 'nothing'}]`);
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
