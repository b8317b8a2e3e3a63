import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRecipe, runJob } from '@viewforge/runtime';
import { exampleFolder } from '@viewforge/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A folder of 24 good pictures and every kind of bad file, through the whole job under each policy.

const good = 24;
let root: string;
const bad: Readonly<Record<string, string>> = {
  'class-0/bomb.png': 'IMAGE_TOO_LARGE',
  'class-0/dangling.jpg': 'FILE_MISSING',
  'class-0/empty.jpg': 'IMAGE_FORMAT',
  'class-1/text.jpg': 'IMAGE_FORMAT',
  'class-1/truncated.jpg': 'IMAGE_DECODE',
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'viewforge-bad-items-'));
  const [first] = await exampleFolder(root, { count: good });
  const whole = await readFile(join(root, first!));
  const bomb = sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: 'red' }, limitInputPixels: false });
  await writeFile(join(root, 'class-0/bomb.png'), await bomb.png({ compressionLevel: 9 }).toBuffer());
  await symlink(join(root, 'nowhere.jpg'), join(root, 'class-0/dangling.jpg'));
  await writeFile(join(root, 'class-0/empty.jpg'), '');
  await writeFile(join(root, 'class-1/text.jpg'), 'This is not a picture.');
  await writeFile(join(root, 'class-1/truncated.jpg'), whole.subarray(0, Math.floor(whole.length / 2)));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function job(policy: string, extra: object = {}) {
  const checked = await parseRecipe({
    source: { use: 'data/image-folder', options: { root } },
    plan: { use: 'views-simclr/simclr', options: { size: 32 } },
    encoder: { use: 'onnx/random-network' },
    batchSize: 8,
    badItems: { policy },
    ...extra,
  });
  const output = join(await mkdtemp(join(tmpdir(), 'viewforge-out-')), 'out');
  return { output, summary: await runJob(checked, { output }) };
}

const codes = (items: readonly { readonly id: string; readonly code: string }[]) =>
  Object.fromEntries(items.map(({ id, code }) => [id, code]).sort());

test.each([0, 2])('"skip" and "quarantine" leave out exactly the bad files, with %i workers', async (workers) => {
  for (const policy of ['skip', 'quarantine'] as const) {
    const { output, summary } = await job(policy, { workers });
    const { read, used, skipped, quarantined, replaced, views } = summary.counts;
    expect({ read, used, replaced, views }).toEqual({ read: good + 5, used: good, replaced: 0, views: 2 * good });
    expect(policy === 'skip' ? skipped : quarantined).toBe(5);
    expect(codes(summary.badItems)).toEqual(bad);
    for (const { id, message } of summary.badItems) expect(message).toContain(id);
    const trace = await readFile(join(output, 'trace.jsonl'), 'utf8');
    for (const id of Object.keys(bad)) expect(trace).not.toContain(id);
    if (policy === 'quarantine') {
      const lines = (await readFile(join(output, 'quarantine.jsonl'), 'utf8')).trim().split('\n');
      expect(codes(lines.map((line) => JSON.parse(line)))).toEqual(bad);
    }
  }
});

test('"replace" keeps every place filled, and its counts add up', async () => {
  const { summary } = await job('replace');
  const { read, used, skipped, quarantined, replaced } = summary.counts;
  expect(used).toBe(good + 5);
  expect(replaced).toBeGreaterThanOrEqual(5);
  expect(read).toBe(used + skipped + quarantined + replaced);
});

test('"fail" ends with the first bad file by name', async () => {
  await expect(job('fail')).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
    item: 'class-0/bomb.png',
    message: expect.stringContaining('class-0/bomb.png'),
  });
});

test('a budget that is spent ends the job', async () => {
  await expect(job('skip', { badItems: { policy: 'skip', budget: 0.1 } })).rejects.toMatchObject({ code: 'ITEM_BUDGET' });
});
