import { definePlugin } from '@viewforge/core';
import { angularTriplets } from './angular-triplets.ts';
import { batchEasyHard } from './batch-easy-hard.ts';
import { batchHard } from './batch-hard.ts';
import { type DistanceWindow, distanceWeights } from './distance-weights.ts';
import { distanceWeighted } from './distance-weighted.ts';
import { excludeByGuide, type Guide } from './exclude-by-guide.ts';
import { rowCosines } from './float-rows.ts';
import { hardNegatives } from './hard-negatives.ts';
import { hardPairs } from './hard-pairs.ts';
import { withHidden } from './keep.ts';
import { limitBelow, type ScoreMargin } from './margins.ts';
import { type MiningReport, miningReport, quantileShares } from './mining-report.ts';
import { multiSimilarityPairs } from './multi-similarity-pairs.ts';
import { pairMargins } from './pair-margins.ts';
import type { Search, SearchCodes, SearchLimits } from './search.ts';
import { openSearchTeam, type SearchTeam } from './search-team.ts';
import { searchTop, searchTopAsync } from './search-top.ts';
import type { TopKeys } from './top-lists.ts';
import { tripletMargins } from './triplet-margins.ts';

export {
  angularTriplets,
  batchEasyHard,
  batchHard,
  type DistanceWindow,
  distanceWeighted,
  distanceWeights,
  excludeByGuide,
  type Guide,
  hardNegatives,
  hardPairs,
  limitBelow,
  type MiningReport,
  miningReport,
  multiSimilarityPairs,
  openSearchTeam,
  pairMargins,
  quantileShares,
  rowCosines,
  type ScoreMargin,
  type Search,
  type SearchCodes,
  type SearchLimits,
  type SearchTeam,
  searchTop,
  searchTopAsync,
  type TopKeys,
  tripletMargins,
  withHidden,
};

/** The built-in miners. */
export const plugin = definePlugin({
  name: 'miners',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    angularTriplets,
    batchEasyHard,
    batchHard,
    distanceWeighted,
    hardNegatives,
    hardPairs,
    multiSimilarityPairs,
    pairMargins,
    tripletMargins,
  ],
});
