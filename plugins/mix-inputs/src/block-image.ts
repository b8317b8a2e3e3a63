import type { BlockBorders } from './puzzle-mask.ts';

/** Planes [c, h, w] that begin at `offset` of `data`. */
export interface PlaneView {
  readonly data: Float32Array | Float64Array;
  readonly offset: number;
  readonly c: number;
  readonly h: number;
  readonly w: number;
}

/** Where n blocks of a side of `size` pixels begin and end, [n + 1]; their sizes differ by at most one pixel. */
export function blockEdges(size: number, n: number): number[] {
  return Array.from({ length: n + 1 }, (_, i) => Math.floor((i * size) / n));
}

/** The largest power of two that is at most `wanted` and no more than the pixels of each side; with equal blocks where `even` says so. */
export function blockCount(wanted: number, { h, w }: Pick<PlaneView, 'h' | 'w'>, even: boolean): number {
  let n = wanted;
  while (n > 1 && (n > Math.min(h, w) || (even && (h % n !== 0 || w % n !== 0)))) n /= 2;
  return n;
}

/** How much each pixel differs from its neighbors, [h, w]: the length of the gradient (central differences), averaged over the channels. */
export function gradientLengths({ data, offset, c, h, w }: PlaneView): Float64Array {
  const lengths = new Float64Array(h * w);
  for (let channel = 0; channel < c; channel++) {
    const plane = offset + channel * h * w;
    for (let y = 0; y < h; y++) {
      const [above, below] = [plane + Math.max(0, y - 1) * w, plane + Math.min(h - 1, y + 1) * w];
      for (let x = 0; x < w; x++) {
        const line = plane + y * w;
        const across = data[line + Math.min(w - 1, x + 1)]! - data[line + Math.max(0, x - 1)]!;
        const down = data[below + x]! - data[above + x]!;
        lengths[y * w + x] = lengths[y * w + x]! + Math.sqrt(across * across + down * down) / c;
      }
    }
  }
  return lengths;
}

/** Means of a map [h, w] over n by n blocks, divided by their sum; all alike where that is no number above 0. */
export function poolBlocks(map: Float32Array | Float64Array, { h, w }: Pick<PlaneView, 'h' | 'w'>, n: number): Float64Array {
  const [rows, columns] = [blockEdges(h, n), blockEdges(w, n)];
  const means = Float64Array.from({ length: n * n }, (_, block) => {
    const [y, x] = [Math.floor(block / n), block % n];
    let sum = 0;
    for (let i = rows[y]!; i < rows[y + 1]!; i++) for (let j = columns[x]!; j < columns[x + 1]!; j++) sum += map[i * w + j]!;
    return sum / ((rows[y + 1]! - rows[y]!) * (columns[x + 1]! - columns[x]!));
  });
  const total = means.reduce((sum, mean) => sum + mean, 0);
  return means.map((mean) => (total > 0 ? mean / total : 1 / (n * n)));
}

/** How two images differ across the borders of n by n blocks, in every combination of which image is on which side. */
export function blockBorders(first: PlaneView, second: PlaneView, n: number): BlockBorders {
  const sides = [first, second];
  const combinations = sides.flatMap((earlier) => sides.map((later) => [earlier, later] as const));
  const [rows, columns] = [blockEdges(first.h, n), blockEdges(first.w, n)];
  const across = combinations.map(([earlier, later]) =>
    Float64Array.from({ length: n * (n - 1) }, (_, at) => {
      const [y, x] = [Math.floor(at / (n - 1)), at % (n - 1)];
      const edge = columns[x + 1]!;
      return lineDifference(
        earlier,
        later,
        range(rows[y]!, rows[y + 1]!).map((line) => [line * first.w + edge - 1, line * first.w + edge]),
      );
    }),
  );
  const down = combinations.map(([earlier, later]) =>
    Float64Array.from({ length: n * (n - 1) }, (_, at) => {
      const [y, x] = [Math.floor(at / n), at % n];
      const edge = rows[y + 1]! * first.w;
      return lineDifference(
        earlier,
        later,
        range(columns[x]!, columns[x + 1]!).map((column) => [edge - first.w + column, edge + column]),
      );
    }),
  );
  return { across, down };
}

/** The mean difference of pairs of pixels, over all channels. */
function lineDifference(earlier: PlaneView, later: PlaneView, pairs: readonly (readonly [number, number])[]): number {
  let sum = 0;
  for (let channel = 0; channel < earlier.c; channel++) {
    const plane = channel * earlier.h * earlier.w;
    for (const [a, b] of pairs)
      sum += Math.abs(earlier.data[earlier.offset + plane + a]! - later.data[later.offset + plane + b]!);
  }
  return sum / (earlier.c * pairs.length);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
