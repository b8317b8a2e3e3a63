import { ViewforgeError, type ViewBatch, type ViewPlan } from '@viewforge/core';
import { elements, tensor } from '@viewforge/tensor';
import type { MadeItem } from './make-item.ts';
import type { ViewStep } from './options.ts';

/** Items side by side: for each role and index one batch [n, ...item]. Throws SHAPE when a view has another shape than its neighbors. */
export function collectBatch(made: readonly MadeItem[], plan: ViewPlan): Pick<ViewStep, 'items' | 'drawn' | 'views'> {
  const views: Record<string, ViewBatch[]> = {};
  const first = made[0];
  first?.drawn.forEach(({ role, index }, place) => {
    views[role] ??= [];
    views[role][index] = { values: side(made, place, `${plan.name} ${role} ${index}`), blend: { kind: 'identity' } };
  });
  return {
    items: made.map(({ id, label }) => ({ id, ...(label !== undefined && { label }) })),
    drawn: made.map((item) => item.drawn),
    views,
  };
}

function side(made: readonly MadeItem[], place: number, where: string): ViewBatch['values'] {
  const { shape } = made[0]!.views[place]!;
  const size = elements(shape);
  const data = new Float32Array(size * made.length);
  made.forEach((item, row) => {
    const view = item.views[place]!;
    if (view.shape.length !== shape.length || view.shape.some((length, axis) => length !== shape[axis])) {
      const message = `expected views of one shape, got [${shape}] for ${made[0]!.id} and [${view.shape}] for ${item.id}; end the plan with a crop or a resize`;
      throw new ViewforgeError('SHAPE', where, message, { item: item.id });
    }
    data.set(view.data, row * size);
  });
  return tensor(data, [made.length, ...shape]);
}
