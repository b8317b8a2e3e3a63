import type { PlainRows } from './rows.ts';

/** Weights by name, row-major, with their shapes. */
export type PlainWeights = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>;

/**
 * Tokens [t][d] of one item after a transformer whose weights have the names under `prefix` that the models of `@viewforge/onnx` give them,
 * number by number in float64: the reference that those models are tested with. Tokens whose `mask` is 0 are not looked at.
 */
export function referenceTransformer(
  tokens: PlainRows,
  weights: PlainWeights,
  prefix: string,
  { heads, layers }: { readonly heads: number; readonly layers: number },
  mask: readonly number[] = tokens.map(() => 1),
): number[][] {
  let x = tokens.map((row) => [...row]);
  for (let layer = 0; layer < layers; layer++) {
    const name = `${prefix}.${layer}`;
    const attended = attend(normed(x, weights, `${name}.before`), weights, name, heads, mask);
    x = x.map((row, i) => row.map((value, j) => value + attended[i]![j]!));
    const hidden = referenceLinear(normed(x, weights, `${name}.between`), weights, `${name}.up`).map((row) => row.map(gaussian));
    const changed = referenceLinear(hidden, weights, `${name}.down`);
    x = x.map((row, i) => row.map((value, j) => value + changed[i]![j]!));
  }
  return normed(x, weights, `${prefix}.norm`);
}

/** x W + b of every row, with the weights `name.weight` [from, to] and `name.bias` [to]; no bias where there is none. */
export function referenceLinear(rows: PlainRows, weights: PlainWeights, name: string): number[][] {
  const { shape, data } = weights[`${name}.weight`]!;
  const bias = weights[`${name}.bias`]?.data;
  const to = shape[1]!;
  return rows.map((row) =>
    Array.from({ length: to }, (_, j) => row.reduce((sum, value, i) => sum + value * data[i * to + j]!, bias?.[j] ?? 0)),
  );
}

/** Row `index` of a table [count, width]. */
export function tableRow(weights: PlainWeights, name: string, index: number): number[] {
  const { shape, data } = weights[name]!;
  const width = shape.at(-1)!;
  return Array.from({ length: width }, (_, j) => data[index * width + j]!);
}

function normed(rows: PlainRows, weights: PlainWeights, name: string): number[][] {
  const scale = tableRow(weights, `${name}.scale`, 0);
  const shift = tableRow(weights, `${name}.shift`, 0);
  return rows.map((row) => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, j) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[j]! + shift[j]!);
  });
}

function attend(rows: PlainRows, weights: PlainWeights, name: string, heads: number, mask: readonly number[]): number[][] {
  const [query, key, value] = ['query', 'key', 'value'].map((part) => referenceLinear(rows, weights, `${name}.${part}`));
  const width = rows[0]!.length;
  const each = width / heads;
  const mixed = rows.map((_, i) => {
    const result: number[] = [];
    for (let head = 0; head < heads; head++) {
      const places = Array.from({ length: each }, (_, j) => head * each + j);
      const scores = rows.map((_, k) => places.reduce((sum, j) => sum + query![i]![j]! * key![k]![j]!, 0) / Math.sqrt(each));
      const shares = scores.map((score, k) => (mask[k] === 0 ? 0 : Math.exp(score)));
      const total = shares.reduce((a, b) => a + b);
      for (const j of places) result.push(rows.reduce((sum, _, k) => sum + (shares[k]! / total) * value![k]![j]!, 0));
    }
    return result;
  });
  return referenceLinear(mixed, weights, `${name}.out`);
}

/** x Phi(x); Phi by its series around 0, which is exact to 1e-15 for |x| < 6. */
function gaussian(x: number): number {
  if (Math.abs(x) > 6) return Math.max(x, 0);
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return x * (0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
}
