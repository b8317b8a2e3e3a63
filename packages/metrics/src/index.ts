import { definePlugin } from '@viewforge/core';
import { alignment } from './alignment.ts';
import { augmentationComplexity } from './augmentations/augmentation-complexity.ts';
import { confusionRatio } from './augmentations/confusion-ratio.ts';
import { activeUnits } from './collapses/active-units.ts';
import { assignmentEntropy } from './collapses/assignment-entropy.ts';
import { collapse } from './collapses/collapse.ts';
import { effectiveRank } from './effective-rank.ts';
import { knn } from './neighbors/knn.ts';
import { ranking } from './neighbors/ranking.ts';
import { ridgeProbe } from './probes/ridge-probe.ts';
import { centeredKernelAlignment } from './representations/centered-kernel-alignment.ts';
import { retrieval } from './retrieval.ts';
import { frechetDistance } from './samples/frechet-distance.ts';
import { meanDiscrepancy } from './samples/mean-discrepancy.ts';
import { nearestNeighborTest } from './samples/nearest-neighbor-test.ts';
import { precisionRecall } from './samples/precision-recall.ts';
import { falseNegatives } from './scores/false-negatives.ts';
import { hardness } from './scores/hardness.ts';
import { scoreMonitor } from './scores/score-monitor.ts';
import { tolerance } from './similarities/tolerance.ts';
import { vendi } from './similarities/vendi.ts';
import { uniformity } from './uniformity.ts';
import { viewStrength } from './views/view-strength.ts';

