import { type Encoder, parseOptions, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { type HeadLayer, headModel } from './models/head-model.ts';
import { ownRows, rowEncoder } from './row-encoder.ts';
import { sessionOptions } from './session-options.ts';

/** Rows of a head in one run when nothing else is said. */
export const headBatch = 1024;

const optionsSchema = z.object(sessionOptions(headBatch));

/** What a projection head is made of; besides, where and how it runs, as every encoder with a session has it. */
export interface ProjectionHeadOptions extends Partial<z.input<typeof optionsSchema>> {
  /** First to last. */
  readonly layers: readonly HeadLayer[];
  /** Whether rows come out with length 1; false when left out. */
  readonly normalize?: boolean;
}

/**
 * A projection head from plain weights, as an encoder of features [n, d] to [n, e] that goes behind another: `chainEncoders([encoder, head])`.
 * It is built as an ONNX model and runs on the providers asked for. Batch normalizations use their running statistics.
 * Throws ViewforgeError: SHAPE for weights that do not fit each other, OPTION.
 */
export function projectionHead({ layers, normalize = false, ...rest }: ProjectionHeadOptions): Encoder {
  const where = 'projection-head';
  const options = parseOptions(optionsSchema, rest, where);
  const model = modelOf(layers, normalize, where);
  return Object.freeze({
    kind: 'encoder',
    name: where,
    version: 1,
    ...rowEncoder(where, options, () => ownRows(model.slice())), // a copy: the bytes are handed over
  } satisfies Encoder);
}

/** The model of a head. Throws ViewforgeError (SHAPE), naming `where`. */
export function modelOf(layers: readonly HeadLayer[], normalize: boolean, where: string): Uint8Array {
  try {
    return headModel(layers, normalize);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ViewforgeError('SHAPE', where, cause.message.replace('headModel: ', ''), { cause });
  }
}
