import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TraceView, ViewforgeError } from '@viewforge/core';
import { encodeImage } from '@viewforge/image';
import type { ViewStep } from '@viewforge/run';
import { writeAtomically } from '@viewforge/sinks';
import { type Image, type Tensor, tensor, values } from '@viewforge/tensor';

/** A drawn view with its content, [c, h, w] for images. */
export interface MadeView extends TraceView {
  readonly value: Tensor;
}

/** Makes a folder for results. Throws USAGE when it holds anything already. */
export async function claimEmpty(folder: string): Promise<void> {
  const entries = await mkdir(folder, { recursive: true })
    .then(() => readdir(folder))
    .catch((cause: Error) => {
      throw new ViewforgeError('FILE_WRITE', folder, `expected a folder that can be written, got: ${cause.message}`, { cause });
    });
  if (entries.length > 0) {
    throw new ViewforgeError('USAGE', folder, `expected a new or empty folder, got one with ${entries.length} files`);
  }
}

/** The views of a batch one by one, item by item. */
export function* eachView({ items, drawn, views, epoch }: ViewStep): Generator<MadeView> {
  for (const [row, { id }] of items.entries()) {
    for (const { role, index, params } of drawn[row]!) {
      const { shape } = views[role]![index]!.values;
      const all = values(views[role]![index]!.values);
      const size = all.length / shape[0]!;
      yield { epoch, item: id, role, index, params, value: tensor(all.slice(row * size, (row + 1) * size), shape.slice(1)) };
    }
  }
}

/** Writes a view as `epoch-0/<item>.<role>-<index>.png` below `folder`; intensities outside [0, 1] are cut off. */
export async function writeView(folder: string, { epoch, item, role, index, value }: MadeView): Promise<void> {
  if (value.shape.length !== 3) {
    throw new ViewforgeError('SHAPE', item, `expected views of [c, h, w] to write as images, got [${value.shape}]`, { item });
  }
  const path = join(folder, `epoch-${epoch}`, `${safePath(item)}.${role}-${index}.png`);
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, await encodeImage(value as Image, { format: 'png' }));
}

/** The id of an item as a path that stays below its folder: what not every system allows as "%" and its code, so no two ids share one. */
function safePath(id: string): string {
  return id
    .split('/')
    .map((step) => (/^\.{0,2}$/.test(step) ? `%${step.length}` : step.replaceAll(/[%\\<>:"|?*\p{Cc}]/gu, percent)))
    .join('/');
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
