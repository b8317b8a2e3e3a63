import { type Running, ViewforgeError } from '@viewforge/core';
import { uniformNoise } from '@viewforge/kernels';
import { type Random, seedOf } from '@viewforge/random';
import { type Features, tensor, values } from '@viewforge/tensor';
import type { KnownRows } from './class-memory.ts';
import { checkLabels, rowBlock } from './class-rows.ts';
import { type RowNetwork, runNetwork } from './row-network.ts';

/** What a generator is asked for: noise from a seed, and the class of each row. */
export type GeneratorDraw = { readonly seed: number; readonly labels: readonly number[] };

/** Names of a network's input and output. */
export interface NetworkNames {
  readonly input?: string;
  readonly output?: string;
}

/** Draws the seed of the noise, then a class for each of `count` rows among those that the client has. Throws ViewforgeError (EMPTY) where it has none. */
export function drawGenerated(classes: readonly number[], count: number, random: Random): GeneratorDraw {
  if (classes.length === 0)
    throw new ViewforgeError('EMPTY', 'draw-generated', 'expected at least one class to choose from, got none');
  const seed = seedOf(random);
  return { seed, labels: Array.from({ length: count }, () => classes[random.integer(0, classes.length)]!) };
}

/** [n, width + classes] in float32: `width` uniform numbers in [0, 1) of the seed, then 1 at the row's class. Throws ViewforgeError (LABEL). */
export function generatorInputs({ seed, labels }: GeneratorDraw, width: number, classes: number): Features {
  checkLabels(labels, labels.length, classes, 'generator-inputs');
  const noise = uniformNoise(labels.length * width, seed);
  return besideClasses(tensor(noise, [labels.length, width]), labels, classes);
}

/**
 * Features [n, d] that a client's network makes of generated ones: base + network([generated, one-hot class]), with the mean of the class or a
 * real feature of it as base (FRAug's transform of representations); a class of which nothing is known has base 0. The network is a model of
 * the user, "input" [n, d + classes] to "output" [n, d] unless named. No gradient flows. Throws ViewforgeError: SHAPE, LABEL, MODEL_OUTPUT.
 */
export async function transformGenerated(
  network: RowNetwork,
  { generated, base, labels }: { readonly generated: Features; readonly base: KnownRows; readonly labels: ArrayLike<number> },
  classes: number,
  running: Running,
  { input = 'input', output = 'output' }: NetworkNames = {},
): Promise<Features> {
  const { n, d } = rowBlock(generated, 'transform-generated', 'generated rows');
  checkLabels(labels, n, classes, 'transform-generated');
  const start = rowBlock(base.rows, 'transform-generated', 'base rows', d);
  if (start.n !== n)
    throw new ViewforgeError('SHAPE', 'transform-generated', `expected base rows of [${n}, ${d}], got [${base.rows.shape}]`);
  const change = await runNetwork(network, { [input]: besideClasses(generated, labels, classes) }, output, running);
  const added = rowBlock(change, 'transform-generated', 'rows of the network', d);
  return tensor(
    Float32Array.from(start.data, (each, at) => (base.known[Math.floor(at / d)] === 1 ? each : 0) + added.data[at]!),
    [n, d],
  );
}

/** Rows with the one-hot class of each behind them. */
function besideClasses(rows: Features, labels: ArrayLike<number>, classes: number): Features {
  const [n, d] = rows.shape as [number, number];
  const from = values(rows);
  const result = new Float32Array(n * (d + classes));
  for (let i = 0; i < n; i++) {
    result.set(from.subarray(i * d, i * d + d), i * (d + classes));
    result[i * (d + classes) + d + labels[i]!] = 1;
  }
  return tensor(result, [n, d + classes]);
}
