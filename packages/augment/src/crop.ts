import { choice, defineAugmenter, integer, number } from '@viewforge/core';
import { crop as cut, pad, toFloat } from '@viewforge/image';
import { z } from 'zod';

/**
 * Cuts a square at a drawn place, without resizing: bytes [c, h, w] become an image [c, size, size] in [0, 1]. Every place is as
 * likely. The picture is padded before, and a picture that is still smaller than the square as far as it takes, evenly.
 * The usual view of 32 x 32 pixels is a size of 32 and a padding of 4.
 */
export const crop = defineAugmenter({
  name: 'crop',
  summary: 'Cut a square at a drawn place.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of the square.' }),
    padding: integer({ default: 0, min: 0, max: 512, unit: 'pixels', doc: 'How much is added on each side before.' }),
    mode: choice(['constant', 'edge', 'reflect'], {
      default: 'constant',
      doc: 'What is added: one intensity, the edge again and again, or the mirrored picture.',
    }),
    fill: number({ default: 0, min: 0, max: 1, unit: 'intensity', doc: 'What is added when it is constant.' }),
  }),
  draw: ([, h, w], { size, padding, mode, fill }, random) => {
    const [top, bottom] = margins(h!, padding, size);
    const [left, right] = margins(w!, padding, size);
    const y = random.integer(0, top + h! + bottom - size + 1);
    const x = random.integer(0, left + w! + right - size + 1);
    return { top: y, left: x, size, padding: { left, top, right, bottom, mode, fill } };
  },
  reshape: ([c], { size }) => [c!, size, size],
  apply: (pixels, { top, left, size, padding }) => {
    const box = { top, left, height: size, width: size };
    const isPadded = padding.left + padding.top + padding.right + padding.bottom > 0;
    return isPadded ? cut(pad(toFloat(pixels), padding), box) : cut(pixels, box);
  },
});

/** What is added before and after an axis. */
function margins(length: number, padding: number, size: number): [number, number] {
  const missing = Math.max(0, size - length - 2 * padding);
  return [padding + Math.floor(missing / 2), padding + Math.ceil(missing / 2)];
}
