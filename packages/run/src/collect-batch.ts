import { ViewforgeError, type ViewBatch, type ViewPlan } from '@viewforge/core';
import { elements, tensor } from '@viewforge/tensor';
import type { MadeItem } from './make-item.ts';
import { rowNames } from './row-names.ts';
import type { ViewStep } from './options.ts';

/**
 * Items side by side: for each role and index one batch [n, ...item]; with `reuse` on the memory of the ring itself where the items lie
 * there side by side. Throws SHAPE when a view has another shape than its neighbors.
 */
export function collectBatch(
  made: readonly MadeItem[],
  plan: ViewPlan,
  reuse: boolean,
): Pick<ViewStep, 'items' | 'drawn' | 'views' | 'rows'> {
  const views: Record<string, ViewBatch[]> = {};
  const rows: Record<string, (readonly string[] | undefined)[]> = {};
  const first = made[0];
  const liesReady = reuse && made.every(({ row }, i) => row !== undefined && row === first!.row! + i);
  first?.drawn.forEach(({ role, index }, place) => {
    views[role] ??= [];
    const where = `${plan.name} ${role} ${index}`;
    rows[role] ??= [];
    rows[role][index] = rowNames(made, place, plan);
    views[role][index] = { values: sideBySide(made, place, where, liesReady), blend: { kind: 'identity' } };
  });
  return {
    items: made.map(({ id, label }) => ({ id, ...(label !== undefined && { label }) })),
    drawn: made.map((item) => item.drawn),
    views,
    rows,
  };
}

function sideBySide(made: readonly MadeItem[], place: number, where: string, liesReady: boolean): ViewBatch['values'] {
  const { shape, data: first } = made[0]!.views[place]!;
  for (const item of made) checkShape(item, made[0]!, place, where);
  const batch = [made.length, ...shape];
  if (liesReady) return tensor(new Float32Array(first.buffer, first.byteOffset, elements(batch)), batch);
  const data = new Float32Array(elements(batch));
  made.forEach((item, row) => void data.set(item.views[place]!.data, row * first.length));
  return tensor(data, batch);
}

function checkShape({ id, views }: MadeItem, first: MadeItem, place: number, where: string): void {
  const { shape } = first.views[place]!;
  const other = views[place]!.shape;
  if (other.length === shape.length && other.every((length, axis) => length === shape[axis])) return;
  const message = `expected views of one shape, got [${shape}] for ${first.id} and [${other}] for ${id}; end the plan with a crop or a resize`;
  throw new ViewforgeError('SHAPE', where, message, { item: id });
}
