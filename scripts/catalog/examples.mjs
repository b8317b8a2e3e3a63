// The three examples that the catalog shows of every part: what they are called and the options they are made with.
import { describeOptions } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { tensor } from '@viewforge/tensor';
import { chosenExamples } from './chosen-examples.mjs';

/** Whether a part takes and gives what can be shown. */
export function isPictured(plugin, factory) {
  if (factory.kind === 'plan') return true;
  const [{ options }] = examplesOf(plugin, factory);
  if (factory.kind === 'mixer') return mixesImages(factory(options));
  const { accepts, returns } = factory(options);
  return [accepts, returns].every((domain) => ['pixels', 'image'].includes(domain));
}

/** Whether a mixer works on the items themselves, not on what an encoder makes of them. */
function mixesImages(mixer) {
  if (mixer.mixes !== 'batch') return false;
  if (mixer.stageOf === undefined) return true;
  const batch = {
    values: tensor(new Float32Array(4 * 12), [4, 3, 2, 2]),
    blend: { kind: 'identity' },
    labels: Int32Array.of(0, 1, 0, 1),
  };
  const drawn = [1, 2, 3].map((seed) => mixer.draw(batch, createRandom(seed), { epoch: 0, step: 0, fraction: 0 }));
  return drawn.some((params) => mixer.stageOf(params) === 0);
}

/**
 * Three examples [{ label, options, seed, context? }]: chosen ones where there are any; a single range of numbers at its low end, middle and
 * high end; otherwise three draws with the defaults.
 */
export function examplesOf(plugin, factory) {
  const chosen = chosenExamples[`${plugin}/${factory.about.name}`];
  if (chosen !== undefined) return chosen.map(example);
  const ranges = describeOptions(factory.about.options).filter(({ name, default: value }) => isRange(name, value));
  if (ranges.length === 1 && factory.kind === 'augmenter') return along(ranges[0]);
  const draws = [1, 2, 3].map((seed) => ({ label: `draw ${seed}`, options: {}, seed }));
  return drawsNothing(factory) ? [{ label: 'the result', options: {}, seed: 1 }] : draws;
}

/** Whether an operation gives the same whatever the seed. */
function drawsNothing(factory) {
  if (factory.kind !== 'augmenter') return false;
  const part = factory();
  const drawn = [1, 2, 3].map((seed) => JSON.stringify(part.draw([3, 64, 48], createRandom(seed), { epoch: 0, fraction: 0 })));
  return new Set(drawn).size === 1;
}

function example(given, i) {
  const { label, options = {}, seed = i + 1, ...rest } = given;
  return { label: label ?? textOf(options), options, seed, ...rest };
}

function along({ name, default: [low, high] }) {
  const steps = low === high ? [low] : [low, (low + high) / 2, high];
  if (steps.length === 1) return [1, 2, 3].map((seed) => ({ label: `draw ${seed}`, options: {}, seed }));
  return steps.map((value) => {
    const options = { [name]: [value, value] };
    return { label: textOf(options), options, seed: 1 };
  });
}

function isRange(name, value) {
  return name.endsWith('Range') && Array.isArray(value) && value.length === 2;
}

/** Options in words: "degreesRange 30". */
function textOf(options) {
  const text = Object.entries(options)
    .map(([name, value]) => `${name} ${wordsOf(value)}`)
    .join(', ');
  return text === '' ? 'defaults' : text;
}

function wordsOf(value) {
  if (!Array.isArray(value)) return typeof value === 'number' ? String(Number(value.toPrecision(3))) : String(value);
  const [low, high] = value;
  return value.length === 2 && low === high ? wordsOf(low) : `[${value.map(wordsOf).join(', ')}]`;
}
