import { ViewforgeError } from '@viewforge/core';
import type { ModelSummary, ModelValue } from '@viewforge/graph';
import { type OutputMeaning, outputNames, type Side } from './adapters.ts';
import type { Feeding, FeedingChoice, Layout, Pooling, TakenOutput } from './feeding.ts';

/** Sizes, names of free dimensions, null for a dimension of which nothing is said. */
export type Dimensions = readonly (number | string | null)[];

/**
 * The outputs that are taken. Without a name, features come from the first of: an embedding of this side, what the model pooled, another
 * output [n, d], tokens of the last layer, any other, scores, layers before the last; a pooling of tokens looks among tokens and maps first.
 * Throws ViewforgeError: MODEL_OUTPUT when there is no such output or it cannot be pooled that way, OPTION when choices contradict each other.
 */
export function planOutputs(
  summary: ModelSummary,
  choice: FeedingChoice,
  side: Side,
  layout: Layout,
  where: string,
): Pick<Feeding, 'features' | 'further'> {
  checkChoices(choice, side, where);
  const take = (value: ModelValue, pooling: Pooling): TakenOutput => {
    const classTokens = choice.classTokens ?? (pooling === 'cls+mean' ? 1 : 0);
    const item = value.shape === null ? undefined : pooledItem(value.shape, pooling, layout, where);
    return { output: value.name, pooling, classTokens, layout, item };
  };
  const chosen = chooseFeatures(summary, choice, side, where);
  const further = Object.entries(choice.outputs).map(([name, each]) => ({
    name,
    pooling: each.pooling,
    value: outputCalled(summary, each.output, where),
  }));
  checkClassTokens(choice, [{ value: chosen, pooling: choice.pooling }, ...further], where);
  const features = take(chosen, choice.pooling === 'pooler' ? 'none' : choice.pooling);
  return {
    features: { ...features, item: features.item && [flatWidth(features.item) ?? null] },
    further: Object.fromEntries(further.map(({ name, value, pooling }) => [name, take(value, pooling)])),
  };
}

/** What an output of this name is; undefined where the name says nothing. */
function meaningOf(name: string): { readonly meaning: OutputMeaning; readonly side?: Side } | undefined {
  return outputNames[name.toLowerCase()] ?? outputNames[name.toLowerCase().replace(/[._]?\d+$/, '')];
}

/**
 * Shape of an item of an output [n, ...] after pooling. Throws ViewforgeError (MODEL_OUTPUT) when an output of this rank cannot be pooled
 * that way.
 */
export function pooledItem(shape: Dimensions, pooling: Pooling, layout: Layout, where: string): Dimensions {
  if (!poolsOver(shape.length, pooling, where)) return shape.slice(1);
  const width = shape[shape.length === 4 && layout === 'nchw' ? 1 : shape.length - 1]!;
  if (pooling !== 'cls+mean') return [width];
  return [typeof width === 'number' ? 2 * width : null];
}

/** Number of elements of an item; undefined when a dimension is free. */
function flatWidth(item: Dimensions): number | undefined {
  return item.reduce<number | undefined>(
    (width, size) => (width === undefined || typeof size !== 'number' ? undefined : width * size),
    1,
  );
}

/** Whether an output of this rank is pooled, rather than taken as it stands. Throws ViewforgeError (MODEL_OUTPUT) when it cannot be. */
export function poolsOver(rank: number, pooling: Pooling, where: string): boolean {
  const isTokens = rank === 3;
  const isMap = rank === 4;
  const overBoth = pooling === 'mean' || pooling === 'max';
  const fits = rank >= 1 && (overBoth ? isTokens || isMap : needsTokens(pooling) ? isTokens : true);
  if (!fits) {
    const needs = needsTokens(pooling) ? '[n, t, d]' : overBoth ? '[n, t, d] or [n, c, h, w]' : 'at least one dimension';
    throw new ViewforgeError(
      'MODEL_OUTPUT',
      where,
      `expected an output of ${needs} for pooling "${pooling}", got one of ${rank} dimensions`,
    );
  }
  return pooling !== 'none' && pooling !== 'pooler' && (isTokens || isMap);
}

