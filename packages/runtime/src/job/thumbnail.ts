import { resize } from '@viewforge/image';
import { type Image, image, type Pixels, values } from '@viewforge/tensor';

/** A picture that keeps its proportions, in the middle of a white square [3, side, side]. */
export function thumbnail(picture: Pixels, side: number): Image {
  const [, h, w] = picture.shape as [number, number, number];
  const scale = side / Math.max(h, w);
  const [height, width] = [h, w].map((length) => Math.max(1, Math.round(length * scale))) as [number, number];
  const fitted = values(resize(picture, { height, width, interpolation: 'bilinear', antialias: true }));
  const square = new Float32Array(3 * side * side).fill(1);
  const [top, left] = [Math.floor((side - height) / 2), Math.floor((side - width) / 2)];
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      const row = (c * height + y) * width;
      square.set(fitted.subarray(row, row + width), (c * side + top + y) * side + left);
    }
  }
  return image(square, 3, side, side);
}
