export type { Border, ColorStep } from '@viewforge/kernels';
export type { Interpolation } from './axis-table.ts';
export { type Gaussian, gaussianBlur, gaussianWeights } from './blur.ts';
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
export { crop, flipHorizontal, flipVertical } from './crop.ts';
export { type DecodeOptions, decodeImage } from './decode.ts';
export { type Encoding, encodeImage } from './encode.ts';
export { type ImageFormat, type ImageHeader, readImageHeader } from './header.ts';
export { ImageError, type ImageErrorCode } from './image-error.ts';
export { clampImage, mapImage } from './map-image.ts';
export { denormalizeChannels, normalizeChannels } from './normalize.ts';
export { type Resize, resize, resizedCrop } from './resize.ts';
export type { Box } from './rgb-rows.ts';
export { decoderVersions } from './sharp.ts';
