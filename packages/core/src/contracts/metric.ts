import type { EncodedViews } from './encoder.ts';
import type { Part } from './part.ts';
import type { Running } from './source.ts';

/** What a metric found. */
export interface MetricReport {
  /** NaN where the data do not allow a value; `notes` then say why. */
  readonly value: number;
  /** Rows the value rests on. */
  readonly n: number;
  /** Named companions of the value. */
  readonly parts: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

/** A number that describes embeddings. */
export interface Metric extends Part {
  readonly kind: 'metric';
  readonly better: 'lower' | 'higher' | 'neither';
  measure(encoded: EncodedViews, running: Running): Promise<MetricReport>;
}
