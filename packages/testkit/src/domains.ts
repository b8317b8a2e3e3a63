import {
  type ContrastBatch,
  countKeys,
  type Domain,
  eachExcluded,
  eachWeight,
  type ViewBatch,
  type Weights,
} from '@viewforge/core';
import { isContiguous } from '@viewforge/tensor';
import { isNdArray } from './compare.ts';

/** The shape that augmenters draw from: of the array itself, of a batch's values, of a contrast batch's queries. */
export function shapeOf(value: unknown): readonly number[] {
  if (isNdArray(value)) return value.shape;
  const { shape, values, queries } = value as { shape?: readonly number[]; values?: unknown; queries?: unknown };
  return shape ?? shapeOf(values ?? queries);
}

/** What keeps a value from being of a domain of the core; undefined when nothing does, and for domains of plugins. */
export function domainProblem(domain: Domain, value: unknown): string | undefined {
  if (domain === 'batch') return viewBatchProblem(value as ViewBatch);
  if (domain === 'contrast') return contrastProblem(value as ContrastBatch);
  if (domain !== 'pixels' && domain !== 'image' && domain !== 'features') return undefined;
  if (!isNdArray(value)) return `expected an ndarray for ${domain}`;
  const axes = domain === 'features' ? 2 : 3;
  if (value.shape.length !== axes) return `expected ${axes} axes for ${domain}, got [${value.shape}]`;
  if (domain === 'pixels') return value.data instanceof Uint8Array ? undefined : 'expected bytes for pixels';
  if (domain === 'image' && !(value.data instanceof Float32Array)) return 'expected float32 for image';
  if (!(value.data instanceof Float32Array || value.data instanceof Float64Array)) return 'expected floats for features';
  return isContiguous(value) ? undefined : `expected row-major elements for ${domain}, got strides [${value.stride}]`;
}

function viewBatchProblem({ values, blend }: ViewBatch): string | undefined {
  const n = values.shape[0]!;
  return weightsProblem(blend, n, n, [1], 'blend');
}

function contrastProblem(batch: ContrastBatch): string | undefined {
  const [n, d] = batch.queries.shape as [number, number];
  const k = countKeys(batch);
  const block = batch.keys.find((keys) => keys.shape[1] !== d);
  if (block) return `expected keys of [., ${d}], got [${block.shape}]`;
  if (batch.frozen && batch.frozen.length !== batch.keys.length)
    return `expected ${batch.keys.length} marks of frozen blocks, got ${batch.frozen.length}`;
  const problem = weightsProblem(batch.targets, n, k, [0, 1], 'targets');
  if (problem !== undefined) return problem;
  for (let i = 0; i < n; i++) {
    const excluded = new Set<number>();
    let [last, wrong] = [-1, false];
    eachExcluded(batch, i, (column) => {
      wrong ||= column <= last || column >= k;
      last = column;
      excluded.add(column);
    });
    if (wrong) return `expected excluded columns of query ${i} to ascend within 0..${k - 1}, got others`;
    let both: number | undefined;
    eachWeight(batch.targets, i, (column, weight) => {
      if (weight !== 0 && excluded.has(column)) both = column;
    });
    if (both !== undefined) return `expected target 0 where key ${both} is excluded for query ${i}`;
  }
  return extrasProblem(batch, n, d);
}

function extrasProblem({ extras }: ContrastBatch, n: number, d: number): string | undefined {
  if (extras === undefined) return undefined;
  const [rows, s, width] = extras.values.shape as [number, number, number];
  if (rows !== n || width !== d || extras.values.shape.length !== 3)
    return `expected extras of [${n}, s, ${d}], got [${extras.values.shape}]`;
  if (extras.counts.length !== n) return `expected ${n} counts of extras, got ${extras.counts.length}`;
  const wrong = extras.counts.find((count) => count < 0 || count > s);
  return wrong === undefined ? undefined : `expected counts of extras in [0, ${s}], got ${wrong}`;
}

function weightsProblem(weights: Weights, n: number, k: number, sums: readonly number[], what: string): string | undefined {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    let outside: number | undefined;
    eachWeight(weights, i, (column, weight) => {
      sum += weight;
      if (!(column >= 0 && column < k) || !(weight >= 0)) outside = column;
    });
    if (outside !== undefined) return `${what}: expected weights >= 0 of ${k} columns, row ${i} has another at column ${outside}`;
    // float32 weights, some hundred to a row
    if (!sums.some((expected) => Math.abs(sum - expected) < 1e-4))
      return `${what}: expected row ${i} to sum to ${sums.join(' or ')}, got ${sum}`;
  }
  return undefined;
}
