import { eachWeight, sparseWeights, type ViewBatch } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { elements, tensor } from '@viewforge/tensor';

/** A batch of views [n, ...item] in [0, 1], every element another number, with classes 0, 1, 2 in turn; each value is its own item. */
export function exampleViewBatch(shape: readonly number[]): ViewBatch {
  const random = createRandom('example view batch').fork(...shape);
  const data = Float32Array.from({ length: elements(shape) }, () => random.uniform(0, 1));
  return {
    values: tensor(data, shape),
    blend: { kind: 'identity' },
    labels: Int32Array.from({ length: shape[0]! }, (_, i) => i % 3),
  };
}

/** Batches of images [n, c, h, w] with the cases that go wrong first: odd numbers and sides, one pixel, one item, items mixed before. */
export function exampleViewBatches(): ViewBatch[] {
  const mixed = Array.from({ length: 5 }, (_, i) => [[i, 0.75] as const, [(i + 2) % 5, 0.25] as const]);
  return [
    exampleViewBatch([6, 3, 8, 8]),
    { ...exampleViewBatch([5, 1, 9, 7]), blend: sparseWeights(mixed) },
    exampleViewBatch([4, 2, 1, 1]),
    exampleViewBatch([1, 3, 4, 4]),
  ];
}

/** The blend of a batch written out, [n][n]: how much of item j is in value i. */
export function blendRows({ values, blend }: ViewBatch): number[][] {
  const n = values.shape[0]!;
  return Array.from({ length: n }, (_, row) => {
    const shares = Array<number>(n).fill(0);
    eachWeight(blend, row, (item, share) => {
      shares[item]! += share;
    });
    return shares;
  });
}
