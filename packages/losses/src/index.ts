import { definePlugin } from '@viewforge/core';
import { alignmentUniformity } from './aligned/alignment-uniformity.ts';
import { barlowTwins } from './aligned/barlow-twins.ts';
import { koleo } from './aligned/koleo.ts';
import { mmcr } from './aligned/mmcr.ts';
import { negativeCosine } from './aligned/negative-cosine.ts';
import { regression } from './aligned/regression.ts';
import { tico } from './aligned/tico.ts';
import { vicreg } from './aligned/vicreg.ts';
import { wMse } from './aligned/w-mse.ts';
import { consistency } from './distributions/consistency.ts';
import { dino } from './distributions/dino.ts';
import { jensenShannon } from './distributions/jensen-shannon.ts';
import { msn } from './distributions/msn.ts';
import { angular } from './metric-learning/angular.ts';
import { circle } from './metric-learning/circle.ts';
import { contrastivePairs } from './metric-learning/contrastive-pairs.ts';
import { fastAp } from './metric-learning/fast-ap.ts';
import { intraPairVariance } from './metric-learning/intra-pair-variance.ts';
import { lifted } from './metric-learning/lifted.ts';
import { margin } from './metric-learning/margin.ts';
import { multiSimilarity } from './metric-learning/multi-similarity.ts';
import { nca } from './metric-learning/nca.ts';
import { triplet } from './metric-learning/triplet.ts';
import { tupletMargin } from './metric-learning/tuplet-margin.ts';
import { softContrastive } from './neighborhoods/soft-contrastive.ts';
import { doubleMask } from './reconstruction/double-mask.ts';
import { maskedReconstruction } from './reconstruction/masked-reconstruction.ts';
import { debiased } from './debiased.ts';
import { decoupled } from './decoupled.ts';
import { hardWeighted } from './hard-weighted.ts';
import { infoNce } from './info-nce.ts';
import { listWiseCdf } from './list-wise-cdf.ts';
import { listWiseWasserstein } from './list-wise-wasserstein.ts';
import { modelAware } from './model-aware.ts';
import { ntXent } from './nt-xent.ts';
import { spectralContrastive } from './spectral-contrastive.ts';
import { supCon } from './sup-con.ts';
import { twoSidedInfoNce } from './two-sided-info-nce.ts';
import { weightedDecoupled } from './weighted-decoupled.ts';

export { checkBatch } from './check-batch.ts';
export { combineReports, combineShards } from './combine-shards.ts';
export type { Comparison, Measure } from './comparison.ts';
export { type ContrastForm, type ContrastLossRecipe, defineContrastLoss } from './define-contrast-loss.ts';
export { annealedWeights, type AnnealingSchedule, annealingThreshold } from './distributions/signal-annealing.ts';
export { withKernels } from './float-passes.ts';
export type { Positives } from './positives.ts';
export { entropyRule, type Together } from './row-entropy.ts';
export type { RowReport, RowRule, SeenNegatives, SeenPositives, SeenRow } from './row-rule.ts';
export type { Rows, Similarity } from './rows.ts';
export { shardContrast } from './shard-contrast.ts';
export { differentiateStages, type LossStage, type StageReport } from './stage-losses.ts';
export {
  alignmentUniformity,
  barlowTwins,
  doubleMask,
  koleo,
  maskedReconstruction,
  mmcr,
  negativeCosine,
  regression,
  softContrastive,
  tico,
  vicreg,
  wMse,
};
export {
  debiased,
  decoupled,
  hardWeighted,
  infoNce,
  listWiseCdf,
  listWiseWasserstein,
  modelAware,
  ntXent,
  spectralContrastive,
  supCon,
  twoSidedInfoNce,
  weightedDecoupled,
};
export {
  angular,
  circle,
  contrastivePairs,
  fastAp,
  intraPairVariance,
  lifted,
  margin,
  multiSimilarity,
  nca,
  triplet,
  tupletMargin,
};
export { consistency, dino, jensenShannon, msn };

/** The built-in losses. */
export const plugin = definePlugin({
  name: 'losses',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    consistency,
    dino,
    jensenShannon,
    msn,
    angular,
    circle,
    contrastivePairs,
    fastAp,
    intraPairVariance,
    lifted,
    margin,
    multiSimilarity,
    nca,
    triplet,
    tupletMargin,
    alignmentUniformity,
    barlowTwins,
    doubleMask,
    koleo,
    maskedReconstruction,
    mmcr,
    negativeCosine,
    regression,
    softContrastive,
    tico,
    vicreg,
    wMse,
    debiased,
    decoupled,
    hardWeighted,
    infoNce,
    listWiseCdf,
    listWiseWasserstein,
    modelAware,
    ntXent,
    spectralContrastive,
    supCon,
    twoSidedInfoNce,
    weightedDecoupled,
  ],
});
