// A real effect, measured: a small head on scattering features of digits, trained with InfoNCE against a queue, without and with mixers of
// negatives and positives; how well its nearest neighbors tell digits that nobody trained on.
//   node bench/main.mjs --only digits
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { infoNce } from '@viewforge/losses';
import { knnAccuracy } from '@viewforge/metrics';
import { featureTransformation } from '@viewforge/mix-features';
import { mochi } from '@viewforge/mix-mochi';
import { queue } from '@viewforge/pairings';
import { createScoreMonitor, writeScores } from '@viewforge/report';
import { features, values } from '@viewforge/tensor';
import { encodeAsTheyAre, encodeViews, readDigits, standardized } from './digits/data.mjs';
import { createHead, forward } from './digits/head.mjs';
import { tableOf } from './digits/report.mjs';
import { train } from './digits/train.mjs';

/** Digits of each class, by their place in the package: to train on and to look among, to choose by, to measure with. */
const split = { train: [0, 400], choose: [400, 500], test: [500, 863] };
/** The best of twelve on `split.choose` with seed 0 and plain InfoNCE (docs/latent.md), and the temperature of MoCo v2 with the best rate for it. */
const settings = [
  { temperature: 0.5, rate: 0.003 },
  { temperature: 0.2, rate: 0.001 },
];
const recipe = { momentum: 0.99, batchSize: 256, steps: 1000 };
const seeds = [1, 2, 3];
/** Digits of each class to look among, and how many neighbors vote. */
const [many, few] = [
  { count: 400, k: 20 },
  { count: 10, k: 5 },
];
const viewsOfADigit = 8;
const capacity = 2048;
const widths = { hidden: 256, out: 64 };

/** MoCHi's counts are those of its paper, scaled from a queue of 65 536 rows to 2048; its warm-up from 15 of 200 epochs to 5 of 66. */
const methods = {
  'plain InfoNCE': [],
  MoCHi: [mochi({ pool: 32, count: 16, queryCount: 8, warmUp: 5 })],
  FT: [featureTransformation()],
};

/** Gives { name, notes, times: { method: ms a step }, ratios: [], table }; of all settings and methods, or of those that are named. */
export async function benchDigits({ tried = settings, named = Object.keys(methods) } = {}) {
  const { pool, known, test } = await prepare(split.test);
  const accuracies = (embed) => [many, few].map((among) => accuracyOf(embed, known, test, among));
  const rows = [
    { name: 'scattering', accuracies: [accuracies(({ given }) => given)] },
    { name: 'scattering, standardized', accuracies: [accuracies(({ rows: each }) => each)] },
    { name: 'random head', accuracies: seeds.map((seed) => accuracies(by(freshHead(pool, seed)))) },
  ];
  const times = {};
  for (const setting of tried) {
    for (const name of named) {
      const called = `${name}, temperature ${setting.temperature}`;
      const runs = [];
      for (const seed of seeds) {
        const watched = seed === seeds[0] ? monitorFor(setting) : undefined;
        const begin = performance.now();
        const { head } = train(freshHead(pool, seed), pool, recipeOf(methods[name], setting, watched?.watch), seed);
        const seconds = (performance.now() - begin) / 1000;
        runs.push({ accuracies: accuracies(by(head)), seconds });
        console.log(`digits: ${called}, seed ${seed}: ${runs.at(-1).accuracies.join(' ')}`);
        if (watched) await keepScores(called, watched);
      }
      rows.push({ name: called, accuracies: runs.map((run) => run.accuracies), seconds: runs.map((run) => run.seconds) });
      times[`${called}, a step`] = Math.min(...runs.map(({ seconds }) => (1000 * seconds) / recipe.steps));
    }
  }
  return {
    name: `digits: accuracy of nearest neighbors in percent, ${test.labels.length} digits, seeds ${seeds.join(' ')}`,
    notes: ['20 neighbors among 4000 known digits; 5 among 100', 'the first run of each method is watched: bench/results/digits'],
    times,
    ratios: [],
    table: tableOf(rows, ['4000 known', '100 known']),
    rows,
  };
}

/** The same on the digits to choose by, plain, for each setting { temperature, rate }: how the first setting above was chosen. */
export async function chooseSetting(tried) {
  const { pool, known, test } = await prepare(split.choose);
  return tried.map((setting) => {
    const { head } = train(freshHead(pool, 0), pool, recipeOf([], setting), 0);
    return { ...setting, accuracy: accuracyOf(by(head), known, test, many) };
  });
}

/** Features of all digits, standardized by those that are trained on. */
async function prepare(tested) {
  const [digits, others] = [readDigits(...split.train), readDigits(...tested)];
  const [given, givenOthers] = [await encodeAsTheyAre(digits), await encodeAsTheyAre(others)];
  const pool = await encodeViews(digits, viewsOfADigit, 1);
  const labelsOf = (each) => each.map(({ label }) => label);
  return {
    pool: { ...pool, rows: standardized(pool.rows, given) },
    known: { given, rows: standardized(given, given), labels: labelsOf(digits) },
    test: { given: givenOthers, rows: standardized(givenOthers, given), labels: labelsOf(others) },
  };
}

function freshHead(pool, seed) {
  return createHead({ width: pool.rows.shape[1], ...widths, seed });
}

function recipeOf(mixers, { temperature, rate }, watch) {
  return { ...recipe, rate, pairing: queue({ capacity }), loss: infoNce({ temperature, similarity: 'dot' }), mixers, watch };
}

function monitorFor({ temperature }) {
  return createScoreMonitor({ temperature, similarity: 'dot', every: 20 });
}

/** Accuracy of `k` neighbors among the first `count` digits of each class; `embed` makes rows of what is known of digits. */
function accuracyOf(embed, known, test, { count, k }) {
  const all = embed(known);
  const [n, d] = [10 * count, all.shape[1]];
  const among = { rows: features(values(all).slice(0, n * d), n, d), labels: known.labels.slice(0, n) };
  return knnAccuracy(among, { rows: embed(test), labels: test.labels }, { k }).value;
}

function by(head) {
  return ({ rows }) => forward(head, rows).rows;
}

async function keepScores(name, monitor) {
  const folder = fileURLToPath(new URL(`./results/digits/${name.toLowerCase().replace(/[^a-z0-9.]+/g, '-')}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  await writeScores(folder, monitor, `Digits, ${name}`);
}
