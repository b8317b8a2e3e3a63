/**
 * One step of an augmentation policy, with the numbers it is applied with. Levels of intensity are bytes: an intensity x counts
 * as the level floor(255 x + 0.5), and results are levels / 255.
 */
export type Operation =
  /** The image as it is; each channel's levels spread evenly. */
  | { readonly op: 'identity' | 'equalize' }
  /** Each channel stretched to 0 … 255; the negative. */
  | { readonly op: 'autocontrast' | 'invert' }
  /** Keeps the highest bits, 0 … 8. */
  | { readonly op: 'posterize'; readonly bits: number }
  /** Inverts levels from the threshold on; at 256 none. */
  | { readonly op: 'solarize'; readonly threshold: number }
  /** Adds an amount to levels below 128. */
  | { readonly op: 'solarize-add'; readonly amount: number }
  /** Toward (below 1) or away from (above 1) black, or the mean luma. */
  | { readonly op: 'brightness' | 'contrast'; readonly factor: number }
  /** Toward or away from gray, or the smoothed image. */
  | { readonly op: 'color' | 'sharpness'; readonly factor: number }
  /** Counter-clockwise around the middle. */
  | { readonly op: 'rotate'; readonly degrees: number }
  /** Pixel (x, y) is taken from (x + slope y, y), or (x, y + slope x), counted from the top left corner. */
  | { readonly op: 'shear-x' | 'shear-y'; readonly slope: number }
  /** To the right, or down. */
  | { readonly op: 'translate-x' | 'translate-y'; readonly pixels: number }
  /** A box that is filled. */
  | { readonly op: 'cutout'; readonly top: number; readonly left: number; readonly height: number; readonly width: number };

/** The name of an operation. */
export type OperationName = Operation['op'];

/** The 14 operations of RandAugment and TrivialAugment. */
export const paperOperations: readonly OperationName[] = [
  'identity',
  'autocontrast',
  'equalize',
  'rotate',
  'solarize',
  'color',
  'posterize',
  'contrast',
  'brightness',
  'sharpness',
  'shear-x',
  'shear-y',
  'translate-x',
  'translate-y',
];

/** The 15 operations of the later, increasing form of RandAugment: `invert` and `solarize-add` instead of `identity`. */
export const extendedOperations: readonly OperationName[] = [...paperOperations.slice(1), 'invert', 'solarize-add'];
