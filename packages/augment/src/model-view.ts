import { choice, defineAugmenter } from '@viewforge/core';
import { crop as cut, pad, resize } from '@viewforge/image';
import { z } from 'zod';

/**
 * The view of a picture that a model was evaluated on, as its preprocessor configuration says: bytes [c, h, w] are resized and cut in the
 * middle, to an image [c, height, width] in [0, 1]. Draws nothing. `evaluationView` of `@viewforge/onnx` reads these options from files.
 *
 * Sides that follow from the aspect ratio are rounded down. A reduction averages over all pixels it covers, as imaging libraries do;
 * 'nearest' takes the pixel floor((i + 0.5) * input / output). A picture that is smaller than the crop gets black around it, as they do too.
 */
export const modelView = defineAugmenter({
  name: 'model-view',
  summary: 'Resize a picture and cut its middle, as a model was evaluated.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({
    fit: choice(['cover', 'stretch'], {
      default: 'cover',
      doc: 'cover keeps the aspect ratio and just covers the size, a square one by the shorter side; stretch makes exactly that size.',
    }),
    resize: sides('What the picture is brought to; left out: it is not resized.'),
    crop: sides('What is cut from the middle; left out: nothing is cut.'),
    middle: choice(['down', 'even'], {
      default: 'down',
      doc: 'Where a cut begins whose place is between two pixels: at the lower one, or at the even one, as torchvision rounds.',
    }),
    interpolation: choice(['bilinear', 'bicubic', 'nearest', 'lanczos', 'box', 'hamming'], {
      default: 'bilinear',
      doc: 'How values between pixels are found.',
    }),
  }),
  draw: (shape, { fit, resize, crop, middle, interpolation }) => {
    const [, h, w] = shape as [number, number, number];
    const [height, width] = resize === undefined ? [h, w] : fit === 'stretch' ? resize : covering([h, w], resize);
    const [rows, columns] = crop ?? [height, width];
    const [top, bottom, above] = centered(height, rows, middle);
    const [left, right, before] = centered(width, columns, middle);
    return {
      height,
      width,
      box: { top: above, left: before, height: rows - top - bottom, width: columns - left - right },
      padding: { left, top, right, bottom },
      interpolation,
    };
  },
  reshape: ([channels], { box, padding: { left, top, right, bottom } }) => [
    channels!,
    top + box.height + bottom,
    left + box.width + right,
  ],
  apply: (pixels, { height, width, box, padding, interpolation }) => {
    const isWhole = box.height === height && box.width === width;
    const found = interpolation === 'nearest' ? 'nearest-exact' : interpolation;
    const resized = resize(pixels, { height, width, interpolation: found, antialias: true });
    const part = isWhole ? resized : cut(resized, box);
    return Object.values(padding).some((count) => count > 0) ? pad(part, { ...padding, mode: 'constant', fill: 0 }) : part;
  },
});

/** An option that may be left out. */
function sides(doc: string) {
  const side = z.int().min(1);
  return z.tuple([side, side]).readonly().optional().describe(`Height and width. ${doc}`).meta({ unit: 'pixels' });
}

type Sides = readonly [height: number, width: number];

/** The size that keeps the aspect ratio and just covers another one. */
function covering([h, w]: Sides, [height, width]: Sides): Sides {
  // as whole numbers, so that a side that fits exactly is not rounded to one less
  return h * width <= w * height ? [height, Math.floor((height * w) / h)] : [Math.floor((width * h) / w), width];
}

/** What is added before and after an axis that is shorter than the cut, and where the cut begins. */
function centered(length: number, wanted: number, middle: 'down' | 'even'): readonly [number, number, number] {
  const missing = Math.max(wanted - length, 0);
  const start = Math.floor(Math.max(length - wanted, 0) / 2);
  const isBetween = length > wanted && (length - wanted) % 2 === 1;
  return [Math.floor(missing / 2), Math.ceil(missing / 2), isBetween && middle === 'even' ? start + (start % 2) : start];
}