/** "name: type [shape]", as errors and descriptions show an input or output. */
export function showValue({ name, type, shape }: Pick<ModelValue, 'name' | 'type' | 'shape'>): string {
  return `${name}: ${type} ${shape === null ? 'of unknown shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`}`;
}

function needsTokens(pooling: Pooling): boolean {
  return pooling === 'cls' || pooling === 'cls+mean' || pooling === 'last';
}

function checkChoices({ output, pooling, outputs }: FeedingChoice, side: Side, where: string): void {
  const fail = (message: string): never => {
    throw new ViewforgeError('OPTION', where, message);
  };
  if (pooling === 'pooler' && output !== undefined)
    fail(`pooling: expected "none" for the output "${output}" as it stands, got "pooler", which chooses one itself`);
  if ('features' in outputs) fail('outputs: expected names other than "features", which is that of the pooled output, got it');
  const last = [
    ['pooling', pooling],
    ...Object.entries(outputs).map(([name, each]) => [`outputs.${name}.pooling`, each.pooling]),
  ];
  for (const [path, each] of last) {
    if (each === 'last' && side === 'image') fail(`${path}: expected a pooling of images, got "last", which is one of texts`);
  }
}

/** Tokens that are left out must be tokens of something that is pooled. */
function checkClassTokens(
  { classTokens = 0 }: FeedingChoice,
  taken: readonly { readonly value: ModelValue; readonly pooling: Pooling }[],
  where: string,
): void {
  const leavesOut = ({ value, pooling }: (typeof taken)[number]) =>
    ['auto', 'mean', 'max', 'cls+mean'].includes(pooling) && (value.shape?.length ?? 3) === 3;
  if (classTokens === 0 || taken.some(leavesOut)) return;
  const got = taken.map(({ value, pooling }) => `"${value.name}" with pooling "${pooling}"`).join(', ');
  throw new ViewforgeError('OPTION', where, `classTokens: expected a mean or maximum over tokens, got ${got}`);
}

function chooseFeatures(summary: ModelSummary, { output, pooling }: FeedingChoice, side: Side, where: string): ModelValue {
  if (output !== undefined) return outputCalled(summary, output, where);
  const { outputs } = summary;
  const ranked = outputs.map((value) => ({ value, rank: rankOf(value, side) })).sort((a, b) => a.rank - b.rank);
  const isPooled = ({ rank }: (typeof ranked)[number]) => rank <= 1;
  const isOfTokens = ({ value: { shape } }: (typeof ranked)[number]) =>
    shape?.length === 3 || (shape?.length === 4 && !needsTokens(pooling));
  const looksAmong = pooling === 'pooler' ? isPooled : pooling === 'auto' || pooling === 'none' ? () => true : isOfTokens;
  const found = ranked.find(looksAmong) ?? (pooling === 'pooler' ? undefined : ranked[0]);
  if (found !== undefined) return float(found.value, summary, where);
  const wanted = pooling === 'pooler' ? 'that the model pooled (pooler_output, image_embeds, ...)' : 'of any name';
  throw new ViewforgeError('MODEL_OUTPUT', where, `expected an output ${wanted}, got ${showOutputs(summary)}`);
}

/** Lower ones are taken first. */
function rankOf({ name, shape }: ModelValue, side: Side): number {
  const known = meaningOf(name);
  if (known?.side !== undefined && known.side !== side) return 7;
  if (known?.meaning === undefined) return shape?.length === 2 ? 2 : 4;
  return { embedding: shape?.length === 2 || shape === null ? 0 : 4, pooler: 1, tokens: 3, scores: 5, hidden: 6, attention: 8 }[
    known.meaning
  ];
}

function outputCalled(summary: ModelSummary, name: string, where: string): ModelValue {
  const found = summary.outputs.find((output) => output.name === name);
  if (found !== undefined) return float(found, summary, where);
  throw new ViewforgeError('MODEL_OUTPUT', where, `expected an output "${name}", got ${showOutputs(summary)}`);
}

function float(value: ModelValue, summary: ModelSummary, where: string): ModelValue {
  if (value.type === 'float32') return value;
  throw new ViewforgeError(
    'MODEL_OUTPUT',
    where,
    `expected a float32 output, got ${showValue(value)}; the outputs are ${showOutputs(summary)}`,
  );
}

function showOutputs({ outputs }: ModelSummary): string {
  return outputs.map(showValue).join(', ') || 'none';
}
