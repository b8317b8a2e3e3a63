import { activeEngine, addressOf } from './memory.ts';
import { multiplyPanelsTwin } from './reference/multiply.ts';

/** The left factor of a product: row r, term k stands at `at + r * row + k * step`. */
export interface LeftFactor {
  readonly data: Float32Array;
  readonly at: number;
  readonly row: number;
  readonly step: number;
  readonly rows: number;
}

/** The right factor, its columns in panels of 8: term k, column c stands at `at + floor(c / 8) * panel + k * step + c % 8`. */
export interface RightFactor {
  readonly data: Float32Array;
  readonly at: number;
  readonly panel: number;
  readonly step: number;
  readonly panels: number;
}

/** Where products go: row r, column c at `at + r * row + c`. */
export interface ProductPlace {
  readonly data: Float32Array;
  readonly at: number;
  readonly row: number;
}

/** A product of two factors over `depth` terms, times `scale`. */
export interface Product {
  readonly left: LeftFactor;
  readonly right: RightFactor;
  readonly depth: number;
  readonly scale: number;
}

/** In place: `to` holds the product; each sum in float32, its terms in ascending order. Columns are written in whole panels. */
export function setProducts(product: Product, to: ProductPlace): void {
  multiply(product, to, 0);
}

/** In place: the product is added to what stands in `to`. */
export function addProducts(product: Product, to: ProductPlace): void {
  multiply(product, to, 1);
}

/** Rows [n, d] as a packed right factor of `dot` products: panel p holds rows 8 p to 8 p + 7 term by term; zeros beyond row n. Fills `to`, of ceil(n / 8) * 8 * d. */
export function packPanels(rows: Float32Array, n: number, d: number, to: Float32Array): void {
  const panels = Math.ceil(n / 8);
  for (let p = 0; p < panels; p++) {
    for (let lane = 0; lane < 8; lane++) {
      const row = 8 * p + lane;
      for (let k = 0, at = p * 8 * d + lane; k < d; k++, at += 8) to[at] = row < n ? rows[row * d + k]! : 0;
    }
  }
}

function multiply({ left, right, depth, scale }: Product, to: ProductPlace, add: 0 | 1): void {
  const factor = Math.fround(scale);
  const [a, b, c] = [left.data, right.data, to.data].map(addressOf);
  const engine = activeEngine();
  if (engine === undefined || a === undefined || b === undefined || c === undefined) {
    multiplyPanelsTwin({ left, right, depth, scale: factor }, to, add);
    return;
  }
  engine.exports.multiplyPanels(
    a + left.at * 4,
    left.row * 4,
    left.step * 4,
    left.rows,
    b + right.at * 4,
    right.panel * 4,
    right.step * 4,
    right.panels,
    depth,
    factor,
    c + to.at * 4,
    to.row * 4,
    add,
  );
}
