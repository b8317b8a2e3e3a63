import type { Product, ProductPlace } from '../multiply.ts';

const { fround } = Math;

/** The twin of the kernel `multiplyPanels`: every product and every sum rounded to float32. */
export function multiplyPanelsTwin({ left, right, depth, scale }: Product, to: ProductPlace, add: 0 | 1): void {
  const columns = 8 * right.panels;
  for (let r = 0; r < left.rows; r++) {
    for (let c = 0; c < columns; c++) {
      const from = right.at + (c >> 3) * right.panel + (c & 7);
      let sum = 0;
      for (let k = 0; k < depth; k++) {
        const a = left.data[left.at + r * left.row + k * left.step]!;
        sum = fround(sum + fround(a * right.data[from + k * right.step]!));
      }
      const at = to.at + r * to.row + c;
      const product = fround(sum * scale);
      to.data[at] = add === 0 ? product : fround(to.data[at]! + product);
    }
  }
}
