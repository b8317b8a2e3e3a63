import { type Image, image, type Tensor, tensor, values } from '@viewforge/tensor';

/**
 * An image [c, h, w] as a list of square patches [n, p² c], n = h w / p²: patches row by row, and in each its pixels row by row with
 * the channels of a pixel side by side, as the code of MAE has them. Throws RangeError unless p divides h and w.
 */
export function patchify(input: Image, patch: number): Tensor {
  const [c, h, w] = input.shape as [number, number, number];
  if (!(Number.isInteger(patch) && patch >= 1 && h % patch === 0 && w % patch === 0)) {
    throw new RangeError(`patchify: expected sides of whole patches of ${patch} pixels, got [${input.shape}]`);
  }
  const from = values(input);
  const to = new Float32Array(from.length);
  eachPixel({ c, h, w, patch }, (planar, listed) => {
    to[listed] = from[planar]!;
  });
  return tensor(to, [(h * w) / patch ** 2, patch ** 2 * c]);
}

/**
 * The image [c, h, w] whose `patchify` is `patches`: [n, p² c] of `columns` patches to a row. With the patches of a prediction it is the
 * picture a network thinks it sees. Throws RangeError where n is not whole rows, or p² c does not fit.
 */
export function unpatchify(patches: Tensor, { patch, columns }: { readonly patch: number; readonly columns: number }): Image {
  const [n, length] = patches.shape as [number, number];
  const c = length / patch ** 2;
  if (!Number.isInteger(c) || !Number.isInteger(n / columns)) {
    throw new RangeError(`unpatchify: expected rows of ${columns} patches of side ${patch}, got [${patches.shape}]`);
  }
  const [h, w] = [(n / columns) * patch, columns * patch];
  const from = values(patches);
  const to = new Float32Array(from.length);
  eachPixel({ c, h, w, patch }, (planar, listed) => {
    to[planar] = from[listed]!;
  });
  return image(to, c, h, w);
}

interface Layout {
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly patch: number;
}

/** Calls with the place of every value in the planar image and in the list of patches. */
function eachPixel({ c, h, w, patch }: Layout, visit: (planar: number, listed: number) => void): void {
  let listed = 0;
  for (let top = 0; top < h; top += patch) {
    for (let left = 0; left < w; left += patch) {
      for (let y = top; y < top + patch; y++) {
        for (let x = left; x < left + patch; x++) {
          for (let channel = 0; channel < c; channel++) visit((channel * h + y) * w + x, listed++);
        }
      }
    }
  }
}
