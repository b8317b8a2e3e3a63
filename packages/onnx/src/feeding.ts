import { type GraphArray, ViewforgeError } from '@viewforge/core';
import type { ModelSummary } from '@viewforge/graph';
import type { InputRole, Side } from './adapters.ts';
import { planImage } from './feeding-image.ts';
import { neutralInput, readInputs, type RoleInput, showInputs } from './feeding-inputs.ts';
import { type Dimensions, planOutputs } from './feeding-outputs.ts';
import type { Preprocessing } from './preprocessing.ts';

/** Order of the axes of an image batch: [n, c, h, w] or [n, h, w, c]. */
export type Layout = 'nchw' | 'nhwc';

/**
 * How an output becomes one row an item: the mean or maximum over tokens or pixels, the first token, the first beside the mean of the
 * others, the last that the mask keeps, the output that the model pooled itself, or every number as it stands. 'auto' is the mean where
 * there is something to pool. Means and maxima of texts are over the tokens that the mask keeps.
 */
export type Pooling = 'auto' | 'mean' | 'max' | 'cls' | 'cls+mean' | 'last' | 'pooler' | 'none';

/** A further output that is asked for. */
export interface OutputChoice {
  /** Its name in the model. */
  readonly output: string;
  readonly pooling: Exclude<Pooling, 'auto' | 'pooler'>;
}

/** What a user may say about how a model is fed; what is left out comes from the model and its preprocessor configuration. */
export interface FeedingChoice {
  readonly side: 'auto' | Side;
  readonly layout: 'auto' | Layout;
  /** [height, width] in pixels. */
  readonly size?: readonly [number, number] | undefined;
  readonly mean?: readonly number[] | undefined;
  readonly deviation?: readonly number[] | undefined;
  readonly output?: string | undefined;
  readonly pooling: Pooling;
  /** How many tokens before those of patches means and maxima leave out; one for 'cls+mean' where left out, otherwise none. */
  readonly classTokens?: number | undefined;
  /** Further outputs by the names that `encode` gives them. */
  readonly outputs: Readonly<Record<string, OutputChoice>>;
}

/** How images are fed: (x * scale - shift - mean) / deviation, for images in [0, 1]. */
export interface ImageFeeding {
  readonly layout: Layout;
  /** Colors of an image. */
  readonly channels: number;
  /** [height, width] in pixels; undefined where any size will do. */
  readonly size: readonly [number, number] | undefined;
  /** [channels] each. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly scale: number;
  readonly shift: number;
}

/** An input of the model, and where its numbers come from. */
export interface FedInput {
  readonly name: string;
  readonly role: InputRole;
  readonly type: GraphArray['type'];
  /**
   * For an input of the side that is not encoded, which gets one blank image or one token: the shape of an item, and how many items, undefined
   * for as many as are encoded. Undefined for one that gets what is encoded.
   */
  readonly neutral: { readonly item: readonly number[]; readonly rows: number | undefined } | undefined;
}

/** An output that is taken, and how it becomes a row an item. */
export interface TakenOutput {
  readonly output: string;
  readonly pooling: Pooling;
  readonly classTokens: number;
  /** Order of the axes where the output is a map. */
  readonly layout: Layout;
  /** Shape of an item after pooling, as far as the model states it; undefined where it states nothing. */
  readonly item: Dimensions | undefined;
}

/** What a model is fed with and what is taken from it. */
export interface Feeding {
  /** What is encoded: `image`, or `tokens` and `mask`. */
  readonly side: Side;
  readonly inputs: readonly FedInput[];
  /** Items in every run, where the model has a fixed number. */
  readonly batch: number | undefined;
  /** How images are fed; undefined for a text encoder. */
  readonly image: ImageFeeding | undefined;
  /** Tokens of every text, where the model has a fixed number. */
  readonly tokens: number | undefined;
  readonly features: TakenOutput;
  /** Further outputs by the names that `encode` gives them. */
  readonly further: Readonly<Record<string, TakenOutput>>;
}

/**
 * Decides how a model is fed: what its inputs and outputs are follows from their names (`inputNames`, `outputNames`), types and shapes.
 * Explicit choices win over the model's preprocessor configuration.
 * Throws ViewforgeError: MODEL_INPUT when it takes neither float32 images nor whole numbers of tokens, or something besides that is not
 * known, MODEL_OUTPUT when there is no such output or it cannot be pooled that way, OPTION when choices contradict the model or each other.
 */
export function planFeeding(summary: ModelSummary, preprocessing: Preprocessing, choice: FeedingChoice, where: string): Feeding {
  const inputs = readInputs(summary, where);
  const side = decideSide(inputs, choice, where);
  const picture = inputs.find(({ role }) => role === 'image');
  const text = inputs.find(({ role }) => role === 'tokens');
  checkImageChoices(choice, side, picture !== undefined, where);
  const image = picture && planImage(picture, preprocessing, choice, where);
  const own = (side === 'image' ? picture : text)!;
  const [n, t] = own.shape;
  return {
    side,
    inputs: inputs.map(({ name, role, type, ...input }) => ({
      name,
      role,
      type,
      neutral: input.side === side ? undefined : neutralInput({ role, ...input }, image, own),
    })),
    batch: typeof n === 'number' ? n : undefined,
    image: side === 'image' ? image : undefined,
    tokens: side === 'text' && typeof t === 'number' ? t : undefined,
    ...planOutputs(summary, choice, side, image?.layout ?? 'nchw', where),
  };
}

/** How the models made in code are fed: images as they come, features as they are. */
export function ownFeeding(size: ImageFeeding['size'], width: number): Feeding {
  return {
    side: 'image',
    inputs: [{ name: 'image', role: 'image', type: 'float32', neutral: undefined }],
    batch: undefined,
    image: { layout: 'nchw', channels: 3, size, mean: [0, 0, 0], deviation: [1, 1, 1], scale: 1, shift: 0 },
    tokens: undefined,
    features: { output: 'features', pooling: 'none', classTokens: 0, layout: 'nchw', item: [width] },
    further: {},
  };
}

/** Images where the model takes some and nothing else was said. */
function decideSide(inputs: readonly RoleInput[], { side }: FeedingChoice, where: string): Side {
  const takes = (role: InputRole) => inputs.some((input) => input.role === role);
  if (side === 'auto') return takes('image') ? 'image' : 'text';
  if (takes(side === 'image' ? 'image' : 'tokens')) return side;
  const wanted = side === 'image' ? 'images' : 'tokens';
  throw new ViewforgeError(
    'OPTION',
    where,
    `side: expected a model that takes ${wanted} for "${side}", got ${showInputs(inputs)}`,
  );
}

/** What is said of images must be of use: a text encoder has none, and the blank image beside a text has no colors. */
function checkImageChoices(choice: FeedingChoice, side: Side, hasImages: boolean, where: string): void {
  const said = [
    choice.mean && 'mean',
    choice.deviation && 'deviation',
    !hasImages && choice.size && 'size',
    !hasImages && choice.layout !== 'auto' && 'layout',
  ].find(Boolean);
  if (side === 'text' && said) throw new ViewforgeError('OPTION', where, `${said}: expected none, as texts are encoded, got one`);
}
