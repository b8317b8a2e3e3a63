import { defineAugmenter, integer } from '@viewforge/core';
import { resizedCrop } from '@viewforge/image';
import { z } from 'zod';
import { jigsawOrders, orderCount, tiles } from './jigsaw-orders.ts';

/**
 * Cuts one of nine tiles of a picture and resizes it to a square: bytes [c, h, w] become an image [c, size, size] in [0, 1]. Which of 35
 * orders the tiles are laid in is drawn, and the index of the view says which place of the order this is, so the nine views have to be
 * made together. Where thirds are not whole pixels, a pixel that two tiles would share belongs to neither; every tile has at least one.
 */
export const jigsawTile = defineAugmenter({
  name: 'jigsaw-tile',
  summary: 'Cut the tile of a puzzle that the index of the view asks for.',
  reference: 'https://arxiv.org/abs/2108.13939',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of the square a tile is resized to.' }),
  }),
  draw: ([, h, w], { size }, random, { index = 0 }) => {
    const order = random.integer(0, orderCount);
    const tile = jigsawOrders()[order]![index % tiles]!;
    const [top, height] = third(h!, Math.floor(tile / 3));
    const [left, width] = third(w!, tile % 3);
    return { order, tile, top, left, height, width, size };
  },
  reshape: ([channels], { size }) => [channels!, size, size],
  apply: (pixels, { top, left, height, width, size }) =>
    resizedCrop(pixels, { top, left, height, width }, { height: size, width: size, interpolation: 'bilinear', antialias: true }),
});

/** First pixel and number of pixels of one third of a side: from its beginning rounded up to its end rounded down. */
function third(side: number, which: number): [number, number] {
  const first = Math.min(side - 1, Math.ceil((side * which) / 3));
  return [first, Math.max(1, Math.floor((side * (which + 1)) / 3) - first)];
}
