import { ViewforgeError } from '@viewforge/core';
import type { ModelSummary, ModelValue } from '@viewforge/graph';
import type { Preprocessing } from './preprocessor.ts';

/** Order of the axes of an image batch: [n, c, h, w] or [n, h, w, c]. */
export type Layout = 'nchw' | 'nhwc';
/**
 * How an output becomes [n, d]: the mean over tokens or pixels, the first token, or every number as it stands.
 * 'auto' is the mean where there is something to pool.
 */
export type Pooling = 'auto' | 'mean' | 'cls' | 'none';

/** What a user may say about how a model is fed; what is left out comes from the model and its preprocessor configuration. */
export interface FeedingChoice {
  readonly layout: 'auto' | Layout;
  /** [height, width] in pixels. */
  readonly size?: readonly [number, number] | undefined;
  readonly mean?: readonly number[] | undefined;
  readonly deviation?: readonly number[] | undefined;
  readonly output?: string | undefined;
  readonly pooling: Pooling;
}

/** What a model is fed with and what is taken from it. */
export interface Feeding {
  readonly input: string;
  readonly layout: Layout;
  /** Colors of an image. */
  readonly channels: number;
  /** [height, width] in pixels; undefined where any size will do. */
  readonly size: readonly [number, number] | undefined;
  /** Items in every run, where the model has a fixed number. */
  readonly batch: number | undefined;
  /** Fed is (x * scale - shift - mean) / deviation, for images in [0, 1]; [channels] each. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly scale: number;
  readonly shift: number;
  readonly output: string;
  readonly pooling: Pooling;
  /** Width d of the features, where the model says so. */
  readonly width: number | undefined;
}

/**
 * Decides how a model is fed. Explicit choices win over the model's preprocessor configuration.
 * Throws ViewforgeError: MODEL_INPUT when it takes no float32 image batch, MODEL_OUTPUT when there is no such output or it cannot be
 * pooled that way, OPTION when a choice contradicts the model.
 */
export function planFeeding(summary: ModelSummary, preprocessing: Preprocessing, choice: FeedingChoice, where: string): Feeding {
  const { name: input, shape } = imageInput(summary, where);
  const layout = choice.layout === 'auto' ? guessLayout(shape) : choice.layout;
  const [n, c, h, w] = layout === 'nchw' ? shape : [shape[0], shape[3], shape[1], shape[2]];
  const channels = typeof c === 'number' ? c : 3;
  const output = chooseOutput(summary, choice.output, where);
  return {
    input,
    layout,
    channels,
    size: decideSize(h, w, choice.size, preprocessing.size, where),
    batch: typeof n === 'number' ? n : undefined,
    mean: perChannel('mean', choice.mean ?? preprocessing.mean, channels, where),
    deviation: perChannel('deviation', choice.deviation ?? preprocessing.deviation, channels, where),
    scale: preprocessing.scale,
    shift: preprocessing.shift,
    output: output.name,
    pooling: choice.pooling,
    width: output.shape === null ? undefined : pooledWidth(output.shape, choice.pooling, layout, where),
  };
}

/** How the models made in code are fed: images as they come, features as they are. */
export function ownFeeding(size: Feeding['size'], width: number): Feeding {
  return {
    input: 'image',
    layout: 'nchw',
    channels: 3,
    size,
    batch: undefined,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    scale: 1,
    shift: 0,
    output: 'features',
    pooling: 'none',
    width,
  };
}

/**
 * Width of the features from an output shape; undefined when a dimension it depends on is free.
 * Throws ViewforgeError (MODEL_OUTPUT) when an output of this shape cannot be pooled that way.
 */
export function pooledWidth(
  shape: readonly (number | string | null)[],
  pooling: Pooling,
  layout: Layout,
  where: string,
): number | undefined {
  const dimensions = poolsOver(shape.length, pooling, where)
    ? [shape[shape.length === 4 && layout === 'nchw' ? 1 : shape.length - 1]]
    : shape.slice(1);
  return dimensions.reduce<number | undefined>(
    (width, size) => (width === undefined || typeof size !== 'number' ? undefined : width * size),
    1,
  );
}

