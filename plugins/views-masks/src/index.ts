import { definePlugin } from '@viewforge/core';
import { doubleMask } from './double-mask.ts';
import { indexTurn } from './index-turn.ts';
import { jigsaw, jigsawTarget } from './jigsaw.ts';
import { jigsawOrders } from './jigsaw-orders.ts';
import { jigsawTile } from './jigsaw-tile.ts';
import { maeViews } from './mae-views.ts';
import { drawPatches, hiddenInBoth, maskPatches, type PatchMask } from './mask-patches.ts';
import { maskedPatchError, type PatchError } from './masked-patch-error.ts';
import { viewMask } from './masked-together.ts';
import { type DrawnMask, maskOf, patchMask } from './patch-mask.ts';
import { patchify, unpatchify } from './patchify.ts';
import { rotation, rotationTargets } from './rotation.ts';
import { restoreTokens, visibleTokens } from './visible-tokens.ts';

export {
  type DrawnMask,
  doubleMask,
  drawPatches,
  hiddenInBoth,
  indexTurn,
  jigsaw,
  jigsawOrders,
  jigsawTarget,
  jigsawTile,
  maeViews,
  maskedPatchError,
  maskOf,
  maskPatches,
  type PatchError,
  type PatchMask,
  patchify,
  patchMask,
  restoreTokens,
  rotation,
  rotationTargets,
  unpatchify,
  viewMask,
  visibleTokens,
};

/** Masked patches, rotations and puzzles, with what is to be told of them. */
export const plugin = definePlugin({
  name: 'views-masks',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [doubleMask, indexTurn, jigsaw, jigsawTile, maeViews, patchMask, rotation],
});
