import { readTrace, type TraceView, writeTrace } from '@viewforge/core';
import { exampleSource } from '@viewforge/testkit';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { openRun } from './open-run.ts';
import { parseRecipe } from './parse-recipe.ts';
import { replayTrace } from './replay.ts';
import { traceHeader } from './trace-header.ts';
import { createViewDigest } from './view-digest.ts';

const checked = await parseRecipe({
  seed: 'replay',
  epochs: 2,
  batchSize: 3,
  source: { use: 'data/image-folder', options: { root: 'unused' } },
  plan: { use: 'views-simclr/simclr', options: { size: 12 } },
});
const source = exampleSource();

/** The trace of a run as text, and the digest of its views. */
async function drawn(): Promise<{ readonly text: string; readonly digest: string }> {
  const digest = createViewDigest();
  const lines: TraceView[] = [];
  const opened = openRun(checked, { parts: { source } });
  for await (const { items, drawn, views, epoch } of opened.views()) {
    items.forEach(({ id }, row) => {
      for (const { role, index, params } of drawn[row]!) {
        const batch = views[role]![index]!.values;
        const size = values(batch).length / items.length;
        lines.push({ epoch, item: id, role, index, params });
        digest.add(lines.at(-1)!, tensor(values(batch).slice(row * size, (row + 1) * size), batch.shape.slice(1)));
      }
    });
  }
  await opened.close();
  return { text: writeTrace({ header: await traceHeader(checked), views: lines, mixes: [] }), digest: digest.digest() };
}

test('every view of a trace that went through JSON is made again, bit for bit', async () => {
  const { text, digest } = await drawn();
  const again = createViewDigest();
  for await (const view of replayTrace(readTrace(text, 'trace'), source, checked.registry)) again.add(view, view.value as Tensor);
  expect(again.digest()).toBe(digest);
});

test('the header names everything that decides bytes: the parts of the plan, Viewforge, Node and the decoder', async () => {
  const header = await traceHeader(checked);
  expect(header.parts).toMatchObject({
    'augment/color-jitter': 1,
    'augment/random-resized-crop': 2,
    'augment/horizontal-flip': 1,
  });
  expect(Object.keys(header.versions)).toEqual(expect.arrayContaining(['viewforge', 'node', 'sharp', 'vips', 'mozjpeg']));
});

test('a digest does not depend on the order, but on every byte', () => {
  const [a, b, c] = [createViewDigest(), createViewDigest(), createViewDigest()];
  const view = (index: number) => ({ epoch: 0, item: 'x', role: 'view', index });
  const [one, two] = [tensor(new Float32Array([1]), [1]), tensor(new Float32Array([2]), [1])];
  a.add(view(0), one);
  a.add(view(1), two);
  b.add(view(1), two);
  b.add(view(0), one);
  c.add(view(0), two);
  c.add(view(1), one);
  expect(a.digest()).toBe(b.digest());
  expect(a.digest()).not.toBe(c.digest());
});

test.each([
  ['an item that is not there', (text: string) => text.replaceAll('example-0002', 'example-0999'), 'TRACE', 'example-0999'],
  [
    'a plan nobody knows',
    (text: string) => text.replace('views-simclr/simclr', 'views-simclr/none'),
    'NAME',
    'views-simclr/none',
  ],
  ['another version of the plan', (text: string) => text.replace(/"version":\d+/, '"version":99'), 'VERSION', '99'],
  [
    'another version of a part of the plan',
    (text: string) =>
      text
        .replace('"augment/solarize":1', '"augment/solarize":7')
        .replace('"augment/color-jitter":1', '"augment/color-jitter":7'),
    'VERSION',
    'augment/color-jitter',
  ],
])('%s is refused by name', async (_what, change, code, name) => {
  const { text } = await drawn();
  const replay = replayTrace(readTrace(change(text), 'trace'), source, checked.registry);
  const last = (async () => {
    for await (const _view of replay);
  })();
  await expect(last).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
});
