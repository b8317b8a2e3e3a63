import { ViewforgeError } from '@viewforge/core';
import type { FeedingChoice, ImageFeeding, Layout } from './feeding.ts';
import type { RoleInput } from './feeding-inputs.ts';
import type { Dimensions } from './feeding-outputs.ts';
import type { Preprocessing } from './preprocessing.ts';

/** How the images of an input are fed. Throws ViewforgeError (OPTION) when a choice contradicts the model. */
export function planImage(input: RoleInput, preprocessing: Preprocessing, choice: FeedingChoice, where: string): ImageFeeding {
  const { shape } = input;
  const layout = choice.layout === 'auto' ? guessLayout(shape) : choice.layout;
  const [c, h, w] = layout === 'nchw' ? shape.slice(1) : [shape[3], shape[1], shape[2]];
  const channels = typeof c === 'number' ? c : 3;
  return {
    layout,
    channels,
    size: decideSize(h, w, choice.size, preprocessing.size, where),
    mean: perChannel('mean', choice.mean ?? preprocessing.mean, channels, where),
    deviation: perChannel('deviation', choice.deviation ?? preprocessing.deviation, channels, where),
    scale: preprocessing.scale,
    shift: preprocessing.shift,
  };
}

/** The axis of 3 colors, or else that of 1, says where the channels are; where both could be it, they come first. */
function guessLayout([, second, , last]: Dimensions): Layout {
  if (second === 3) return 'nchw';
  return last === 3 || (last === 1 && second !== 1) ? 'nhwc' : 'nchw';
}

type Size = ImageFeeding['size'];
type Free = Dimensions[number] | undefined;

function decideSize(h: Free, w: Free, chosen: Size, stated: Size, where: string): Size {
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
