import { defineAugmenter, number } from '@viewforge/core';
import { warpPerspective } from '@viewforge/image';
import type { Random } from '@viewforge/random';
import { z } from 'zod';
import { warpOptions } from './warp-options.ts';

type Point = [x: number, y: number];

/** Tries for corners that do not fold the picture, before it stays as it is. */
const attempts = 10;

/**
 * Shows an image [c, h, w] from another point of view: every corner pixel moves inward by a drawn number of whole pixels, as in
 * torchvision. Corners that would fold the picture, which happens from a distortion of 2/3 on, are drawn again; an image of
 * a single row or column stays as it is.
 */
export const perspective = defineAugmenter({
  name: 'perspective',
  summary: 'Show an image from another point of view.',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    distortion: number({
      default: 0.5,
      min: 0,
      max: 1,
      unit: 'share of half the width and height',
      doc: 'Corners move inward by up to this much.',
    }),
    ...warpOptions(),
  }),
  draw: ([, h, w], { distortion, ...warp }, random) => ({ corners: drawCorners(h!, w!, distortion, random), ...warp }),
  apply: (image, { corners, ...warp }) => {
    const [, h, w] = image.shape as [number, number, number];
    return warpPerspective(image, { startPoints: cornersOf(h, w), endPoints: corners, ...warp });
  },
});

/** Top left, top right, bottom right, bottom left. */
function cornersOf(h: number, w: number): Point[] {
  return [
    [0, 0],
    [w - 1, 0],
    [w - 1, h - 1],
    [0, h - 1],
  ];
}

/** Per attempt: across, then down, for each corner in order. */
function drawCorners(h: number, w: number, distortion: number, random: Random): Point[] {
  const [across, down] = [w, h].map((side) => Math.trunc(distortion * Math.floor(side / 2))) as [number, number];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const drawn = cornersOf(h, w).map(([x, y]): Point => {
      const [right, below] = [random.integer(0, across + 1), random.integer(0, down + 1)];
      return [x === 0 ? right : x - right, y === 0 ? below : y - below];
    });
    if (isConvex(drawn)) return drawn;
  }
  return cornersOf(h, w);
}

/** Whether each corner turns to the same side, and none is straight. */
function isConvex(corners: readonly Point[]): boolean {
  return corners.every(([x, y], i) => {
    const [[nextX, nextY], [lastX, lastY]] = [corners[(i + 1) % 4]!, corners[(i + 2) % 4]!];
    return (nextX - x) * (lastY - nextY) - (nextY - y) * (lastX - nextX) > 0;
  });
}
