import { knnAccuracy, knnPredictions, vendiOfRows, vendiOfSimilarities } from '@viewforge/metrics';
import type { MetricReport } from '@viewforge/core';
import { type GoldenCase, goldenNumber, goldenNumbers, goldenTensor } from '@viewforge/testkit';
import { type Adapter, compare, float64Tolerance, type Outcome, type Surroundings } from './outcome.ts';

/** Metrics of similarities and neighbors by `fn`. */
export const similarityMetricAdapters: Readonly<Record<string, Adapter>> = {
  vendi_K(golden, surroundings) {
    const { normalize, p } = golden.params;
    const found = vendiOfSimilarities(goldenTensor(golden.inputs['K']!), {
      order: orderOf(golden),
      normalized: normalize === true,
      ...(Array.isArray(p) ? { weights: p.map(Number) } : {}),
    });
    return score(golden, found, surroundings);
  },
  vendi_X(golden, surroundings) {
    const found = vendiOfRows(goldenTensor(golden.inputs['x']!), { order: orderOf(golden), form: 'gram' });
    return score(golden, found, surroundings);
  },
  vendi_dual(golden, surroundings) {
    const found = vendiOfRows(goldenTensor(golden.inputs['x']!), { order: orderOf(golden), form: 'dual' });
    return score(golden, found, surroundings);
  },
  knn({ params, inputs, outputs }) {
    const rows = goldenTensor(inputs['train']!);
    const train = { rows, labels: goldenNumbers(inputs['train_labels']!) };
    const test = { rows: goldenTensor(inputs['test']!), labels: goldenNumbers(inputs['test_labels']!) };
    const options = {
      k: Number(params['k']),
      temperature: Number(params['T']),
      nearness: params['distance'] === 'cosine' ? ('cosine' as const) : ('distance' as const),
    };
    const { value, n, parts } = knnAccuracy(train, test, options);
    // percent: whole numbers of rows are compared
    const right = (share: number): number => Math.round(share * n);
    const expected = (name: string): number => Math.round((goldenNumber(outputs[name]) / 100) * test.labels.length);
    const first = outputs['lightly_first'];
    return [
      compare('top1', [right(value)], [expected('top1')], 0),
      compare('top5', [right(parts['top5']!)], [expected('top5')], 0),
      ...(Array.isArray(first) ? [compare('classes', knnPredictions(train, test.rows, options), first.map(Number), 0)] : []),
    ];
  },
};

function orderOf({ params }: GoldenCase): number {
  return params['q'] === 'inf' ? Number.POSITIVE_INFINITY : Number(params['q']);
}

function score({ outputs }: GoldenCase, { value }: MetricReport, { family }: Surroundings): Outcome[] {
  const { relative, absolute } = float64Tolerance(family);
  const expected = goldenNumber(outputs['score']);
  return [compare('score', [value], [expected], relative * Math.abs(expected) + absolute)];
}
