import type { ContrastBatch, Extras, Loss, LossGradients, LossReport } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor, type UnitRows, unitRows, values, zeros } from '@viewforge/tensor';
import { addRows, pullUnitRows } from './row-blends.ts';

/** How much synthetic positives count, and how they are compared. */
export interface PositiveTerm {
  /** What the term is multiplied by (mu). */
  readonly weight: number;
  /** Similarities are divided by it. */
  readonly temperature: number;
  readonly similarity: 'cosine' | 'dot';
}

/**
 * A loss that takes the synthetic positives of a batch off, measures the rest as `loss` does, and adds
 * weight * -(sum over queries and their positives z of q . z / temperature) / (1e-8 + number of positives). Queries count by `queryWeights`,
 * relative to the largest, in both sums. Without positives it is `loss`.
 *
 * Gradients of the term flow to queries alone: positives are constants. `perQuery` is empty where there are positives, since the term is no mean
 * over queries. `parts` has those of `loss` and `syntheticTerm` (with its weight), `syntheticPositives` (how many) and
 * `syntheticSimilarity` (mean; NaN where there is none).
 *
 * Throws what `loss` throws, and ViewforgeError: SHAPE for positives that are not [n, s, d] or counts that do not fit, NOT_FINITE for a term that
 * is no finite number, DOMAIN for positives that are partly negatives (`metrixEmbedding`).
 */
export function addPositives(loss: Loss, term: PositiveTerm): Loss {
  const where = loss.name;
  const measure = ({ positives, ...batch }: ContrastBatch): LossReport => {
    const report = loss.measure(batch);
    return positives === undefined ? report : extended(report, pull(batch, positives, term, where));
  };
  return Object.freeze({
    ...loss,
    measure,
    differentiate({ positives, ...batch }: ContrastBatch): LossGradients {
      const report = loss.differentiate(batch);
      if (positives === undefined) return report;
      const pulled = pull(batch, positives, term, where);
      const queries = report.gradients.queries ?? zeros(batch.queries.shape, batch.queries);
      const sum = tensor(values(queries).slice(), [...queries.shape]);
      addRows(sum, pulled.gradient);
      return { ...extended(report, pulled), gradients: { ...report.gradients, queries: sum } };
    },
    ...(loss.measureHeld && {
      measureHeld({ positives, ...batch }: ContrastBatch, { positives: _, ...at }: ContrastBatch): LossReport {
        const report = loss.measureHeld!(batch, at);
        return positives === undefined ? report : extended(report, pull(batch, positives, term, where));
      },
    }),
    ...(loss.graph && {
      graph: {
        plan: ({ positives, ...batch }: ContrastBatch) => (positives === undefined ? loss.graph!.plan(batch) : undefined),
      },
    }),
  });
}

interface Pulled {
  readonly value: number;
  readonly count: number;
  readonly similarity: number;
  /** [n, d] with respect to the queries as given. */
  readonly gradient: Features;
}

function pull(batch: ContrastBatch, positives: Extras, term: PositiveTerm, where: string): Pulled {
  const { weight, temperature, similarity } = term;
  const [n, d] = batch.queries.shape as [number, number];
  checkPositives(positives, n, d, where);
  const rows = inFloat64(batch.queries);
  const queries: UnitRows = similarity === 'cosine' ? unitRows(rows) : { rows, norms: new Float64Array(n).fill(1) };
  const most = batch.queryWeights?.reduce((found, each) => Math.max(found, each), 0) ?? 1;
  const weightOf = (row: number): number => (batch.queryWeights ? batch.queryWeights[row]! / (most || 1) : 1);
  const sums = new Float64Array(n * d);
  const u = values(queries.rows);
  let [total, along, count] = [0, 0, 0];
  for (let row = 0; row < n; row++) {
    const own = weightOf(row);
    count += own * positives.counts[row]!;
    if (own > 0) addUnit(sums, row * d, positives, row, own, similarity);
  }
  for (let i = 0; i < sums.length; i++) along += sums[i]! * u[i]!;
  total = -weight / temperature / (count + 1e-8);
  if (!Number.isFinite(total * along)) {
    throw new ViewforgeError('NOT_FINITE', where, `expected a finite term of synthetic positives, got ${total * along}`);
  }
  const slopes = tensor(
    sums.map((sum) => sum * total),
    [n, d],
  );
  const gradient = similarity === 'cosine' ? pullUnitRows(queries, slopes) : slopes;
  const counted = positives.counts.reduce((sum, each) => sum + each, 0);
  return { value: total * along, count: counted, similarity: count === 0 ? Number.NaN : along / count, gradient };
}

/** In place: adds the positives of a query, at length 1 for cosines. */
function addUnit(
  to: Float64Array,
  at: number,
  positives: Extras,
  row: number,
  weight: number,
  similarity: 'cosine' | 'dot',
): void {
  const [, s, d] = positives.values.shape as [number, number, number];
  const given = values(positives.values);
  for (let i = 0; i < positives.counts[row]!; i++) {
    const from = (row * s + i) * d;
    let squared = 0;
    for (let e = from; e < from + d; e++) squared += given[e]! * given[e]!;
    const scale = similarity === 'cosine' ? weight / Math.max(Math.sqrt(squared), 1e-12) : weight;
    for (let e = 0; e < d; e++) to[at + e] = to[at + e]! + scale * given[from + e]!;
  }
}

function extended({ parts, ...report }: LossReport, { value, count, similarity }: Pulled): LossReport {
  return {
    ...report,
    value: report.value + value,
    perQuery: new Float64Array(),
    parts: { ...parts, syntheticTerm: value, syntheticPositives: count, syntheticSimilarity: similarity },
  };
}

function checkPositives(positives: Extras, n: number, d: number, where: string): void {
  const { values: rows, counts } = positives;
  const fail = (code: 'SHAPE' | 'DOMAIN', expected: string, got: string): never => {
    throw new ViewforgeError(code, where, `expected ${expected}, got ${got}`);
  };
  if ('labels' in positives) fail('DOMAIN', 'positives that are positive throughout', 'mixed pairs; use metrix');
  if (rows.shape.length !== 3 || rows.shape[0] !== n || rows.shape[2] !== d)
    fail('SHAPE', `positives of [${n}, s, ${d}]`, `[${rows.shape}]`);
  if (counts.length !== n) fail('SHAPE', `${n} counts of positives`, `${counts.length}`);
  const wrong = counts.find((count) => count < 0 || count > rows.shape[1]!);
  if (wrong !== undefined) fail('SHAPE', `counts of positives in 0..${rows.shape[1]}`, `${wrong}`);
}

function inFloat64(rows: Features): Features {
  return tensor(Float64Array.from(values(rows)), [...rows.shape]);
}
