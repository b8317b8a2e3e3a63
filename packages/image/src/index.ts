export type { Border, ColorStep, Normalization } from '@viewforge/kernels';
export { normalNoise, uniformNoise } from '@viewforge/kernels';
export { type AffineMap, type AffineMatrix, affineMatrix } from './affine-matrix.ts';
export { autocontrast } from './autocontrast.ts';
export type { Interpolation } from './axis-table.ts';
export { type Gaussian, gaussianBlur, gaussianWeights } from './blur.ts';
export { boxBlurGaussian } from './box-blur.ts';
export { shuffleChannels } from './channels.ts';
export {
  adjustBrightness,
  adjustBrightnessBy,
  adjustColors,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  grayscale,
  solarize,
} from './color.ts';
export { contactSheet, encodeContactSheet, type LabelOptions, type SheetOptions } from './contact-sheet.ts';
export { toBytes, toFloat, toPixels } from './convert.ts';
export { crossCorrelate } from './convolve.ts';
export { crop, flipHorizontal, flipVertical } from './crop.ts';
export { type DecodeOptions, decodeImage, type OpenedImage, openImage, type Shrink, shrunkSize } from './decode.ts';
export { type Elastic, elasticField } from './elastic-field.ts';
export { type Encoding, encodeImage } from './encode.ts';
export { equalize } from './equalize.ts';
export { erase, eraseWithNoise } from './erase.ts';
export type { Fill } from './fill.ts';
export { fourierCrop } from './fourier-crop.ts';
export { type ImageFormat, type ImageHeader, readImageHeader } from './header.ts';
export { ImageError, type ImageErrorCode } from './image-error.ts';
export { degradeJpeg } from './jpeg-degradation.ts';
export { levelCounts, levelOf, lookUp } from './levels.ts';
export { clampImage, mapImage } from './map-image.ts';
export { median3x3 } from './median.ts';
export { addImpulses, addMeasurementNoise, addNoise, type Noise } from './noise.ts';
export { denormalizeChannels, normalizeChannels } from './normalize.ts';
export { type Padding, pad } from './pad.ts';
export { paste } from './paste.ts';
export type { Points } from './perspective-coefficients.ts';
export { posterize } from './posterize.ts';
export { type Resize, resize, resizedCrop } from './resize.ts';
export type { Box } from './rgb-rows.ts';
export { type ImageStep, runSteps } from './run-steps.ts';
export { type Rotation, rotate } from './rotate.ts';
export { decoderVersions } from './sharp.ts';
export { adjustSharpness } from './sharpness.ts';
export { invert, solarizeAdd } from './tone.ts';
export { turnQuarter } from './turn-quarter.ts';
export { type AffineWarp, warpAffine } from './warp-affine.ts';
export { type FieldWarp, warpField } from './warp-field.ts';
export { type PerspectiveWarp, warpPerspective } from './warp-perspective.ts';
