import { availableParallelism } from 'node:os';
import { flag, integer } from '@viewforge/core';
import { z } from 'zod';
import { type ProviderName, providerNames } from './providers.ts';

/** Where and how a model runs. */
export interface SessionChoice {
  readonly providers: readonly ProviderName[];
  /** 0: one on each core. */
  readonly threads: number;
  readonly spinning: boolean;
  readonly maxBatch: number;
}

/** The options that every encoder with a session has; `maxBatch` is the default number of items in one run. */
export function sessionOptions(maxBatch: number) {
  return {
    providers: z
      .array(z.enum(providerNames))
      .min(1)
      .readonly()
      .default(['cpu'])
      .describe('Providers to try, in this order; what is not in the list is not used.')
      .meta({ unit: 'none' }),
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
  };
}

/** Number of threads that the option stands for. */
export function threadsOf({ threads }: SessionChoice): number {
  return threads === 0 ? availableParallelism() : threads;
}
