/**
 * One change of color; every one of them ends with a clamp to [0, 1]. Y is the luma 0.2989 R + 0.587 G + 0.114 B of a pixel.
 *
 * - brightness: factor * v. brightness-by: v + amount.
 * - contrast: factor * v + (1 - factor) * mean, the mean of Y over the image ('luma') or of each channel ('channel').
 * - saturation: factor * v + (1 - factor) * Y. grayscale: Y in every channel.
 * - hue: the angle of HSV turned by `turns` of a full circle; gray pixels stay.
 * - solarize: 1 - v where v >= threshold.
 */
export type ColorStep =
  | { readonly kind: 'brightness'; readonly factor: number }
  | { readonly kind: 'brightness-by'; readonly amount: number }
  | { readonly kind: 'contrast'; readonly factor: number; readonly mean: 'luma' | 'channel' }
  | { readonly kind: 'saturation'; readonly factor: number }
  | { readonly kind: 'hue'; readonly turns: number }
  | { readonly kind: 'grayscale' }
  | { readonly kind: 'solarize'; readonly threshold: number };

/** The loops that all steps come down to, by the numbers that the compiled kernel knows them by. */
export const stepCodes = { scale: 0, contrastLuma: 1, contrastChannel: 2, blendLuma: 3, hue: 4, solarize: 5, normalize: 6 };
/** Numbers a step takes in an encoded run: its code and up to six parameters. */
export const stepSize = 7;

/** Steps as rows of numbers, every parameter rounded to what the arithmetic uses: float32, and float64 for contrast's (1 - factor). `factors` (mean and 1 / deviation of three planes) end the run with a normalization. */
export function encodeSteps(steps: readonly ColorStep[], factors?: Float32Array): Float64Array {
  const rows: (readonly number[])[] = steps.map(encodeStep);
  if (factors !== undefined) rows.push([stepCodes.normalize, ...factors]);
  const encoded = new Float64Array(rows.length * stepSize);
  for (const [i, row] of rows.entries()) encoded.set(row, i * stepSize);
  return encoded;
}

function encodeStep(step: ColorStep): readonly [code: number, first: number, second: number] {
  const { fround } = Math;
  switch (step.kind) {
    case 'brightness':
      return [stepCodes.scale, fround(step.factor), 0];
    case 'brightness-by':
      return [stepCodes.scale, 1, fround(step.amount)];
    case 'contrast':
      return [step.mean === 'luma' ? stepCodes.contrastLuma : stepCodes.contrastChannel, fround(step.factor), 1 - step.factor];
    case 'saturation':
      return [stepCodes.blendLuma, fround(step.factor), fround(1 - step.factor)];
    case 'hue':
      return [stepCodes.hue, fround(6 * (step.turns - Math.round(step.turns))), 0];
    case 'grayscale':
      return [stepCodes.blendLuma, 0, 1];
    case 'solarize':
      return [stepCodes.solarize, fround(step.threshold), 0];
  }
}
