import type { z } from 'zod';
import type { EncodedViews } from '../contracts/encoder.ts';
import type { Metric, MetricReport } from '../contracts/metric.ts';
import type { Running } from '../contracts/source.ts';
import { type About, createFactory, type Factory } from './factory.ts';

/** A number that describes embeddings. */
export interface MetricRecipe<S extends z.ZodObject> extends About<S> {
  readonly better: Metric['better'];
  measure(encoded: EncodedViews, options: z.output<S>, running: Running): Promise<MetricReport>;
}

/** Defines a metric. */
export function defineMetric<S extends z.ZodObject>(recipe: MetricRecipe<S>): Factory<'metric', S, Metric> {
  const { measure, better, ...about } = recipe;
  return createFactory<'metric', S, Metric>('metric', about, (options) => ({
    better,
    measure: (encoded, running) => measure(encoded, options, running),
  }));
}
