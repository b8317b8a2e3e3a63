import type { Collection, EncoderFacts, Running } from '@viewforge/core';
import type { OpenRun } from '../open-run.ts';
import type { CheckedRecipe } from '../parse-recipe.ts';
import type { JobIdentity, JobCheckpoint, LastStep } from './checkpoint.ts';
import type { JobOptions } from './options.ts';
import type { ScoreWatch } from './scores.ts';

/** What one session of a job works with. */
export interface Session {
  readonly checked: CheckedRecipe;
  readonly options: JobOptions;
  readonly opened: OpenRun;
  readonly identity: JobIdentity;
  readonly facts: EncoderFacts;
  /** Items of the source. */
  readonly size: number;
  readonly before: JobCheckpoint | undefined;
  /** Undefined where the recipe does not ask for scores. */
  readonly scores: ScoreWatch | undefined;
  /** Milliseconds that all sessions of the job have worked. */
  elapsed(): number;
}

/** A session whose batches are all done. */
export interface FinishedSession extends Session {
  readonly collection: Collection;
  readonly last: LastStep;
  readonly running: Running;
}
