import { type MixContext, ViewforgeError } from '@viewforge/core';
import { elements, type Tensor } from '@viewforge/tensor';
import { z } from 'zod';

/** How a batch [n, ...item] is divided: n items of c channels of m positions each. */
export interface MapShape {
  readonly n: number;
  readonly c: number;
  readonly m: number;
}

/** The options of a mixer that works on hidden states: where in the encoder, and how a row that comes flat is divided. */
export const stageOptions = {
  stage: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Stage of the encoder that is mixed before it: 0 is the input, the number of stages the embedding, which is meant when left out.',
    )
    .meta({ unit: 'stages' }),
  channels: z
    .int()
    .min(1)
    .optional()
    .describe('Channels of a hidden map that comes flat as [n, d]; when left out every column is a channel of one position.')
    .meta({ unit: 'channels' }),
};

/** The stage that was asked for, or else the embedding of an encoder of so many stages, 1 where nobody knows. */
export function stageFor(stage: number | undefined, { stages = 1 }: { readonly stages?: number }): number {
  return stage ?? stages;
}

/** Where a mixer works, and how what comes there is divided. */
export type MapPlace = {
  /** The stage of the encoder whose input is altered. */
  readonly stage: number;
  /** Channels of what comes flat; null where it is divided by its axes. */
  readonly channels: number | null;
};

/**
 * The place that was asked for. Values at the input are there to be looked at: throws ViewforgeError (SHAPE) where they do not divide, before
 * anything is encoded.
 */
export function mapPlace(
  values: Tensor,
  { stage, channels }: { readonly stage?: number | undefined; readonly channels?: number | undefined },
  context: MixContext,
  where: string,
): MapPlace {
  const place = { stage: stageFor(stage, context), channels: channels ?? null };
  if (place.stage === 0) mapShape(values, channels, where);
  return place;
}

/** Divides [n, c, ...] by its axes and [n, d] into `channels` of d / channels positions. Throws ViewforgeError (SHAPE) where that does not go. */
export function mapShape({ shape }: Tensor, channels: number | undefined, where: string): MapShape {
  const [n, c = 1, ...rest] = shape as [number, ...number[]];
  if (channels === undefined || (rest.length > 0 && c === channels)) return { n, c, m: elements(rest) };
  if (shape.length === 2 && c % channels === 0) return { n, c: channels, m: c / channels };
  throw new ViewforgeError('SHAPE', where, `expected items of ${channels} channels, got values of [${shape}]`);
}
