import { type ContrastBatch, sparseExclusion, sparseWeights } from '@viewforge/core';
import type { WatchedBatch } from '@viewforge/run';
import { type Features, features, tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { createScoreMonitor, scoreLine, parseScoreLine, scoreRowOf, scoreSummary } from './index.ts';

test('one query with positive .8 and negatives .5, .1, -.2 and .4', () => {
  const row = scoreRowOf(seen(3, oneQuery(0.8, [0.5, 0.1, -0.2, 0.4])), { temperature: 0.2 });
  expect(row).toMatchObject({
    step: 3,
    epoch: 0,
    place: 0,
    from: 'queue',
    queries: 1,
    synthetic: null,
    extra: null,
    excluded: null,
  });
  expect(row.positive).toMatchObject({ n: 1, mean: expect.closeTo(0.8, 12), exponential: expect.closeTo(54.59815, 5) });
  expect(row.negative).toMatchObject({ n: 4, mean: expect.closeTo(0.2, 12), variance: expect.closeTo(0.1, 12) });
  expect(row.negative!.exponential).toBeCloseTo(5.397038, 6);
  expect(row.margin).toMatchObject({ n: 1, mean: expect.closeTo(0.3, 12), variance: expect.closeTo(0, 12) });
  // of -.2, .1, .4, .5 by linear interpolation, to the width of a fine bin
  const expected = [0.025, 0.25, 0.425].map((value) => expect.closeTo(value, 3));
  expect(row.negative!.quantiles.slice(1, 4)).toEqual(expected);
});

test('extras, synthetic positives and what is excluded are told apart', () => {
  const own = (...cosines: readonly number[]) => ({
    values: tensor(Float64Array.from(cosines.flatMap(angle)), [1, cosines.length, 2]),
    counts: Int32Array.of(cosines.length),
  });
  const batch = {
    ...oneQuery(0.8, [0.5, 0.1]),
    excluded: sparseExclusion([[2]]),
    extras: own(0.6),
    positives: own(0.9, 0.7),
  };
  const { positive, synthetic, negative, extra, excluded, margin } = scoreRowOf(seen(0, batch));
  expect([positive, synthetic, negative, extra, excluded].map((facts) => facts!.n)).toEqual([1, 2, 2, 1, 1]);
  expect([synthetic!.mean, extra!.mean, excluded!.mean]).toEqual([0.8, 0.6, 0.1].map((mean) => expect.closeTo(mean, 12)));
  expect(extra!.variance).toBeNull(); // unbiased, of one
  expect(margin.mean).toBeCloseTo(0.2, 12);
});

test('a histogram has as many bins as asked for, over [-1, 1]', () => {
  const { positive, negative } = scoreRowOf(seen(0, oneQuery(0.75, [0.25, -0.25, -0.75])), { bins: 4 });
  expect([positive!.histogram, negative!.histogram]).toEqual([
    [0, 0, 0, 1],
    [1, 1, 1, 0],
  ]);
});

test('by product, rows count with their length', () => {
  const batch: ContrastBatch = { ...oneQuery(0.8, [0.5]), queries: rows([2, 0]) };
  expect(scoreRowOf(seen(0, batch), { similarity: 'dot' }).positive!.mean).toBeCloseTo(1.6, 12);
  expect(scoreRowOf(seen(0, batch)).positive!.mean).toBeCloseTo(0.8, 12);
});

test('a row survives its line, and anything else is refused', () => {
  const row = scoreRowOf(seen(7, oneQuery(0.8, [])));
  expect(row.negative).toBeNull();
  expect(row.margin).toEqual({ n: 0, mean: null, variance: null, quantiles: [null, null, null, null, null] });
  expect(parseScoreLine(scoreLine(row), 'scores.jsonl')).toEqual(row);
  for (const line of ['{"step":', '{}', 'null', '{"step":1,"place":0}'])
    expect(() => parseScoreLine(line, 'scores.jsonl')).toThrow(/scores\.jsonl: expected the scores of a step, got/);
});

test('steps that are no multiple of `every` are not measured', () => {
  const monitor = createScoreMonitor({ every: 3 });
  for (let step = 0; step < 8; step++) monitor.watch(seen(step, oneQuery(0.5, [0.1])));
  expect(monitor.rows().map(({ step }) => step)).toEqual([0, 3, 6]);
});

test('what is kept is bounded: curves average neighbors, rows keep first, last and multiples of a stride', () => {
  const [monitor, again] = [createScoreMonitor({ most: 8 }), createScoreMonitor({ most: 8 })];
  for (let step = 0; step < 100; step++) {
    for (const place of [0, 1]) {
      const row = scoreRowOf({ ...seen(step, oneQuery(step / 100, [0])), place, from: `place ${place}` });
      monitor.add(row);
      again.add(parseScoreLine(scoreLine(row), ''));
    }
  }
  const steps = [...new Set(monitor.rows().map(({ step }) => step))];
  expect(steps).toEqual([0, 16, 32, 48, 64, 80, 96, 99]);
  expect(monitor.rows()).toHaveLength(16);
  const [, after] = monitor.places();
  expect(after).toMatchObject({ place: 1, from: 'place 1', first: { step: 0 }, middle: { step: 48 }, last: { step: 99 } });
  expect(after!.curves.positiveMean.map(({ step, count }) => [step, count])).toEqual([
    ...Array.from({ length: 6 }, (_, i) => [16 * i, 16]),
    [96, 4],
  ]);
  expect(after!.curves.positiveMean[1]!.value).toBeCloseTo(0.235, 12); // the mean of .16 to .31
  expect(scoreSummary(again)).toEqual(scoreSummary(monitor));
});

test('a summary is plain JSON and leaves out curves without points', () => {
  const monitor = createScoreMonitor({ temperature: 0.1 });
  monitor.watch(seen(0, oneQuery(0.5, [0.1, 0.3])));
  const summary = scoreSummary(monitor);
  expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  expect(summary.options).toEqual({ temperature: 0.1, similarity: 'cosine', bins: 100, every: 1, most: 512 });
  expect(summary.places[0]!.curves).toHaveProperty('margin', [{ step: 0, value: expect.closeTo(0.2, 12), count: 1 }]);
  expect(summary.places[0]!.curves).not.toHaveProperty('extraMean');
});

test.each([
  [{ every: 0 }, 'every: expected a whole number of at least 1, got 0'],
  [{ most: 1 }, 'most: expected a whole number of at least 2, got 1'],
])('%j is refused', (options, message) => {
  expect(() => createScoreMonitor(options)).toThrow(message);
});

function seen(step: number, batch: ContrastBatch): WatchedBatch {
  return { step, epoch: 0, place: 0, from: 'queue', batch };
}

/** A query, its positive and its negatives with these cosines. */
function oneQuery(positive: number, negatives: readonly number[]): ContrastBatch {
  return {
    queries: rows([1, 0]),
    keys: [rows(angle(positive), ...negatives.map(angle))],
    targets: sparseWeights([[[0, 1]]]),
    excluded: { kind: 'none' },
  };
}

function angle(cosine: number): [number, number] {
  return [cosine, Math.sqrt(1 - cosine * cosine)];
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
