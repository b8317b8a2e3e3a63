import { defineAugmenter } from '@viewforge/core';
import { type Pixels, pixels as pixelsOf } from '@viewforge/tensor';

/**
 * Turns a picture in bytes [c, h, w] clockwise by as many quarters as the view's index says, modulo four; sides change places for odd
 * ones. Draws nothing: the turn is the label of the view.
 */
export const indexTurn = defineAugmenter({
  name: 'index-turn',
  summary: 'Turn a picture by as many quarters as the index of its view.',
  reference: 'https://arxiv.org/abs/1803.07728',
  accepts: 'pixels',
  returns: 'pixels',
  draw: (_shape, _options, _random, { index = 0 }) => ({ turns: index % 4 }),
  reshape: ([c, h, w], { turns }) => (turns % 2 === 0 ? [c!, h!, w!] : [c!, w!, h!]),
  apply: (pixels, { turns }) => (turns === 0 ? pixels : turnClockwise(pixels, turns)),
});

function turnClockwise(input: Pixels, turns: number): Pixels {
  const [c, h, w] = input.shape as [number, number, number];
  const [channel, row, column] = input.stride as [number, number, number];
  const [height, width] = turns === 2 ? [h, w] : [w, h];
  // where output pixel (0, 0) comes from, and how far the input moves for a step down and a step right
  const [start, down, right] = {
    1: [(h - 1) * row, column, -row],
    2: [(h - 1) * row + (w - 1) * column, -row, -column],
    3: [(w - 1) * column, -column, row],
  }[turns as 1 | 2 | 3] as [number, number, number];
  const bytes = new Uint8Array(c * h * w);
  let to = 0;
  for (let y = 0; y < height; y++) {
    let from = input.offset + start + y * down;
    for (let x = 0; x < width; x++, from += right) {
      for (let k = 0; k < c; k++) bytes[to++] = input.data[from + k * channel]!;
    }
  }
  return pixelsOf(bytes, height, width, c);
}
