import { definePlugin } from '@viewforge/core';
import { aligned } from './aligned.ts';
import { bothWays } from './both-ways.ts';
import { byLabel } from './by-label.ts';
import { distributions } from './distributions.ts';
import { excludeByScore } from './exclude-by-score.ts';
import { globalLocal } from './global-local.ts';
import { graded } from './graded.ts';
import { inBatch } from './in-batch.ts';
import { nearestNeighbor } from './nearest-neighbor.ts';
import { prototypes } from './prototypes.ts';
import { queue } from './queue.ts';
import { regions } from './regions.ts';
import { relational } from './relational.ts';
import { unilateral } from './unilateral.ts';

export { bothWays, byLabel, excludeByScore, globalLocal, graded, inBatch, nearestNeighbor, queue, relational };
export { type QueueJson, queueFromJson, queueToJson } from './queue-json.ts';
export {
  addToQueue,
  emptyQueue,
  openQueue,
  type QueueAges,
  type QueueChunk,
  type QueueEntries,
  type QueueShape,
  queueAges,
  type RowQueue,
} from './row-queue.ts';
export type { AlignedState } from './aligned.ts';
export { type DistributionState, movedCenter } from './distributions.ts';
export { type PrototypeScores, prototypeScores } from './prototype-scores.ts';
export { type PrototypeState, withPrototypes } from './prototypes.ts';
export { firstDirection } from './first-direction.ts';
export { pairQualities, type QualityOptions, qualityWeighted } from './quality-weighted.ts';
export {
  type ForegroundMap,
  foregroundMap,
  type PairQuality,
  pairQuality,
  qualityWeights,
  weighItems,
  weighQueries,
} from './quality.ts';
export { type RegionGrid, type RegionPlace, regionPlaces } from './regions.ts';
export { followParameters, type MomentumOptions, type Parameters } from '@viewforge/core';
export { restoreState } from './states/restore-state.ts';
export { saveState } from './states/save-state.ts';
export {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  linearSchedule,
  type Schedule,
  stepSchedule,
  warmupSchedule,
} from './states/schedules.ts';
export { type Assigning, type AssignmentOptions, swappedTargets } from './swapped-targets.ts';
export { inlierWeights } from './unilateral.ts';
export { aligned, distributions, prototypes, regions, unilateral };

/** The built-in pairings. */
export const plugin = definePlugin({
  name: 'pairings',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    bothWays,
    byLabel,
    excludeByScore,
    globalLocal,
    graded,
    inBatch,
    nearestNeighbor,
    queue,
    relational,
    aligned,
    distributions,
    prototypes,
    regions,
    unilateral,
  ],
});