export { type AlignmentSums, alignment, alignmentOf, createAlignment, type TwoViews } from './alignment.ts';
export { augmentationComplexity, augmentationComplexityOf } from './augmentations/augmentation-complexity.ts';
export { type AugmentationGraph, augmentationGraph, maskingComplexity, overlapOf } from './augmentations/augmentation-graph.ts';
export { confusionRatio, confusionRatioOf } from './augmentations/confusion-ratio.ts';
export { type ConfusionChange, overlapGain, overlapGainOverStrengths } from './augmentations/overlap-gain.ts';
export { activeUnits, createActiveUnits, type UnitSums } from './collapses/active-units.ts';
export { type AssignmentSums, assignmentEntropy, createAssignmentEntropy } from './collapses/assignment-entropy.ts';
export { type AlarmRule, type CollapseEvidence, hasCollapsed } from './collapses/collapse-alarm.ts';
export { type CollapseSums, collapse, createCollapse } from './collapses/collapse.ts';
export { effectiveRank } from './effective-rank.ts';
export { type Smoothness, smoothnessOf, type SmoothnessOptions } from './landscapes/smoothness.ts';
export { type LearnedWeights, type Learning, learnMemoryWeights, rowsWorthKeeping } from './memories/memory-weights.ts';
export {
  createRowImportance,
  type ImportanceSums,
  type MemoryOptions,
  type RankedMemory,
  rankedRows,
  type RowImportance,
  rowImportanceOf,
} from './memories/row-importance.ts';
export { type KnnOptions, knnAccuracy, knnLeaveOneOut, knnPredictions } from './neighbors/knn-accuracy.ts';
export { knn } from './neighbors/knn.ts';
export { eachNearest, type Nearest, type Nearness, type Search } from './neighbors/nearest.ts';
export { neighborhoodPreservation } from './neighbors/neighborhood-preservation.ts';
export { ranking } from './neighbors/ranking.ts';
export { averagePrecision, ndcgAt, precisionAt, recallAt, reciprocalRank, type Relevance } from './neighbors/ranks.ts';
export { utilizationOf } from './neighbors/utilization.ts';
export { calibrationErrorOf, type CalibrationSums, createCalibration, type SurePredictions } from './predictions/calibration.ts';
export {
  type CellCounts,
  createRobustness,
  type Robustness,
  type RobustnessRow,
  type ViewPredictions,
} from './predictions/robustness.ts';
export { ridgeProbe } from './probes/ridge-probe.ts';
export {
  createRidge,
  oneHot,
  type RidgeOptions,
  type RidgeSums,
  type RowsAndTargets,
  ridgeAccuracy,
  ridgeLeaveOneOut,
  ridgeWeights,
} from './probes/ridge-regression.ts';
export { centeredKernelAlignment } from './representations/centered-kernel-alignment.ts';
export { classSeparationOf } from './representations/class-separation.ts';
export {
  centeredKernelAlignmentOf,
  type Comparison,
  createComparison,
  procrustesDistanceOf,
  type TwoRepresentations,
} from './representations/comparison.ts';
export { type OutputRow, outputTable, weightProfileOf } from './representations/output-table.ts';
export { retrieval, retrievalOf, type Retrieved } from './retrieval.ts';
export type { LabeledRows } from './rows.ts';
export {
  frechetDistance,
  frechetDistanceBetween,
  frechetDistanceOf,
  type Gaussian,
  gaussianDistance,
} from './samples/frechet-distance.ts';
export { type GenerationRow, generationTable } from './samples/generation-table.ts';
export { meanDiscrepancy, meanDiscrepancyOf } from './samples/mean-discrepancy.ts';
export { nearestNeighborTest, nearestNeighborTestOf } from './samples/nearest-neighbor-test.ts';
export { pairedCosineOf } from './samples/paired-cosine.ts';
export { precisionRecall, precisionRecallOf } from './samples/precision-recall.ts';
export { falseNegatives } from './scores/false-negatives.ts';
export {
  createHardness,
  type Hardness,
  hardnessOf,
  type HardnessOptions,
  type HardnessSums,
  type LabeledContrast,
} from './scores/hardness-statistics.ts';
export { hardness } from './scores/hardness.ts';
export { scoreMonitor } from './scores/score-monitor.ts';
export { inlierScoresOf } from './neighbors/inlier-scores.ts';
export type { ScoreSimilarity } from './scores/contrast-scores.ts';
export {
  createScoreStatistics,
  type MarginSpread,
  type ScoreOptions,
  type ScoreSpread,
  type ScoreStatistics,
  scoreStatisticsOf,
  type ScoreSums,
} from './scores/score-statistics.ts';
export { createMovingAverage, type DecayingSum } from './signals/moving-average.ts';
export { keyDriftOf, queueAgesOf } from './signals/queue-ages.ts';
export {
  createTrainingStability,
  type StabilitySums,
  type TrainingStability,
  type TrainingStep,
} from './signals/training-stability.ts';
export { type ClassSums, createTolerance, tolerance, toleranceOf } from './similarities/tolerance.ts';
export { vendiOfItems, vendiOfRows, vendiOfSimilarities, type VendiOptions } from './similarities/vendi-score.ts';
export { vendi } from './similarities/vendi.ts';
export { type Spectrum, spectrumOf, type SpectrumOptions } from './spectrum.ts';
export type { Accumulator } from './streams/accumulator.ts';
export { createHistogram, type Histogram } from './streams/histogram.ts';
export { createMoments, type Moments, momentsOf, type MomentSums } from './streams/moments.ts';
export { quantilesOf } from './streams/quantiles.ts';
export { createScatter, type Scatter, scatterOf } from './streams/scatter.ts';
export { createSeries, type SeriesEntry, type SeriesPoint, type SeriesSums } from './streams/series.ts';
export { classDivergenceOf, gradientErrorOf, subsetCoverageOf } from './subsets/subset-coverage.ts';
export { uniformity, uniformityOf } from './uniformity.ts';
export { type Deformation, deformationOf } from './views/deformation.ts';
export { labelRiskOf } from './views/label-risk.ts';
export { radialSpectrumOf, spectrumRatioOf } from './views/radial-spectrum.ts';
export { structuralSimilarityOf } from './views/structural-similarity.ts';
export {
  createViewFidelity,
  decibelsOf,
  type FidelitySums,
  meanSquaredChangeOf,
  type SampleAndView,
  type ViewFidelity,
  viewFidelityOf,
} from './views/view-fidelity.ts';
export { viewStrength } from './views/view-strength.ts';

/** The built-in metrics. */
export const plugin = definePlugin({
  name: 'metrics',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    activeUnits,
    alignment,
    assignmentEntropy,
    augmentationComplexity,
    centeredKernelAlignment,
    collapse,
    confusionRatio,
    effectiveRank,
    falseNegatives,
    frechetDistance,
    hardness,
    knn,
    meanDiscrepancy,
    nearestNeighborTest,
    precisionRecall,
    ranking,
    retrieval,
    ridgeProbe,
    scoreMonitor,
    tolerance,
    uniformity,
    vendi,
    viewStrength,
  ],
});
