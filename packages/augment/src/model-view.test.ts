import { createRandom } from '@viewforge/random';
import { pixels } from '@viewforge/tensor';
import { examplePixels, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { modelView } from './model-view.ts';

obeysAugmenterLaws(modelView, examplePixels(2), { resize: [20, 20], crop: [16, 16] });

const paramsOf = (options: Parameters<typeof modelView>[0], h: number, w: number) =>
  modelView(options).draw([3, h, w], createRandom(1), { epoch: 0, fraction: 0 });

test.each([
  // crop_pct 0.875 at 224: the shorter side becomes 256, the longer floor(256 * 640 / 480) = 341
  [480, 640, { resize: [256, 256], crop: [224, 224] }, [256, 341], [16, 58]],
  [640, 480, { resize: [256, 256], crop: [224, 224] }, [341, 256], [58, 16]],
  [100, 100, { resize: [256, 256], crop: [224, 224] }, [256, 256], [16, 16]],
  // 235 x 300 covers 235 x 235; a middle of 5.5 and 38 pixels
  [470, 600, { resize: [235, 235], crop: [224, 224] }, [235, 300], [5, 38]],
  [470, 600, { resize: [235, 235], crop: [224, 224], middle: 'even' }, [235, 300], [6, 38]], // 5.5 to 6, 38 as it is
  [226, 233, { crop: [225, 224], middle: 'even' }, [226, 233], [0, 4]], // 0.5 to 0, 4.5 to 4
  // 200 x 300: by the height 240 x 300, which covers as exactly as the width does
  [200, 250, { resize: [240, 300], crop: [240, 300] }, [240, 300], [0, 0]],
  [200, 500, { resize: [240, 300], crop: [240, 300] }, [240, 600], [0, 150]],
  [480, 640, { fit: 'stretch', resize: [256, 256], crop: [224, 224] }, [256, 256], [16, 16]],
  [480, 640, { resize: [96, 96] }, [96, 128], [0, 0]],
  [480, 641, { crop: [224, 224] }, [480, 641], [128, 208]],
] as const)('a picture of %d x %d pixels with %o becomes %j, cut at %j', (h, w, options, [height, width], [top, left]) => {
  expect(paramsOf(options, h, w)).toMatchObject({ height, width, box: { top, left } });
});

test('the middle of the resized picture is what remains', () => {
  // columns 0, 80, 160, 240 become [0.5, 2.5] * 80 by the box filter; rows 4 to 2, and one pixel of 2 x 2 is cut
  const row = [0, 80, 160, 240].flatMap((value) => [value, value, value]);
  const picture = pixels(Uint8Array.from([...row, ...row, ...row, ...row]), 4, 4, 3);
  const part = modelView({ resize: [2, 2], crop: [2, 1], interpolation: 'box' });
  const view = part.apply(picture, part.draw(picture.shape, createRandom(1), { epoch: 0, fraction: 0 }));
  expect(view.shape).toEqual([3, 2, 1]);
  expect(view.get(1, 1, 0)).toBeCloseTo(40 / 255, 4);
});

test('a nearest pixel is the one in the middle of the new one', () => {
  const picture = pixels(Uint8Array.from([0, 51, 102, 153, 204].flatMap((value) => [value, value, value])), 1, 5, 3);
  const part = modelView({ fit: 'stretch', resize: [1, 3], interpolation: 'nearest' });
  const view = part.apply(picture, part.draw(picture.shape, createRandom(1), { epoch: 0, fraction: 0 }));
  for (const [x, value] of [0, 0.4, 0.8].entries()) expect(view.get(2, 0, x)).toBeCloseTo(value, 6);
});

test('a picture that is smaller than the crop has black around it, the odd pixel behind', () => {
  const picture = pixels(new Uint8Array(2 * 4 * 3).fill(255), 2, 4, 3);
  const part = modelView({ crop: [5, 2] });
  const view = part.apply(picture, part.draw(picture.shape, createRandom(1), { epoch: 0, fraction: 0 }));
  expect(view.shape).toEqual([3, 5, 2]);
  expect([0, 1, 2, 3, 4].map((y) => view.get(0, y, 1))).toEqual([0, 1, 1, 0, 0]);
});
