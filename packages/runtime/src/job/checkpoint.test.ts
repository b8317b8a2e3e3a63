import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@viewforge/tensor';
import { contentOf, firstDifference } from '@viewforge/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type JobCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { resultNames } from './folder.ts';

let folder: string;
const identity = { recipe: { seed: 1 }, header: { format: 1 }, items: '2 items' } as unknown as JobCheckpoint;
const checkpoint = (state: unknown): JobCheckpoint => ({
  ...identity,
  run: {
    seed: 1,
    epoch: 2,
    position: 3,
    step: 4,
    counts: { read: 1, used: 1, skipped: 0, replaced: 0, quarantined: 0, views: 2 },
    bad: [],
    state,
  },
  offsets: { 'losses.jsonl': 7 },
  threads: { workers: 0 },
  elapsed: 12.5,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-checkpoint-'));
  await mkdir(join(folder, resultNames.unfinished));
});
beforeEach(() => rm(fileOf(folder), { force: true }));
afterAll(() => rm(folder, { recursive: true }));

test("a pairing's state comes back with its tensors, bit for bit", async () => {
  const state = {
    queue: tensor(Float32Array.of(1, Number.NaN, -0, 4), [2, 2]),
    pointer: 1,
    ids: ['a', null],
    labels: Int32Array.of(-1, 3),
  };
  await writeCheckpoint(folder, checkpoint(state));
  const back = await readCheckpoint(folder, identity);
  expect(firstDifference(contentOf(checkpoint(state)), contentOf(back))).toBeUndefined();
  expect((back!.run.state as typeof state).queue.get(1, 1)).toBe(4);
});

test('no checkpoint yet is none', async () => {
  expect(await readCheckpoint(folder, identity)).toBeUndefined();
});

test('a state that is no plain data is refused before anything is written', async () => {
  await expect(writeCheckpoint(folder, checkpoint({ draw: () => 1 }))).rejects.toMatchObject({ code: 'DOMAIN' });
  expect(await readCheckpoint(folder, identity)).toBeUndefined();
});

test('a damaged state is a CHECKPOINT error', async () => {
  await writeCheckpoint(folder, checkpoint({ queue: Float64Array.of(1, 2, 3) }));
  const bytes = await readFile(fileOf(folder));
  const at = bytes.indexOf('Float64Array');
  bytes[at] = bytes[at]! ^ 1;
  await writeFile(fileOf(folder), bytes);
  await expect(readCheckpoint(folder, identity)).rejects.toMatchObject({
    code: 'CHECKPOINT',
    message: expect.stringContaining('expected a checkpoint, got other bytes; start the job again'),
  });
});

function fileOf(output: string): string {
  return join(output, resultNames.unfinished, 'checkpoint.bin');
}
