// Examples where three draws or the ends of a single range would tell little. By plugin/part:
// [{ options, label?, seed?, context?, onDepth? }], the last for operations on depth maps.

/** One example for each value of an option, a range fixed to it where the option is a range; the same draws for each. */
const along = (option, values, rest = {}, extra = {}) =>
  values.map((value) => ({
    label: `${option} ${value}`,
    options: { ...rest, [option]: option.endsWith('Range') ? [value, value] : value },
    seed: 1,
    ...extra,
  }));
const at = (fractions, options = {}, seed = 2) =>
  fractions.map((fraction) => ({ label: `after ${100 * fraction} % of the run`, options, context: { fraction }, seed }));
const views = (options, label) => ({ options, ...(label !== undefined && { label }) });

/** Three draws in which nobody is mixed with itself, with weights that are seldom near 0 or 1. */
const mixes = (name) =>
  [1, 2, 3].map((seed) => ({
    label: `draw ${seed}`,
    options: { alpha: 3, ...(name === 'adp-mix' ? { oldClasses: [0, 2], counts: [20, 80, 40] } : { partners: 'next' }) },
    seed,
  }));

export const chosenExamples = {
  'augment/affine': [
    ['turned 25 degrees', { degreesRange: [25, 25], translateShare: 0, scaleRange: [1, 1], shearXRange: [0, 0] }],
    ['leaning 20 degrees', { degreesRange: [0, 0], translateShare: 0, scaleRange: [1, 1], shearXRange: [20, 20] }],
    ['all drawn', {}],
  ].map(([label, options]) => ({ label, options })),
  'augment/box-blur': along('deviationRange', [0.5, 1, 2]),
  'augment/brightness': along('factorRange', [0.4, 1.3, 1.8]),
  'augment/color-jitter': [0.4, 0.8, 1.6].map((strength) => ({
    label: `strength ${strength}`,
    options: { brightness: strength, contrast: strength, saturation: strength, hue: Math.min(0.5, strength / 4) },
    seed: 6,
  })),
  'augment/contrast': along('factorRange', [0.3, 1.4, 2]),
  'augment/crop': along('size', [80, 160, 280]),
  'augment/cutout': along('sideRange', [0.15, 0.3, 0.5]),
  'augment/elastic': along('strengthRange', [0.01, 0.03, 0.06], { smoothnessRange: [0.08, 0.08] }),
  'augment/erase': [0.05, 0.2, 0.33].map((area, i) => ({
    label: `areaRange ${area}${i === 2 ? ', noise' : ''}`,
    options: { areaRange: [area, area], content: i === 2 ? 'noise' : 'constant' },
  })),
  'augment/fourier-crop': along('band', [16, 40, 96]),
  'augment/gaussian-blur': along('deviationRange', [0.5, 1, 2], { kernel: 'auto' }),
  'augment/hue': along('turnsRange', [-0.1, 0.1, 0.33]),
  'augment/impulse-noise': along('shareRange', [0.01, 0.05, 0.2]),
  'augment/jpeg-degradation': along('qualityRange', [75, 25, 5]),
  'augment/keyed-convolution': ['one', 'another'].map((key) => ({
    label: `key "${key}"`,
    options: { key },
    context: { label: 1 },
  })),
  'augment/measurement-noise': along('deviationRange', [0.02, 0.1, 0.3]),
  'augment/noise': along('deviationRange', [0.02, 0.1, 0.3]),
  'augment/pad': ['constant', 'edge', 'reflect'].map((mode) => ({
    label: mode,
    options: { mode, left: 30, right: 10, top: 10, bottom: 20 },
  })),
  'augment/perspective': along('distortion', [0.2, 0.5, 0.9]),
  'augment/posterize': along('bitsRange', [5, 3, 1]),
  'augment/rand-augment': along('level', [3, 9, 27]),
  'augment/random-resized-crop': along('scaleRange', [1, 0.3, 0.08]),
  'augment/rotate': along('degreesRange', [-15, 15, 45]),
  'augment/saturation': along('factorRange', [0.2, 1.5, 2.5]),
  'augment/sharpness': along('factorRange', [0.1, 3, 8]),
  'augment/solarize': along('thresholdRange', [0.75, 0.5, 0.25]),
  'augment/solarize-add': along('amountRange', [0.1, 0.25, 0.43]),
  'mix-inputs/mixup': [0.8, 0.5, 0.2].map((weight) => ({
    label: `weight ${weight}`,
    options: { law: 'uniform', weightRange: [weight, weight], partners: 'next' },
  })),
  'mix-inputs/metrix-input': [1, 2, 3].map((seed) => ({ label: `draw ${seed}`, seed, context: { index: 1 } })),
  ...Object.fromEntries(
    ['adp-mix', 'cut-mix', 'decoupled-mixup', 'en-mix', 'fmix', 'i-mix', 'manifold-mixup', 'puzzle-mix', 'weak-mixup'].map(
      (name) => [`mix-inputs/${name}`, mixes(name)],
    ),
  ),
  'views-clinical/depth-noise': along('growth', [0.002, 0.01, 0.03], {}, { onDepth: true }),
  'views-clinical/depth-holes': along('shareRange', [0.03, 0.1, 0.3], {}, { onDepth: true }),
  'views-clinical/edge-drop': along('share', [0.2, 0.5, 1], {}, { onDepth: true }),
  'views-clinical/median-filter': [views({}, 'the median')],
  'views-curriculum/easy-hard': ['affine', 'cutout', 'double-cutout'].map((difficulty) => views({ difficulty }, difficulty)),
  'views-curriculum/efficient-train': at([0, 0.5, 0.9], { count: 3 }),
  'views-curriculum/staged-fourier-crop': at([0, 0.7, 0.9]),
  'views-curriculum/staged-rand-augment': at([0, 0.5, 0.9], {}, 57),
  'views-fields/deformation': along('levelRange', [10, 48, 80]),
  'views-fields/field-affine': along('strength', [0.5, 1, 2]),
  'views-fields/field-color': along('strength', [0.5, 1, 2]),
  'views-fields/field-views': along('strength', [0.5, 1, 2], { share: 1 }),
  'views-fields/deformation-views': along('levelRange', [10, 48, 80]),
  'views-masks/index-turn': [1, 2, 3].map((index) => ({ label: `index ${index}`, context: { index } })),
  'views-masks/jigsaw-tile': [0, 4, 8].map((index) => ({ label: `index ${index}`, context: { index }, seed: 1 })),
  'views-masks/patch-mask': along('ratio', [0.25, 0.5, 0.75]),
  'views-multicrop/dino': [views({}), views({ localCount: 4 }, 'localCount 4'), views({ localCount: 0 }, 'localCount 0')],
  'views-policy/aug-mix': along('severity', [1, 3, 10]),
  'views-policy/auto-augment': ['imagenet', 'cifar10', 'svhn'].map((policy) => views({ policy }, policy)),
  'views-policy/rand-augment-views': along('level', [3, 9, 27]),
  'views-policy/uda': along('cutout', [0, 16, 48]),
  'views-policy/trivial-augment': [1, 5, 6].map((seed) => ({ label: `draw ${seed}`, seed })),
  'views-simclr/simclr': along('strength', [0.25, 1, 2]),
};
