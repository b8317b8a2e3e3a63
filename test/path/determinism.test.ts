import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Domains, makeView, readTrace, type Sampler, type TraceView, writeTrace } from '@viewforge/core';
import { imageFolder, sequential, shuffled } from '@viewforge/data';
import { type Checkpoint, type ViewStep, type ViewsOptions, views } from '@viewforge/run';
import { type Tensor, unstack, values } from '@viewforge/tensor';
import { exampleFolder } from '@viewforge/testkit';
import { byol } from '@viewforge/views-byol';
import { simclr } from '@viewforge/views-simclr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// Costs about half a minute: 210 images, a dozen passes over each set.

const photos = fileURLToPath(new URL('../../examples/photos', import.meta.url));
const header = {
  trace: 'viewforge/1',
  seed: 11,
  plan: { use: 'test', version: 1, options: {} },
  parts: {},
  plugins: [],
  versions: {},
} as const;
const running = { signal: new AbortController().signal };
let generated: string;

beforeAll(async () => {
  generated = await mkdtemp(join(tmpdir(), 'viewforge-200-'));
  await exampleFolder(generated, { count: 200 });
});
afterAll(() => rm(generated, { recursive: true, force: true }));

/** Everything a run of views gave, by view: the digest of its bytes and its line in the trace. */
interface Outcome {
  readonly digests: ReadonlyMap<string, string>;
  readonly trace: string;
  readonly views: readonly TraceView[];
  readonly checkpoints: readonly Checkpoint[];
}

async function outcome(options: ViewsOptions, stopAfter = Number.POSITIVE_INFINITY): Promise<Outcome> {
  const digests = new Map<string, string>();
  const lines: TraceView[] = [];
  const checkpoints: Checkpoint[] = [];
  for await (const step of views(options)) {
    note(step, digests, lines);
    checkpoints.push(step.checkpoint);
    if (checkpoints.length === stopAfter) break;
  }
  return { digests, trace: writeTrace({ header, views: lines, mixes: [] }), views: lines, checkpoints };
}

function note(step: ViewStep, digests: Map<string, string>, lines: TraceView[]): void {
  step.items.forEach(({ id }, row) => {
    for (const view of step.drawn[row]!) {
      lines.push({ epoch: step.epoch, item: id, ...view });
      digests.set(
        `${step.epoch} ${id} ${view.role} ${view.index}`,
        digest(unstack(step.views[view.role]![view.index]!.values, row)),
      );
    }
  });
}

function digest(view: Tensor): string {
  const { buffer, byteOffset, byteLength } = values(view);
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

describe.each([
  { name: 'ten photographs', root: () => photos, count: 10, size: 64 },
  { name: '200 generated images', root: () => generated, count: 200, size: 32 },
])('$name', ({ root, count, size }) => {
  const options = (extra: Partial<ViewsOptions> = {}): ViewsOptions => ({
    source: imageFolder({ root: root() }),
    sampler: sequential(),
    plan: simclr({ size }),
    seed: 11,
    ...extra,
  });
  let reference: Outcome;
  beforeAll(async () => {
    reference = await outcome(options());
  });

  test('there are two different views of every item', () => {
    expect(reference.digests.size).toBe(2 * count);
    expect(new Set(reference.digests.values()).size).toBe(2 * count);
  });

  test.each([
    ['batches of 1', { batchSize: 1 }],
    ['batches of 4', { batchSize: 4 }],
    ['shuffled order', { sampler: shuffled() as Sampler, batchSize: 7 }],
    ['1 worker', { workers: 1 }],
    ['2 workers', { workers: 2, batchSize: 4 }],
    ['4 workers in shuffled order', { workers: 4, sampler: shuffled() as Sampler }],
  ])('%s change no byte', async (_, extra) => {
    const other = await outcome(options(extra));
    expect(other.digests.size).toBe(reference.digests.size);
    for (const [view, bytes] of reference.digests) expect(other.digests.get(view), view).toBe(bytes);
    expect(other.trace).toBe(reference.trace);
  });

  test('another seed changes every view', async () => {
    const other = await outcome(options({ seed: 12 }));
    for (const [view, bytes] of reference.digests) expect(other.digests.get(view), view).not.toBe(bytes);
  });

  test('an interrupted run that is taken up again gives the same views', async () => {
    const first = await outcome(options({ batchSize: 4, workers: 2 }), 2);
    const stored = JSON.parse(JSON.stringify(first.checkpoints.at(-1))) as Checkpoint;
    const second = await outcome(options({ batchSize: 4, resume: stored }));
    const all = new Map([...first.digests, ...second.digests]);
    expect(first.digests.size + second.digests.size).toBe(reference.digests.size);
    expect(all).toEqual(new Map(reference.digests));
    expect(writeTrace({ header, views: [...second.views, ...first.views], mixes: [] })).toBe(reference.trace);
  });

  test('two epochs differ in every view, and the first is that of a run of one', async () => {
    const two = await outcome(options({ epochs: 2, workers: 2 }));
    expect(two.digests.size).toBe(4 * count);
    for (const [view, bytes] of reference.digests) {
      expect(two.digests.get(view), view).toBe(bytes);
      expect(two.digests.get(view.replace(/^0/, '1')), view).not.toBe(bytes);
    }
  });

  test('every view replays bit for bit from its trace', async () => {
    const { source, plan } = options();
    const collection = await source.ready(running);
    const index = new Map(Array.from({ length: collection.size }, (_, i) => [collection.id(i), i]));
    const trace = readTrace(reference.trace, 'trace.jsonl');
    expect(trace.views.length).toBe(2 * count);
    let content: { id: string; pixels: Domains['pixels'] } | undefined;
    for (const view of trace.views) {
      if (content?.id !== view.item) {
        content = { id: view.item, pixels: await (await collection.open(index.get(view.item)!, running)).decode(running) };
      }
      const value = makeView(view.item, content.pixels, plan, view) as Tensor;
      expect(digest(value), view.item).toBe(reference.digests.get(`0 ${view.item} ${view.role} ${view.index}`));
    }
  });
});

test('the two recipes of an asymmetric plan are told apart by index, with any number of workers', async () => {
  const options: ViewsOptions = { source: imageFolder({ root: photos }), plan: byol({ size: 32 }), seed: 3 };
  const here = await outcome(options);
  const there = await outcome({ ...options, workers: 2 });
  expect(there.digests).toEqual(here.digests);
  const threads = [];
  for await (const step of views({ ...options, workers: 2 })) threads.push(step.threads);
  expect(threads[0]).toEqual({ workers: 2 });
});
