import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axes, flattenOnnx } from '@viewforge/testkit';
import { readNpy, writeNpy } from '@viewforge/sinks';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The built command as a child process: half a minute in all, most of it starting Node.
const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const photos = fileURLToPath(new URL('../../examples/photos', import.meta.url));
const fast = ['--data', photos, '--encoder', 'onnx/random-network', '--quiet'];
let folder: string;

beforeAll(async () => {
  if (!existsSync(main)) throw new Error('expected a built command, got none; run `npx tsc -b packages/cli`');
  folder = await mkdtemp(join(tmpdir(), 'viewforge-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in the test's folder; `onError` sees standard error as it grows and may kill. */
function viewforge(args: readonly string[], onError: (text: string, stop: () => void) => void = () => {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
      onError(err, () => child.kill('SIGINT'));
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

test('the main job leaves its results and prints one JSON document', async () => {
  const { code, out } = await viewforge(['run', ...fast, '--out', 'main', '--json', '--seed', '3']);
  expect(code).toBe(0);
  const summary = JSON.parse(out) as { counts: { read: number; used: number; views: number }; files: string[]; seed: number };
  expect(summary).toMatchObject({ seed: 3, counts: { read: 10, used: 10, views: 20 } });
  for (const file of summary.files) expect(existsSync(join(folder, 'main', file)), file).toBe(true);
  expect(summary.files).toEqual(
    expect.arrayContaining(['views.png', 'trace.jsonl', 'summary.json', 'embeddings/view-0.npy', 'embeddings/view-1.npy']),
  );
});

test('without --json a person reads what was done and what to try next, without colors', async () => {
  const { code, out } = await viewforge(['run', ...fast, '--out', 'text']);
  expect(code).toBe(0);
  for (const part of ['10 read = 10 used', 'losses/nt-xent', 'metrics/alignment', 'what to try next'])
    expect(out).toContain(part);
  expect(out).not.toContain('\u001b');
});

test('draw and replay agree on every byte', async () => {
  const drawn = await viewforge(['draw', '--data', photos, '--out', 'drawn', '--json', '--quiet', '--workers', '2']);
  const replayed = await viewforge(['replay', 'drawn/trace.jsonl', '--data', photos, '--out', 'again', '--json', '--quiet']);
  expect([drawn.code, replayed.code]).toEqual([0, 0]);
  const digest = (JSON.parse(drawn.out) as { digest: string }).digest;
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect((JSON.parse(replayed.out) as { digest: string }).digest).toBe(digest);
  const picture = join('epoch-0', 'coffee.jpg.view-0.png');
  const [a, b] = await Promise.all(['drawn', 'again'].map((name) => readFile(join(folder, name, picture))));
  expect(a!.equals(b!)).toBe(true);
});

test('Ctrl-C stops in good order, and --resume leaves the trace of an undisturbed run', async () => {
  const long = ['run', '--data', photos, '--encoder', 'onnx/random-network', '--epochs', '40', '--batch-size', '2'];
  const stopped = await viewforge([...long, '--out', 'stopped'], (err, stop) => {
    if (/\d+\/400 items/.test(err) && !err.includes('stopping')) stop();
  });
  expect(stopped.code).toBe(130);
  expect(stopped.err).toMatch(/go on with: node .* run --resume --out stopped/);
  expect(existsSync(join(folder, 'stopped', 'summary.json'))).toBe(false);
  const resumed = await viewforge(['run', '--resume', '--out', 'stopped', '--json', '--quiet']);
  expect(resumed.code).toBe(0);
  const whole = await viewforge([...long, '--out', 'whole', '--quiet', '--workers', '1']);
  expect(whole.code).toBe(0);
  for (const name of ['trace.jsonl', 'embeddings/view-1.npy', 'losses.jsonl']) {
    const [a, b] = await Promise.all(['stopped', 'whole'].map((run) => readFile(join(folder, run, name))));
    expect(a!.equals(b!), name).toBe(true);
  }
}, 180_000);

test.each([
  [['run', '--data', 'nowhere'], 3, 'error FILE_MISSING: '],
  [['run', '--datta', 'x'], 2, "error USAGE: viewforge: unknown option '--datta'"],
  [['rnu'], 2, "error USAGE: viewforge: unknown command 'rnu'"],
  [['run', '--data', photos, '--epochs', 'many'], 2, 'error USAGE: --epochs: expected a whole number, got "many"'],
  [['run', '--data', photos, '--plan', 'views-simclr/simclrr'], 2, 'did you mean "views-simclr/simclr"?'],
  [['run', '--data', photos, '--model', 'missing.onnx'], 3, 'missing.onnx'],
  [
    ['run', '--data', photos, '--providers', 'abacus'],
    2,
    'encoder.options.providers[0]: expected one of "cpu", "cuda", "webgpu"',
  ],
  [['describe', 'ntxent'], 2, 'did you mean "losses/nt-xent"?'],
  [['list', 'losss'], 2, 'did you mean "loss"?'],
  [['measure', 'info-nce', 'missing.npy'], 3, 'error FILE_MISSING: missing.npy'],
  [['replay', 'missing.jsonl', '--data', photos], 3, 'error FILE_MISSING: missing.jsonl'],
])('%j ends with %i and says why in one line', async (args, code, message) => {
  const ended = await viewforge(args as string[]);
  expect(ended.code).toBe(code);
  expect(ended.err).toContain(message);
  expect(ended.err.trim().split('\n')).toHaveLength(1);
  expect(ended.err).toMatch(/see docs\/errors\.md#[a-z_]+/);
  expect(ended.out).toBe('');
});

test('a corrupt model ends with 4 and names the file', async () => {
  await writeFile(join(folder, 'corrupt.onnx'), 'no model');
  const { code, err } = await viewforge(['run', ...fast.slice(0, 2), '--model', 'corrupt.onnx', '--out', 'corrupt']);
  expect(code).toBe(4);
  expect(err).toMatch(/error MODEL_CORRUPT: .*corrupt\.onnx/);
});

test('a reader that stops early, such as `head`, ends no command with an error', async () => {
  const ended = await new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [main, 'list'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stdout.destroy();
    child.stderr.on('data', (chunk: Buffer) => (err += chunk));
    child.on('close', (code) => resolve({ code, out: '', err }));
  });
  expect(ended).toEqual({ code: 0, out: '', err: '' });
});

test('--resume of a folder that holds no run begins nothing', async () => {
  const { code, err } = await viewforge(['run', '--resume', '--out', 'mistyped']);
  expect(code).toBe(2);
  expect(err).toContain('error USAGE: --resume: expected an interrupted run in mistyped, got none');
  expect(existsSync(join(folder, 'mistyped'))).toBe(false);
});

test('replay shrinks large pictures as the run did', async () => {
  const source = { use: 'data/image-folder', options: { root: photos, shrinkTo: 60 } };
  await writeFile(join(folder, 'shrunk.json'), JSON.stringify({ source }));
  const drawn = await viewforge([
    'draw',
    '--config',
    'shrunk.json',
    '--size',
    '16',
    '--out',
    'shrunk-views',
    '--json',
    '--quiet',
  ]);
  const replayed = await viewforge(['replay', 'shrunk-views/trace.jsonl', '--data', photos, '--json', '--quiet']);
  expect([drawn.code, replayed.code]).toEqual([0, 0]);
  expect((JSON.parse(replayed.out) as { digest: string }).digest).toBe((JSON.parse(drawn.out) as { digest: string }).digest);
});

test('replay needs no classes: images may lie beside folders of images', async () => {
  const data = join(folder, 'loose');
  await cp(join(photos, 'coffee.jpg'), join(data, 'coffee.jpg'));
  await cp(join(photos, 'coffee.jpg'), join(data, 'more', 'coffee.jpg'));
  const source = { use: 'data/image-folder', options: { root: 'loose', classes: 'none' } };
  await writeFile(join(folder, 'loose.json'), JSON.stringify({ source }));
  const drawn = await viewforge(['draw', '--config', 'loose.json', '--size', '16', '--out', 'loose-views', '--json', '--quiet']);
  const replayed = await viewforge(['replay', 'loose-views/trace.jsonl', '--data', 'loose', '--json', '--quiet']);
  expect([drawn.code, replayed.code]).toEqual([0, 0]);
  expect(JSON.parse(replayed.out)).toMatchObject({ views: 4, digest: (JSON.parse(drawn.out) as { digest: string }).digest });
});

test.each([
  ['draw', '--data', 'images', '--out', 'images/views'],
  ['run', '--data', '.'],
])('%s writes nothing among the images', async (...args) => {
  const { code, err } = await viewforge(args);
  expect(code).toBe(2);
  expect(err).toContain('expected a folder for results outside of the images');
});

test('an error with --json is one JSON document with its code', async () => {
  const { code, out } = await viewforge(['run', '--data', 'nowhere', '--json']);
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'FILE_MISSING' } });
});

test.each([
  ['list', '--json'],
  ['list', 'losses', '--json'],
  ['describe', 'losses/info-nce', '--json'],
  ['doctor', '--json'],
])('%s %s prints JSON and nothing else', async (...args) => {
  const { code, out } = await viewforge(args);
  expect(code).toBe(0);
  expect(() => JSON.parse(out)).not.toThrow();
});

test('describe shows options with units, defaults and the reference', async () => {
  const { out } = await viewforge(['describe', 'losses/info-nce']);
  for (const part of ['temperature', '0.07', 'number > 0', 'https://arxiv.org/abs/1911.05722']) expect(out).toContain(part);
});

test('measure computes InfoNCE of orthogonal pairs: ln(e^(1/t) + n - 1) - 1/t', async () => {
  for (const name of ['a.npy', 'b.npy']) await writeNpy(join(folder, name), axes(6));
  const { out } = await viewforge(['measure', 'losses/info-nce', 'a.npy', 'b.npy', '--options', '{"temperature":0.5}', '--json']);
  const { report } = JSON.parse(out) as { report: { value: number } };
  expect(report.value).toBeCloseTo(Math.log(Math.exp(2) + 5) - 2, 6); // float32 rows
});

test('measure writes gradients, takes labels and roles, and compares with what is expected', async () => {
  for (const name of ['a.npy', 'b.npy']) await writeNpy(join(folder, name), axes(6));
  await writeNpy(join(folder, 'labels.npy'), { shape: [6], data: Int32Array.of(0, 0, 1, 1, 2, 2) });
  const value = Math.log(Math.exp(2) + 5) - 2;
  const args = ['measure', 'info-nce', 'a.npy', 'b.npy', '--options', '{"temperature":0.5}', '--gradients', 'grads', '--expect'];
  expect((await viewforge([...args, String(value)])).code).toBe(0);
  const { data, shape } = await readNpy(join(folder, 'grads/view-0.npy'));
  expect(shape).toEqual([6, 6]);
  expect(data[1]).toBeCloseTo(1 / (Math.exp(2) + 5) / (0.5 * 6), 6);
  const wrong = await viewforge([...args, String(value + 0.01)]);
  expect(wrong.code).toBe(3);
  expect(wrong.err).toContain('error MISMATCH: losses/info-nce: expected');
  const labeled = await viewforge(['measure', 'sup-con', 'view=a.npy', 'b.npy', '--labels', 'labels.npy', '--json']);
  expect(labeled.code).toBe(0);
  expect((JSON.parse(labeled.out) as { report: { value: number } }).report.value).toBeGreaterThan(0);
  const metric = await viewforge(['measure', 'alignment', 'a.npy', 'b.npy', '--gradients', 'grads']);
  expect(metric.code).toBe(2);
});

test('inspect shows what a model takes and how it is fed', async () => {
  await writeFile(join(folder, 'tiny.onnx'), flattenOnnx([3, 8, 8]));
  const { code, out } = await viewforge(['inspect', 'tiny.onnx']);
  expect(code).toBe(0);
  for (const part of ['inputs', 'outputs', 'how it will be fed']) expect(out).toContain(part);
  expect(out).toMatch(/encodes +images\n"image" +images, 3 channels, nchw, 8 x 8 pixels\n/);
  expect(out).toMatch(/features +"features", pooling auto, \[n, 192\]/);
});

test('a recipe with several faults names each with its path', async () => {
  await writeFile(
    join(folder, 'wrong.json'),
    '{ "epochs": 0, "loss": { "use": "losses/nt-xent", "options": { "temperature": -1 } } }',
  );
  const { code, err } = await viewforge(['run', '--config', 'wrong.json', '--data', photos]);
  expect(code).toBe(2);
  expect(err).toContain('error RECIPE: wrong.json: epochs: expected a number >= 1, got 0');
  expect(err).toContain('loss.options.temperature: expected a number > 0, got -1');
});

test('--help lists the commands and exit codes', async () => {
  const { code, out } = await viewforge(['--help']);
  expect(code).toBe(0);
  for (const part of ['run', 'draw', 'replay', 'measure', 'list', 'describe', 'inspect', 'doctor', 'Exit codes:', '130']) {
    expect(out).toContain(part);
  }
});
