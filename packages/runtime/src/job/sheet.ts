import { join } from 'node:path';
import { compareTraceViews, type Trace } from '@viewforge/core';
import { encodeContactSheet } from '@viewforge/image';
import { writeAtomically } from '@viewforge/sinks';
import type { Image, Tensor } from '@viewforge/tensor';
import { replayViews } from '../replay.ts';
import type { FinishedSession } from './session.ts';
import { resultNames } from './folder.ts';
import { type JournalItem, viewsOf } from './journal.ts';
import { thumbnail } from './thumbnail.ts';

/** Side of a cell, in pixels. */
const cell = 128;

/**
 * The contact sheet: a row for each of the first items, the original and then its views, made again from the trace.
 * False when there is nothing that can be shown as an image.
 */
export async function writeSheet(session: FinishedSession, items: readonly JournalItem[], trace: Trace): Promise<boolean> {
  const { collection, opened, options, running } = session;
  const shown = [...new Set(items.map(({ id, epoch }) => `${epoch} ${id}`))].slice(0, options.sheetItems ?? 32);
  if (shown.length === 0) return false;
  const rank = new Map(shown.map((key, row) => [key, row]));
  const views = trace.views.filter(({ epoch, item }) => rank.has(`${epoch} ${item}`));
  // an item that was taken twice in an epoch is shown once
  const once = new Map(views.map((view) => [JSON.stringify([view.epoch, view.item, view.role, view.index]), view]));
  const drawn = [...once.values()].sort(
    (a, b) => rank.get(`${a.epoch} ${a.item}`)! - rank.get(`${b.epoch} ${b.item}`)! || compareTraceViews(a, b),
  );
  const rows: Image[][] = [];
  for await (const { item, epoch, original, value } of replayViews(drawn, collection, opened.parts.plan, running)) {
    const view = value as Tensor;
    if (view.shape.length !== 3) return false;
    const row = rank.get(`${epoch} ${item}`)!;
    rows[row] ??= [thumbnail(original, cell)];
    rows[row].push(view as Image);
  }
  const labels = ['original', ...viewsOf(opened.parts.plan).map(({ role, index }) => `${role} ${index}`)];
  await writeAtomically(join(options.output, resultNames.sheet), await encodeContactSheet(rows, { labels, cell }));
  return true;
}
