import { availableParallelism } from 'node:os';
import { choice, flag, integer } from '@viewforge/core';
import { z } from 'zod';
import { type ProviderName, providerNames } from './providers.ts';
import type { SessionTuning } from './session-messages.ts';

/** Where and how a model runs. */
export interface SessionChoice extends SessionTuning {
  readonly providers: readonly ProviderName[];
  /** 0: one on each core. */
  readonly threads: number;
  readonly spinning: boolean;
  readonly maxBatch: number;
  /** None when left out. */
  readonly warmUp?: WarmUp;
}

/** Runs on blank items when a model is opened, so that the first step does not pay for memory and kernels that are made on first use. */
export interface WarmUp {
  readonly runs: number;
  /** Items of each run; as many as one run takes when left out. */
  readonly items?: number | undefined;
  /** [height, width] in pixels for models of images of any size; 224 a side when left out. */
  readonly size?: readonly [number, number] | undefined;
}

const word = { unit: 'none' };

/** The option that says where a model runs. */
export const providersOption = z
  .array(z.enum(providerNames))
  .min(1)
  .readonly()
  .default(['cpu'])
  .describe('Providers to try, in this order; what is not in the list is not used.')
  .meta(word);

/** The options that every encoder with a session has; `maxBatch` is the default number of items in one run. */
export function sessionOptions(maxBatch: number) {
  return {
    providers: providersOption,
    threads: integer({
      default: 0,
      min: 0,
      max: 1024,
      unit: 'threads',
      doc: 'Threads inside an operator; 0 for one on each core.',
    }),
    spinning: flag({
      default: false,
      doc: 'Let those threads spin while they wait: a tenth faster for a lone encoder, much slower beside busy view workers.',
    }),
    maxBatch: integer({
      default: maxBatch,
      min: 1,
      unit: 'items',
      doc: 'Items in one run of the model; larger batches are cut up.',
    }),
    ...tuningOptions,
    warmUp: warmUpOption,
  };
}

const warmUpOption = z
  .strictObject({
    runs: integer({ default: 0, min: 0, max: 1000, unit: 'runs', doc: 'How many.' }),
    items: z.int().min(1).optional().describe('Items of each; left out: as many as one run takes.').meta({ unit: 'items' }),
    size: z
      .tuple([z.int().min(1), z.int().min(1)])
      .readonly()
      .optional()
      .describe('Height and width for models of images of any size; left out: 224.')
      .meta({ unit: 'pixels' }),
  })
  .prefault({})
  .describe('Runs on blank items when the model is opened, so that the first step is as quick as any.')
  .meta(word);

const tuningOptions = {
  optimization: choice(['all', 'layout', 'extended', 'basic', 'disabled'], {
    default: 'all',
    doc: 'How far ONNX Runtime rewrites the model when it loads it; less of it opens faster and runs slower.',
  }),
  arena: flag({ default: true, doc: 'Keep memory of the processor between runs; without, memory is freed and runs are slower.' }),
  cuda: z
    .strictObject({
      device: integer({ default: 0, min: 0, unit: 'none', doc: 'Number of the card among those that are visible.' }),
    })
    .prefault({})
    .describe('Settings of the provider cuda.')
    .meta(word),
  webgpu: z
    .strictObject({
      validation: choice(['disabled', 'wgpuOnly', 'basic', 'full'], {
        default: 'basic',
        doc: 'How much of what is asked of the card is checked; without any check an error may end the process.',
      }),
      layout: choice(['NCHW', 'NHWC'], { default: 'NCHW', doc: 'Order of axes that convolutions work in.' }),
      buffers: choice(['disabled', 'lazyRelease', 'simple', 'bucket'], {
        default: 'bucket',
        doc: 'What becomes of buffers on the card that are no longer in use; simple takes less memory for models of one shape.',
      }),
    })
    .prefault({})
    .describe('Settings of the provider webgpu.')
    .meta(word),
};

/** Number of threads that the option stands for. */
function threadsOf({ threads }: Pick<SessionChoice, 'threads'>): number {
  return threads === 0 ? availableParallelism() : threads;
}

/** What a session is opened with besides its model and providers. */
export function setupOf(choice: SessionChoice): {
  readonly threads: number;
  readonly spinning: boolean;
  readonly tuning: SessionTuning;
} {
  const { spinning, optimization, arena, cuda, webgpu } = choice;
  const tuning = {
    ...(optimization && { optimization }),
    ...(arena !== undefined && { arena }),
    ...(cuda && { cuda }),
    ...(webgpu && { webgpu }),
  };
  return { threads: threadsOf(choice), spinning, tuning };
}
