import { definePlan, integer, type Json } from '@viewforge/core';
import { z } from 'zod';
import { tiles } from './jigsaw-orders.ts';
import { jigsawTile } from './jigsaw-tile.ts';

/**
 * The nine tiles of a picture, three by three, each resized to a square, as views of the role "tile" in one of 35 orders. A network has to
 * tell the order, which `jigsawTarget` reads from the params of any of the nine.
 */
export const jigsaw = definePlan({
  name: 'jigsaw',
  summary: 'Make the tiles of a puzzle, in an order to be told.',
  reference: 'https://arxiv.org/abs/2108.13939',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a tile’s view.' }),
  }),
  groups: ({ size }) => [{ role: 'tile', count: tiles, together: true, augment: jigsawTile({ size }) }],
});

/** Which of the 35 orders a view of `jigsaw` is laid in, from its params. */
export function jigsawTarget(params: Json): number {
  return (params as { readonly order: number }).order;
}
