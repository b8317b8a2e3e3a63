/** How a picture is brought to another size, as imaging libraries do it: with a kernel that grows with the reduction. */
export interface PreprocessingResize {
  /**
   * 'cover': the aspect ratio is kept and the shorter side becomes that of `size`, so that the picture just covers it; 'stretch': exactly
   * `size`; 'contain': the aspect ratio is kept and the longer side becomes that of `size`.
   */
  readonly fit: 'cover' | 'stretch' | 'contain';
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  readonly interpolation: (typeof interpolations)[number];
}

/** How images in [0, 1] become what a model was trained on: x * scale - shift, then (. - mean) / deviation for each channel. */
export interface Preprocessing {
  /** File this comes from; undefined: nothing was found and nothing is changed. */
  readonly path: string | undefined;
  /** [height, width] in pixels of what is fed, when stated. */
  readonly size: readonly [number, number] | undefined;
  /** What is done to a picture first; undefined: nothing, or nothing is stated. */
  readonly resize: PreprocessingResize | undefined;
  /** [height, width] in pixels, cut from the middle after that; undefined: nothing is cut. */
  readonly crop: readonly [number, number] | undefined;
  /** A middle between two pixels goes to the lower of them, or to that of an even number. */
  readonly middle: 'down' | 'even';
  readonly scale: number;
  readonly shift: number;
  /** One for each channel, or one for all. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Filters by the numbers that Pillow gives them. */
export const interpolations = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;

/** What is done where nothing is said: images stay as they are. */
export const noPreprocessing: Preprocessing = {
  path: undefined,
  size: undefined,
  resize: undefined,
  crop: undefined,
  middle: 'down',
  scale: 1,
  shift: 0,
  mean: [0],
  deviation: [1],
};
