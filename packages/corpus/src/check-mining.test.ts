import { features } from '@viewforge/tensor';
import { exampleVectors } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { memoryVectors } from './memory-vectors.ts';
import { mineCorpus } from './mine-corpus.ts';
import type { Mining } from './mining.ts';

const running = { signal: new AbortController().signal };
const [size, width] = [150, 8];
const { rows } = exampleVectors(size, width);
const labels = new Int32Array(size);

test.each<[message: string, code: string, choices: Partial<Mining>]>([
  ['count: expected a whole number >= 1, got 0', 'OPTION', { count: 0 }],
  ['threads: expected', 'OPTION', { threads: 0 }],
  ['window: expected a whole number', 'OPTION', { window: -1 }],
  ['expected 150 labels, got 3', 'SHAPE', { labels: new Int32Array(3) }],
  ['pairs[0]: expected -1 or a row below 150, got 150', 'OPTION', { pairs: new Int32Array(size).fill(150) }],
  ['pairs[7]: expected another row, got the row itself', 'OPTION', { pairs: new Int32Array(size).fill(7) }],
  ['lowest: expected at most the highest, 0.1, got 0.9', 'OPTION', { lowest: 0.9, highest: 0.1 }],
  ['expected rows of one feature or more', 'EMPTY', { vectors: memoryVectors(features(new Float32Array(0), 3, 0)) }],
  ['memory: expected', 'OPTION', { count: 1_000_000_000 }],
  ['queryLabels: expected none', 'OPTION', { queryLabels: labels }],
  ['queryLabels: expected queryLabels and labels', 'OPTION', { queries: memoryVectors(rows), labels }],
  ['expected queries of 8 features, got 2', 'SHAPE', { queries: memoryVectors(features(new Float32Array(4), 2, 2)) }],
  ['window: expected 0 for queries', 'OPTION', { queries: memoryVectors(rows), window: 1 }],
  ['expected rows and queries', 'EMPTY', { vectors: memoryVectors(features(new Float32Array(0), 0, 2)) }],
  ['highest: expected a cosine', 'OPTION', { highest: Number.NaN }],
])('"%s" (%s)', async (message, code, choices) => {
  const mining: Mining = { vectors: memoryVectors(rows), folder: 'never made', count: 1, ...choices };
  await expect(mineCorpus(mining, running)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});
