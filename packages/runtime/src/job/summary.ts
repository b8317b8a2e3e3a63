import type { EncoderFacts, TraceHeader } from '@viewforge/core';
import type { BadItem, Counts, Threads } from '@viewforge/run';
import type { Recipe } from '../recipe.ts';
import type { MixingFacts } from '../open-run.ts';
import type { LossSummary } from './loss-log.ts';

/** A metric's value as JSON holds it: null where there is none. */
export interface MetricSummary {
  readonly metric: string;
  readonly better: 'lower' | 'higher' | 'neither';
  readonly value: number | null;
  readonly n: number;
  readonly parts: Readonly<Record<string, number | null>>;
  readonly notes: readonly string[];
}

/** What took how long; the only part of a summary that differs between two runs of one recipe. */
export interface Timings {
  readonly seconds: number;
  readonly viewsPerSecond: number;
}

/** What a job did: `summary.json`. */
export interface JobSummary {
  readonly summary: 'viewforge/1';
  readonly seed: number | string;
  /** The complete recipe, defaults included. */
  readonly settings: Omit<Recipe, 'output' | 'workers' | '$schema'>;
  /** read = used + skipped + replaced + quarantined */
  readonly counts: Counts;
  /** Items of the source and names of its classes, when it has any. */
  readonly source: { readonly items: number; readonly classes: readonly string[] | null };
  readonly loss: LossSummary;
  /** Over the views of the last epoch. */
  readonly metrics: readonly MetricSummary[];
  readonly encoder: Pick<EncoderFacts, 'provider' | 'passedOver' | 'width'> & { readonly use: string };
  /** Where the models of mixers ran; absent where the recipe asks for no sessions. */
  readonly mixing?: readonly MixingFacts[];
  /** The first hundred items that could not be used. */
  readonly badItems: readonly BadItem[];
  readonly threads: Threads;
  readonly versions: TraceHeader['versions'];
  /** Result files, relative to the output folder. */
  readonly files: readonly string[];
  /** Absent when the job was given no clock. */
  readonly timings?: Timings;
}