/** Whether an output of this rank is pooled, rather than taken as it stands. Throws ViewforgeError (MODEL_OUTPUT) when it cannot be. */
export function poolsOver(rank: number, pooling: Pooling, where: string): boolean {
  const isTokens = rank === 3;
  const isMap = rank === 4;
  const fits = rank >= 1 && (pooling === 'mean' ? isTokens || isMap : pooling === 'cls' ? isTokens : true);
  if (!fits) {
    const needs = pooling === 'cls' ? '[n, t, d]' : pooling === 'mean' ? '[n, t, d] or [n, c, h, w]' : 'at least one dimension';
    throw new ViewforgeError(
      'MODEL_OUTPUT',
      where,
      `expected an output of ${needs} for pooling "${pooling}", got one of ${rank} dimensions`,
    );
  }
  return pooling !== 'none' && (isTokens || isMap);
}

function imageInput({ inputs }: ModelSummary, where: string): { name: string; shape: readonly (number | string | null)[] } {
  const [only, ...rest] = inputs;
  if (only?.type === 'float32' && only.shape?.length === 4 && rest.length === 0) return { name: only.name, shape: only.shape };
  const got = inputs.length === 0 ? 'none' : inputs.map(showValue).join(', ');
  throw new ViewforgeError(
    'MODEL_INPUT',
    where,
    `expected one float32 input of 4 dimensions, a batch of images, got ${got}; export the image part of the model alone`,
  );
}

/** An output of features comes before one of tokens or maps; otherwise the first counts. */
function chooseOutput({ outputs }: ModelSummary, name: string | undefined, where: string): ModelValue {
  const chosen =
    name === undefined
      ? (outputs.find(({ shape }) => shape?.length === 2) ?? outputs[0])
      : outputs.find((output) => output.name === name);
  const known = outputs.map(showValue).join(', ') || 'none';
  if (chosen === undefined)
    throw new ViewforgeError('MODEL_OUTPUT', where, `expected an output "${name ?? 'of any name'}", got ${known}`);
  if (chosen.type !== 'float32')
    throw new ViewforgeError(
      'MODEL_OUTPUT',
      where,
      `expected a float32 output, got ${showValue(chosen)}; the outputs are ${known}`,
    );
  return chosen;
}

/** The axis of 3 colors, or else that of 1, says where the channels are; where both could be it, they come first. */
function guessLayout([, second, , last]: readonly (number | string | null)[]): Layout {
  if (second === 3) return 'nchw';
  return last === 3 || (last === 1 && second !== 1) ? 'nhwc' : 'nchw';
}

type Free = number | string | null | undefined;

function decideSize(h: Free, w: Free, chosen: Feeding['size'], stated: Feeding['size'], where: string): Feeding['size'] {
  const wanted = chosen ?? stated;
  const size = [typeof h === 'number' ? h : wanted?.[0], typeof w === 'number' ? w : wanted?.[1]] as const;
  if (chosen && (size[0] !== chosen[0] || size[1] !== chosen[1])) {
    throw new ViewforgeError('OPTION', where, `size: expected [${size}], which the model fixes, got [${chosen}]`);
  }
  return size[0] === undefined || size[1] === undefined ? undefined : [size[0], size[1]];
}

function perChannel(name: string, values: readonly number[], channels: number, where: string): readonly number[] {
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  if (values.length === channels) return values;
  throw new ViewforgeError(
    'OPTION',
    where,
    `${name}: expected 1 number, or ${channels} for the channels of the model, got ${values.length}`,
  );
}

/** "name: type [shape]", as errors and descriptions show an input or output. */
function showValue({ name, type, shape }: ModelValue): string {
  return `${name}: ${type} ${shape === null ? 'of unknown shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`}`;
}
