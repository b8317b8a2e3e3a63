import { ViewforgeError } from '@viewforge/core';
import type { ModelSummary, ModelValue } from '@viewforge/graph';
import { inputNames, type InputRole, type Side } from './adapters.ts';
import type { FedInput, ImageFeeding } from './feeding.ts';
import { type Dimensions, showValue } from './feeding-outputs.ts';

/** An input of a model and what it is for. */
export interface RoleInput {
  readonly name: string;
  readonly type: FedInput['type'];
  readonly shape: Dimensions;
  readonly role: InputRole;
  readonly side: Side;
}

/** Pixels of a side of the blank image for a model that states no size. */
const blankSide = 224;

/**
 * What the inputs of a model are for: a float32 one of 4 dimensions takes images whatever its name, one of whole numbers and 2 dimensions
 * what its name says, or tokens where no other does. Throws ViewforgeError (MODEL_INPUT) when it takes neither images nor tokens, when two
 * inputs are for the same, or when one is for nothing that is known.
 */
export function readInputs({ inputs }: ModelSummary, where: string): readonly RoleInput[] {
  const named = inputs.map((input) => ({ input, role: roleOf(input) }));
  const hasTokens = named.some(({ role }) => role === 'tokens');
  const found = named.map(({ input, role }): RoleInput => {
    const known = role ?? (isWhole(input) && !hasTokens ? 'tokens' : undefined);
    if (known === undefined) throw refusal(inputs, where);
    const { name, type, shape } = input;
    return { name, type: type as FedInput['type'], shape: shape!, role: known, side: inputNames[known].side };
  });
  const roles = found.map(({ role }) => role);
  const isWhatIsKnown = roles.includes('image') || roles.includes('tokens');
  if (!isWhatIsKnown || new Set(roles).size < roles.length) throw refusal(inputs, where);
  return found;
}

/** Inputs as errors show them. */
export function showInputs(inputs: readonly RoleInput[]): string {
  return inputs.map(showValue).join(', ');
}

/**
 * What an input of the other side gets: one item where its number of items is its own, as many as `own` has where they share it. Texts
 * have one token, images the size of `image`.
 */
export function neutralInput(
  { role, shape }: Pick<RoleInput, 'role' | 'shape'>,
  image: ImageFeeding | undefined,
  own: Pick<RoleInput, 'shape'>,
): FedInput['neutral'] {
  const [n, ...rest] = shape;
  const isOwn = typeof n === 'string' && n !== own.shape[0];
  const rows = typeof n === 'number' ? n : isOwn ? 1 : undefined;
  if (role !== 'image' || image === undefined) return { rows, item: rest.map((size) => (typeof size === 'number' ? size : 1)) };
  const [h, w] = image.size ?? [blankSide, blankSide];
  return { rows, item: image.layout === 'nchw' ? [image.channels, h, w] : [h, w, image.channels] };
}

function roleOf(input: ModelValue): InputRole | undefined {
  if (input.type === 'float32' && input.shape?.length === 4) return 'image';
  const role = (Object.keys(inputNames) as InputRole[]).find((each) => inputNames[each].names.includes(input.name.toLowerCase()));
  const isMask = role === 'mask' && input.type === 'float32' && input.shape?.length === 2;
  return role !== 'image' && (isWhole(input) || isMask) ? role : undefined;
}

function isWhole({ type, shape }: ModelValue): boolean {
  return (type === 'int32' || type === 'int64') && shape?.length === 2;
}

function refusal(inputs: readonly ModelValue[], where: string): ViewforgeError {
  const got = inputs.length === 0 ? 'none' : inputs.map(showValue).join(', ');
  const tokens = Object.values(inputNames).flatMap(({ side, names }) => (side === 'text' ? [names[0]!] : []));
  return new ViewforgeError(
    'MODEL_INPUT',
    where,
    `expected one float32 input of 4 dimensions, a batch of images, or inputs of whole numbers [n, t] (${tokens.join(', ')}), got ${got}; export the part of the model that encodes alone`,
  );
}
