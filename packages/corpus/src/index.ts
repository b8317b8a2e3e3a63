import { definePlugin } from '@viewforge/core';
import { exactIndex } from './exact-index.ts';
import { joinVectors } from './join-vectors.ts';
import { memoryVectors } from './memory-vectors.ts';
import { mineCorpus } from './mine-corpus.ts';
import { type CorpusReport, type Mining, type MiningChoices, miningFiles } from './mining.ts';
import { npyVectors } from './npy-vectors.ts';
import { providerIndex } from './provider-index.ts';
import { type RecallQuestion, recallOf, sampleRows } from './recall-of.ts';
import { safetensorsVectors } from './safetensors-vectors.ts';

export {
  type CorpusReport,
  exactIndex,
  joinVectors,
  memoryVectors,
  type Mining,
  type MiningChoices,
  mineCorpus,
  miningFiles,
  npyVectors,
  providerIndex,
  type RecallQuestion,
  recallOf,
  safetensorsVectors,
  sampleRows,
};

/** Exact search over embeddings on disk. */
export const plugin = definePlugin({
  name: 'corpus',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [exactIndex, providerIndex],
});
