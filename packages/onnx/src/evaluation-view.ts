import { ViewforgeError } from '@viewforge/core';
import type { Preprocessing, PreprocessingResize } from './preprocessing.ts';

/** The view of a picture that a model was evaluated on, as options of the augmenter `modelView`. */
export interface EvaluationView {
  /** How the picture is brought to `resize`. */
  readonly fit: 'cover' | 'stretch';
  /** [height, width] in pixels; left out where the picture is not resized. */
  readonly resize?: readonly [number, number];
  /** [height, width] in pixels that are cut from the middle; left out where nothing is cut. */
  readonly crop?: readonly [number, number];
  readonly middle: Preprocessing['middle'];
  readonly interpolation: PreprocessingResize['interpolation'];
}

/**
 * The view that the preprocessing of a model makes, before mean and deviation, which the encoder sees to. Undefined where it says nothing of
 * sizes. Throws ViewforgeError (OPTION) for pictures that are fitted into a size by their longer side, whose rest would have to be filled in.
 */
export function evaluationView({ path, resize, crop, middle }: Preprocessing): EvaluationView | undefined {
  if (resize === undefined && crop === undefined) return undefined;
  const { fit = 'cover', size, interpolation = 'bilinear' } = resize ?? {};
  if (fit === 'contain')
    throw new ViewforgeError(
      'OPTION',
      path ?? 'evaluationView',
      `expected a resize by the shorter side or to both, got one by the longer side to [${size}]; choose the plan's views yourself`,
    );
  return { fit, ...(size && { resize: size }), ...(crop && { crop }), middle, interpolation };
}
