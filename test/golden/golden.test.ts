import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pixels } from '@viewforge/tensor';
import { type GoldenCase, type GoldenFamily, goldenBytes, goldenFamily, goldenNames, readGolden } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { alignedAdapters } from './adapters/aligned.ts';
import { clusteringAdapters } from './adapters/clustering.ts';
import { geometryAdapters } from './adapters/geometry.ts';
import { graphAdapters } from './adapters/graphs.ts';
import { imageAdapters } from './adapters/images.ts';
import { latentMochiAdapters } from './adapters/latent-mochi.ts';
import { latentFeatureAdapters } from './adapters/latent-features.ts';
import { lossAdapters } from './adapters/losses.ts';
import { metricLearningAdapters } from './adapters/metric-learning.ts';
import { metricAdapters } from './adapters/metrics.ts';
import { similarityMetricAdapters } from './adapters/metrics-similarity.ts';
import { minerAdapters } from './adapters/miners.ts';
import { mixingAdapters } from './adapters/mixing.ts';
import type { Adapter, Surroundings } from './adapters/outcome.ts';
import { queueAdapters } from './adapters/queues.ts';
import { samplingAdapters } from './adapters/sampling.ts';
import { type Row, rowOf, tableOf, take } from './adapters/table.ts';

// What other implementations computed, case by case.
//   VIEWFORGE_GOLDEN           folder of the files; the fixtures beside this file and those of the testkit when left out
//   VIEWFORGE_GOLDEN_FAMILIES  only these families, separated by commas
// A case that nothing here computes fails.

const folder = process.env['VIEWFORGE_GOLDEN'];
const chosen = process.env['VIEWFORGE_GOLDEN_FAMILIES']?.split(',').map((name) => name.trim());
const adapters: Readonly<Record<string, Adapter>> = {
  ...alignedAdapters,
  ...clusteringAdapters,
  ...geometryAdapters,
  ...graphAdapters,
  ...imageAdapters,
  ...latentMochiAdapters,
  ...latentFeatureAdapters,
  ...lossAdapters,
  ...metricLearningAdapters,
  ...metricAdapters,
  ...similarityMetricAdapters,
  ...minerAdapters,
  ...mixingAdapters,
  ...queueAdapters,
  ...samplingAdapters,
};

const own = fileURLToPath(new URL('./fixtures', import.meta.url));
const families = (folder === undefined ? [...familiesIn(own), ...goldenNames().map(goldenFamily)] : familiesIn(folder)).filter(
  ({ family }) => chosen === undefined || chosen.includes(family),
);
const rows: Row[] = [];

afterAll(() => console.log(`\n${tableOf(rows)}\n`));

test('every family that was asked for is there', () => {
  const names = families.map(({ family }) => family);
  expect((chosen ?? []).filter((family) => !names.includes(family))).toEqual([]);
  expect(families.length).toBeGreaterThan(0);
});

describe.each(families)('$family', (family) => {
  const row = rowOf(family.family);
  rows.push(row);
  const surroundings: Surroundings = { family, pictures: picturesOf(family) };
  for (const golden of family.cases.filter(({ fn }) => fn !== 'picture')) {
    row.cases++;
    const adapter = Object.hasOwn(adapters, golden.fn) ? adapters[golden.fn] : undefined;
    test(golden.name, () => check(golden, adapter, surroundings, row));
  }
});

function check(golden: GoldenCase, adapter: Adapter | undefined, surroundings: Surroundings, row: Row): void {
  row.failed++; // until it is known better
  if (adapter === undefined) expect.fail(`no adapter for "${golden.fn}"`);
  const outcomes = adapter(golden, surroundings);
  for (const outcome of outcomes) take(row, golden.name, outcome);
  const wrong = outcomes.filter(({ judged, error, allowed }) => judged && !(error <= allowed));
  expect(wrong.map(({ what, error, allowed }) => `${what}: off by ${error}, allowed ${allowed}`)).toEqual([]);
  row.failed--;
  if (outcomes.some(({ judged }) => judged)) row.passed++;
  else row.shown++;
}

function familiesIn(path: string): GoldenFamily[] {
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readGolden(join(path, name)));
}

function picturesOf({ cases }: GoldenFamily): Surroundings['pictures'] {
  const pictures = cases.filter(({ fn }) => fn === 'picture');
  return new Map(
    pictures.map(({ picture, inputs }) => {
      const { shape } = inputs['image']!;
      return [picture!, pixels(goldenBytes(inputs['image']!), shape[0]!, shape[1]!, shape[2]!)];
    }),
  );
}
