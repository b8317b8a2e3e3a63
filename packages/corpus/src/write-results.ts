import { join } from 'node:path';
import { type NpyAppender, openNpyAppender } from '@viewforge/sinks';
import type { MinedBlock } from './mine-block.ts';
import { type CorpusReport, type Mining, miningFiles } from './mining.ts';
import { openTripleLines, openTripleTable, type TripleFile } from './triple-files.ts';
import { type Triple, triplesOf } from './triples.ts';

/** Writes the files of a mining, each put in place when it is complete, from blocks that are read one after the other. */
export async function writeResults(
  mining: Mining,
  blocks: readonly (() => Promise<MinedBlock>)[],
  measured: { readonly unusable: CorpusReport['unusable']; readonly recall: CorpusReport['recall'] | undefined },
): Promise<CorpusReport> {
  const files = await openFiles(mining);
  const sums = { negatives: 0, short: 0, positives: 0, withoutPositive: 0, triples: 0 };
  let first = 0;
  try {
    for (const read of blocks) {
      const block = await read();
      await files.neighbors.append(block.negatives.columns);
      await files.scores.append(Float32Array.from(block.negatives.scores));
      for (const some of portions(triplesOf(block, first))) {
        sums.triples += some.length;
        for (const file of files.triples) await file.add(some);
      }
      addCounts(sums, block);
      first += block.negatives.counts.length;
    }
    for (const file of [files.neighbors, files.scores, ...files.triples]) await file.finish();
  } finally {
    for (const file of [files.neighbors, files.scores, ...files.triples]) await file.close();
  }
  return reportOf(mining, sums, measured);
}

interface Files {
  readonly neighbors: NpyAppender;
  readonly scores: NpyAppender;
  readonly triples: readonly TripleFile[];
}

async function openFiles({ folder, count, ids, queryIds, queries }: Mining): Promise<Files> {
  const names = { rows: ids, anchors: queries === undefined ? ids : queryIds };
  return {
    neighbors: await openNpyAppender(join(folder, miningFiles.neighbors), { row: [count], type: 'i32' }),
    scores: await openNpyAppender(join(folder, miningFiles.scores), { row: [count] }),
    triples: [
      await openTripleLines(join(folder, miningFiles.triples), names),
      await openTripleTable(join(folder, miningFiles.parquet), names),
    ],
  };
}

function* portions(triples: Iterable<Triple>): Generator<Triple[], void, undefined> {
  let some: Triple[] = [];
  for (const triple of triples) {
    some.push(triple);
    if (some.length < 10_000) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

type Sums = { -readonly [K in 'negatives' | 'short' | 'positives' | 'withoutPositive' | 'triples']: CorpusReport[K] };

/** In place: the counts of a block are added. */
function addCounts(sums: Sums, { negatives, positives }: MinedBlock): void {
  for (const size of negatives.counts) {
    sums.negatives += size;
    if (size < negatives.count) sums.short++;
  }
  for (const size of positives.counts) {
    sums.positives += size;
    if (size === 0) sums.withoutPositive++;
  }
}

function reportOf(mining: Mining, sums: Sums, { unusable, recall }: Parameters<typeof writeResults>[2]): CorpusReport {
  const { vectors, queries = vectors, count, index } = mining;
  return {
    queries: queries.size,
    rows: vectors.size,
    width: vectors.width,
    count,
    unusable,
    ...sums,
    index: index === undefined ? 'exact' : index.name,
    ...(recall && { recall }),
    files: Object.values(miningFiles),
  };
}
