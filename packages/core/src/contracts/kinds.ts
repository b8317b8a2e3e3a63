import type { Encoder } from './encoder.ts';
import type { Loss } from './loss.ts';
import type { Metric } from './metric.ts';
import type { Pairing } from './pairing.ts';
import type { Sampler } from './sampler.ts';
import type { Source } from './source.ts';
import type { Augmenter, Mixer } from './transform.ts';
import type { VectorIndex } from './vectors.ts';
import type { ViewPlan } from './views.ts';
import type { Batches, Domain } from './domains.ts';

/** The kinds of part, and the contract of each. */
export interface Kinds {
  augmenter: Augmenter<Domain, Domain>;
  encoder: Encoder;
  index: VectorIndex;
  loss: Loss<keyof Batches>;
  metric: Metric;
  mixer: Mixer;
  pairing: Pairing<unknown, keyof Batches>;
  plan: ViewPlan<Domain>;
  sampler: Sampler;
  source: Source<Domain>;
}

/** The name of a kind of part. */
export type Kind = keyof Kinds;
