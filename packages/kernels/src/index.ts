export { addBelow, weightedSum } from './arithmetic.ts';
export {
  type BestLists,
  type Codes,
  hideByCode,
  openBestLists,
  rankOfScore,
  type ScoreTile,
  scoreOfRank,
  sortBest,
  takeBest,
} from './best.ts';
export { blurPlanes, type Border } from './blur.ts';
export { bytesToPlanes } from './bytes-to-planes.ts';
export { colorRun } from './color.ts';
export type { ColorStep } from './color-step.ts';
export { convolvePlanes } from './convolve.ts';
export { flipPlanes, turnPlanesOver } from './flip.ts';
export { jpegPlanes } from './jpeg.ts';
export { countLevels, lookUpLevels } from './levels.ts';
export { wasmSimd } from './load.ts';
export { medianPlanes } from './median.ts';
export { allocate, withArena, withTwins } from './memory.ts';
export { mixPairs, type RowPairs } from './mix-pairs.ts';
export { mixRows, mixUnitRows, type RowMix } from './mix-rows.ts';
export {
  addProducts,
  type LeftFactor,
  packPanels,
  type Product,
  type ProductPlace,
  type RightFactor,
  setProducts,
} from './multiply.ts';
export { normalNoise, uniformNoise } from './noise.ts';
export { type Normalization, normalizePlanes } from './normalize.ts';
export { type FloatRows, packScaled, squareSums } from './panels.ts';
export type { ByteRows, Planes } from './planes.ts';
export { reflectIndex } from './reflect-index.ts';
export { type AxisTable, type ResampleTables, resamplePlanes } from './resample.ts';
export { resampleBytes } from './resample-bytes.ts';
export { exponentRow, type RowExponents, type RowSurvey, scaleRow, surveyRow } from './softmax.ts';
export { stretchPlanes } from './stretch.ts';
export { type Warp, warpPlanes } from './warp.ts';
