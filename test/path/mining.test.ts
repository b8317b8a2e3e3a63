import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@viewforge/random';
import { readNpy, writeNpy } from '@viewforge/sinks';
import { features } from '@viewforge/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The built command as a child process, killed and started again: half a minute in all, most of it starting Node.
const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const [size, width] = [3000, 16];
let folder: string;

beforeAll(async () => {
  if (!existsSync(main)) throw new Error('expected a built command, got none; run `npx tsc -b packages/cli`');
  folder = await mkdtemp(join(tmpdir(), 'viewforge-mine-'));
  const random = createRandom('mine');
  const rows = (n: number) =>
    features(
      Float32Array.from({ length: n * width }, () => random.normal(0, 1)),
      n,
      width,
    );
  await writeNpy(join(folder, 'features.npy'), rows(size));
  await writeNpy(join(folder, 'queries.npy'), rows(5));
  const labels = Int32Array.from({ length: size }, () => random.integer(0, 40));
  await writeNpy(join(folder, 'labels.npy'), { shape: [size], data: labels });
  await writeNpy(join(folder, 'long.npy'), { shape: [2], data: BigInt64Array.of(0n, 2n ** 32n) });
  await writeFile(join(folder, 'ids.txt'), Array.from({ length: size }, (_, row) => `photo ${row}`).join('\r\n'));
  await writeFile(join(folder, 'ids.jsonl'), Array.from({ length: size }, (_, row) => `{"id":"photo ${row}"}\n`).join(''));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in the test's folder; `onError` sees standard error as it grows and may end it. */
function mine(
  args: readonly string[],
  onError: (text: string, end: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, 'mine', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
      onError(err, (signal) => child.kill(signal));
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** Kills the command so many milliseconds after its first block was stored, or lets it end. */
async function mineAndKill(args: readonly string[], out: string, delay: number): Promise<Ended & { readonly blocks: number }> {
  const child = spawn(process.execPath, [main, 'mine', ...args], { cwd: folder, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const before = await blocksIn(out);
  const deadline = new AbortController();
  void ended.then(() => deadline.abort());
  while (!deadline.signal.aborted && (await blocksIn(out)) <= before) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, delay));
  child.kill('SIGKILL');
  return { code: await ended, out: '', err: '', blocks: await blocksIn(out) };
}

async function blocksIn(out: string): Promise<number> {
  const names = await readdir(join(folder, out, 'blocks')).catch(() => []);
  return names.filter((name) => name.endsWith('.bin')).length;
}

const choices = ['--features', 'features.npy', '--labels', 'labels.npy', '--count', '6', '--margin', '0.05', '--ids', 'ids.txt'];
// blocks of 16 queries, so that there are 188 of them
const small = [...choices, '--memory', '0.02', '--threads', '2', '--quiet'];

test('killed at ten moments and gone on with, a mining leaves the bytes of an undisturbed one', async () => {
  const random = createRandom('moments');
  const whole = await mine([...choices, '--out', 'whole', '--quiet']);
  expect(whole.code).toBe(0);
  let killed = 0;
  for (let i = 0; i < 10; i++) {
    const go = i === 0 ? [] : ['--resume'];
    const { code, blocks } = await mineAndKill([...small, '--out', 'killed', ...go], 'killed', random.uniform(0, 80));
    if (code === null && blocks > 0) killed++;
  }
  expect(killed, 'times it was killed on its way').toBeGreaterThanOrEqual(8);
  const last = await mine([...small, '--out', 'killed', '--resume', '--json']);
  expect(last.code).toBe(0);
  const { files } = JSON.parse(last.out) as { files: string[] };
  expect(files).toHaveLength(5);
  for (const name of files.filter((each) => each !== 'mining.json')) {
    const [a, b] = await Promise.all(['killed', 'whole'].map((run) => readFile(join(folder, run, name))));
    expect(a!.equals(b!), name).toBe(true);
  }
  const [killedReport, wholeReport] = await Promise.all(
    ['killed', 'whole'].map(async (run) => JSON.parse(await readFile(join(folder, run, 'mining.json'), 'utf8')).report),
  );
  expect(killedReport).toEqual(wholeReport);
  expect(await readdir(join(folder, 'killed'))).toHaveLength(5);
}, 180_000);

test('Ctrl-C stops in good order and says how to go on', async () => {
  const args = [...choices, '--memory', '0.05', '--out', 'stopped'];
  const stopped = await mine(args, (err, end) => {
    if (/\d+\/3000 items/.test(err) && !err.includes('stopping')) end('SIGINT');
  });
  expect(stopped.code).toBe(130);
  expect(stopped.err).toContain('go on with the same command and --resume');
  const { code, out } = await mine([...args, '--resume', '--quiet']);
  expect(code).toBe(0);
  for (const part of ['3000 of 16 features', 'negatives', 'triples', 'exact']) expect(out).toContain(part);
}, 60_000);

test('an approximate index reports its recall, and names from JSON lines go into the triples', async () => {
  const index = ['--index', 'usearch', '--index-options', '{"searchWidth": 256}'];
  const args = ['--features', 'features.npy', '--count', '5', '--ids', 'ids.jsonl', '--out', 'near', '--json', '--quiet'];
  const { code, out } = await mine([...args, ...index]);
  expect(code).toBe(0);
  const report = JSON.parse(out) as { index: string; recall: { value: number; queries: number } };
  expect(report.index).toBe('usearch-index');
  expect(report.recall.queries).toBe(200);
  expect(report.recall.value).toBeGreaterThan(0.95);
  expect(report.recall.value).toBeLessThanOrEqual(1);
  const [line] = (await readFile(join(folder, 'near', 'triples.jsonl'), 'utf8')).split('\n');
  expect(JSON.parse(line!)).toMatchObject({ anchor: 0, positive: null, anchorId: 'photo 0' });
}, 60_000);

test('queries from another file find rows of the corpus', async () => {
  const { code } = await mine([
    '--features',
    'features.npy',
    '--queries',
    'queries.npy',
    '--count',
    '3',
    '--out',
    'asked',
    '--quiet',
  ]);
  expect(code).toBe(0);
  expect((await readNpy(join(folder, 'asked', 'neighbors.npy'))).shape).toEqual([5, 3]);
});

test.each([
  [['--features', 'none.npy', '--count', '3', '--out', 'x'], 3, 'error FILE_MISSING: none.npy'],
  [
    ['--features', 'features.npy', '--count', 'many', '--out', 'x'],
    2,
    'error USAGE: --count: expected a whole number >= 1, got "many"',
  ],
  [['--features', 'features.npy', '--count', '3'], 2, "required option '--out <dir>' not specified"],
  [['--features', 'features.npy', '--count', '3', '--out', '.'], 2, 'expected a new or empty folder'],
  [
    ['--features', 'features.npy', '--count', '3', '--out', 'x', '--resume'],
    2,
    '--resume: expected an interrupted mining in x, got none',
  ],
  [
    ['--features', 'features.npy', '--count', '3', '--out', 'x', '--index', 'usearch-indx'],
    2,
    'did you mean "index-usearch/usearch-index"?',
  ],
  [['--features', 'features.npy', '--count', '3', '--out', 'x', '--labels', 'features.npy'], 3, 'expected whole numbers of [n]'],
  [
    ['--features', 'features.npy', '--count', '3', '--out', 'x', '--labels', 'long.npy'],
    3,
    'of 32 bits, got 4294967296 in row 1',
  ],
  [['--features', 'a.safetensors', '--count', '3', '--out', 'x'], 2, 'error USAGE: --tensor'],
  [
    ['--features', 'features.npy', '--count', '3', '--out', 'x', '--tensor', 'a'],
    2,
    'error USAGE: --tensor: expected .safetensors files, got features.npy',
  ],
])('%j ends with %i and says why in one line', async (args, code, message) => {
  const ended = await mine(args as string[]);
  expect(ended.code).toBe(code);
  expect(ended.err).toContain(message);
  expect(ended.err.trim().split('\n')).toHaveLength(1);
  expect(ended.out).toBe('');
});
