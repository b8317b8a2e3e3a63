import { expect, test } from 'vitest';
import { createScoreMonitor, drawScorePage, drawScores, type ScoreFacts, type ScoreMonitor, type ScoreRow } from '../index.ts';

test('the picture is one well-formed file without scripts and without anything from elsewhere', () => {
  for (const text of [drawScores(watched()), drawScorePage(watched())]) {
    expect(unclosed(text)).toEqual([]);
    expect(text).not.toMatch(/<script|javascript:|@import|url\(|href=|src=/);
    expect(text.match(/https?:\/\/[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(text).toContain('prefers-color-scheme: dark');
  }
});

test('names are escaped', () => {
  const text = drawScorePage(watched({ from: '<b>"&"' }), 'a < b');
  expect(text).not.toContain('<b>');
  expect(text).toContain('after &#60;b&#62;&#34;&#38;&#34;');
  expect(text).toContain('<title>a &#60; b</title>');
});

test('every place has a curve in each of six panels, and a legend', () => {
  const text = drawScores(watched());
  for (const place of [0, 1]) expect(text.match(new RegExp(`<path class="curve place-${place}"`, 'g'))).toHaveLength(6);
  expect(text).toContain('as paired (queue)');
  expect(text).toContain('after mochi');
});

test('a curve that rises evenly is a straight line from bottom left to top right', () => {
  const [first] = drawScores(watched()).match(/(?<=class="curve place-0" d=")[^"]*/g)!;
  const points = [...first!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  expect(points).toHaveLength(3);
  const [a, b, c] = points as [readonly [number, number], readonly [number, number], readonly [number, number]];
  expect(b[0] - a[0]).toBeCloseTo(c[0] - b[0], 1);
  expect(a[1] - b[1]).toBeCloseTo(b[1] - c[1], 1);
  expect(b[1]).toBeLessThan(a[1]);
});

test('there is no step between two steps', () => {
  const texts = [...drawScores(watched()).matchAll(/class="small middle">([^<]*)</g)].map(([, text]) => text);
  expect(texts.slice(0, 3)).toEqual(['0', '1', '2']);
});

test('a distribution stands where its scores are: all in the last of four bins', () => {
  const text = drawScores(watched({ histogram: [0, 0, 0, 8] }));
  const [area] = text.match(/(?<=class="edge positive" d=")[^"]*/g)!;
  const points = [...area!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  const [left, right] = [points[0]![0], points.at(-1)![0]];
  const raised = points.filter(([, y]) => y < points[0]![1]).map(([x]) => (x - left) / (right - left));
  expect(raised).toEqual([expect.closeTo(0.75, 3), expect.closeTo(1, 3)]);
});

test('extras and synthetic positives are dashed, and only there where they are', () => {
  expect(drawScores(watched()).match(/<path class="edge dashed/g)).toBeNull();
  const some = drawScores(watched({ extra: facts(0.7) }));
  expect(some.match(/<path class="edge dashed negative"/g)).toHaveLength(3); // three steps, after the mixer
});

test('a single step is dots; no step is said to be none', () => {
  const monitor = createScoreMonitor();
  monitor.add(row(0, 0, 'queue'));
  expect(drawScores(monitor).match(/<circle/g)).toHaveLength(6);
  const none = drawScorePage(createScoreMonitor());
  expect(none).toContain('No batch was seen.');
  expect(unclosed(none)).toEqual([]);
});

test('the tables tell the numbers of the first, middle and last step', () => {
  const text = drawScorePage(watched());
  expect(text).toMatch(/<th>step 0<\/th><th>step 1<\/th><th>step 2<\/th>/);
  expect(text).toMatch(/<th>positives: mean<\/th><td>0.1000<\/td><td>0.2000<\/td><td>0.3000<\/td>/);
  expect(text).not.toContain('extras: mean');
});

interface Change {
  readonly from?: string;
  readonly histogram?: readonly number[];
  readonly extra?: ScoreFacts;
}

/** Three steps at two places. */
function watched({ from = 'mochi', histogram, extra }: Change = {}): ScoreMonitor {
  const monitor = createScoreMonitor({ bins: 4 });
  for (let step = 0; step < 3; step++) {
    monitor.add(row(step, 0, 'queue', histogram));
    monitor.add({ ...row(step, 1, from, histogram), extra: extra ?? null });
  }
  return monitor;
}

function row(step: number, place: number, from: string, histogram?: readonly number[]): ScoreRow {
  const mean = 0.1 + step / 10;
  return {
    ...{ step, epoch: 0, place, from, queries: 8, synthetic: null, extra: null, excluded: null, notes: [] },
    positive: facts(mean, histogram),
    negative: facts(-mean),
    margin: { n: 8, mean, variance: 0.1, quantiles: [0, 0.1, 0.2, 0.3, 0.4] },
  };
}

function facts(mean: number, histogram: readonly number[] = [1, 2, 3, 2]): ScoreFacts {
  return { n: 8, mean, variance: 0.1 + mean / 10, exponential: 2 + mean, quantiles: [-0.5, -0.2, 0, 0.2, 0.5], histogram };
}

/** Elements that are not closed in their order; void ones of HTML aside. */
function unclosed(text: string): readonly string[] {
  const open: string[] = [];
  for (const [, close, name, self] of text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (self === '/' || name === 'meta') continue;
    if (close !== '/') open.push(name!);
    else if (open.pop() !== name) return [`unexpected </${name}>`];
  }
  return open;
}
