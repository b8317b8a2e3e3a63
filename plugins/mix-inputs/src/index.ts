import { definePlugin } from '@viewforge/core';
import { adpMix, balancedWeight } from './adp-mix.ts';
import { cutMix, mixRegion, type RegionDraw } from './cut-mix.ts';
import { type DecoupledDraw, decoupledMixup, mixDecoupled } from './decoupled-mixup.ts';
import { enMix } from './en-mix.ts';
import { fmix, type FmixDraw, type MaskDraw, maskOf } from './fmix.ts';
import { iMix } from './i-mix.ts';
import { inputMix, type SumDraw } from './input-mix.ts';
import { manifoldMixup, type StagedDraw } from './manifold-mixup.ts';
import { drawMetricSources, type MetricPairs, metrixInput, mixedPairLabels } from './metrix-input.ts';
import { type Compositions, drawMinorityPartner, minorityMix, minorityWeights } from './minority-mix.ts';
import { mixco } from './mixco.ts';
import { mixPairs, mixup, type PairDraw } from './mixup.ts';
import { type PatchDraw, patchMix } from './patch-mix.ts';
import { mixPuzzle, type PuzzleDraw, puzzleMix } from './puzzle-mix.ts';
import { mixResized, type ResizedDraw, resizeMix } from './resize-mix.ts';
import { unMix } from './un-mix.ts';
import { weakMixup } from './weak-mixup.ts';

export { assignLeast } from './assign-blocks.ts';
export { cutRegion, drawCenter, pasteRegion, type Region, regionAround, shareOutside } from './boxes.ts';
export { type ChosenMixer, oneMixOf, sometimesMix } from './compose-mixers.ts';
export { drawPartners, type PartnerKind, partnerKinds } from './draw-partners.ts';
export { drawWeights, type WeightLaw } from './draw-weights.ts';
export { type Binarizing, binarizeMask } from './fmix-mask.ts';
export { drawPaste, type Instance, instanceOf, type PasteDraw, pasteInstance, type Scene } from './instance-paste.ts';
export {
  type FourierNoise,
  type FrequencyGrid,
  frequencyGrid,
  type LowFrequencies,
  lowFrequencyImage,
  type Spectrum,
} from './low-frequency-image.ts';
export { mixMasked } from './mix-masked.ts';
export { countPatches, mixPatches, type PatchSize, patchShares, type Unmixed, unmixPatches } from './mix-patches.ts';
export { mixRows, mixSources, mixValidRows, pullMixedRows } from './mix-rows.ts';
export { drawPatchPlan, homologousTargets, type PatchPlan, rotatePatchPlan } from './patch-plan.ts';
export { type BlockBorders, type Puzzle, puzzleMask, type PuzzleWeighing } from './puzzle-mask.ts';
export {
  adpMix,
  balancedWeight,
  type Compositions,
  cutMix,
  type DecoupledDraw,
  decoupledMixup,
  drawMetricSources,
  drawMinorityPartner,
  enMix,
  type FmixDraw,
  fmix,
  iMix,
  inputMix,
  type MaskDraw,
  type MetricPairs,
  manifoldMixup,
  maskOf,
  metrixInput,
  minorityMix,
  minorityWeights,
  mixco,
  mixDecoupled,
  mixedPairLabels,
  mixPairs,
  mixPuzzle,
  mixRegion,
  mixResized,
  mixup,
  type PairDraw,
  type PatchDraw,
  type PuzzleDraw,
  patchMix,
  puzzleMix,
  type RegionDraw,
  type ResizedDraw,
  resizeMix,
  type StagedDraw,
  type SumDraw,
  unMix,
  weakMixup,
};

/** Mixers of inputs: mixup, CutMix and their relatives. */
export const plugin = definePlugin({
  name: 'mix-inputs',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    adpMix,
    cutMix,
    decoupledMixup,
    enMix,
    fmix,
    iMix,
    inputMix,
    manifoldMixup,
    metrixInput,
    minorityMix,
    mixco,
    mixup,
    patchMix,
    puzzleMix,
    resizeMix,
    unMix,
    weakMixup,
  ],
});
