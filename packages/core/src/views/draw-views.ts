import type { Random } from '@viewforge/random';
import type { Domain } from '../contracts/domains.ts';
import type { EpochProgress } from '../contracts/transform.ts';
import type { DrawnView, ViewPlan } from '../contracts/views.ts';
import type { Item } from '../contracts/source.ts';
import { storable } from './storable.ts';

/**
 * Hop 3: the params of every view of one item, in the order of the plan, drawn before anything is decoded.
 * Each view draws from a stream named by epoch, item, role and index (for views made together: the first index), so batch,
 * order and thread cannot matter.
 * Throws ViewforgeError (NOT_FINITE) when an augmenter draws what JSON cannot hold.
 */
export function drawViews<D extends Domain>(
  item: Pick<Item<D>, 'id' | 'shape' | 'label'>,
  plan: ViewPlan<D>,
  random: Random,
  progress: EpochProgress,
): DrawnView[] {
  const { id, shape, label } = item;
  return plan.groups.flatMap(({ role, from = 0, count, together = false, augment }) =>
    Array.from({ length: count }, (_, position) => {
      const index = from + position;
      const stream = random.fork('view', progress.epoch, id, role, together ? from : index);
      const context = { ...progress, index, ...(label !== undefined && { label }) };
      return { role, index, params: storable(augment.draw(shape, stream, context), `${plan.name} of ${id}`) };
    }),
  );
}
