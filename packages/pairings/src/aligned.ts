import { type AlignedBatch, definePairing, type EncodedView, flag, number, text, ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { gradientsAt, roleOption, viewsOf } from './role.ts';
import { unitRowsOf } from './unit-gradient.ts';

/** What the `aligned` pairing keeps between batches: plain data, never changed. */
export interface AlignedState {
  /** [d * d]; the running second moment of unit rows; null where none is kept, and before the first batch. */
  readonly moment: Float64Array | null;
}

/**
 * The views of a role by index, v times [n, d], and where a role of targets is named its views by index, [n, e] each, for losses that
 * compare rows by position: view v of item i with the other views, or the targets, of item i. Blends and duplicates are not looked at.
 *
 * With `moment` the batch carries the second moment [d, d] before it, zeros at first, and the state goes on with momentum * moment +
 * (1 - momentum) * (mean over the rows of view 0 of u u^T), u being rows of length 1. Gradients flow to views and, where a loss gives
 * some, to targets; none to the moment.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN for a role without views or another number of targets than views,
 * SHAPE for views of different shapes or a moment of another width, NOT_FINITE where a moment is kept of features that hold NaN or an
 * infinity.
 */
export const aligned = definePairing({
  name: 'aligned',
  summary: 'Line up the views of each item, or views and targets, by position.',
  makes: 'aligned',
  options: z.object({
    role: roleOption,
    targets: text({ doc: 'Role whose views are the targets of the views of the same index; none when left out.' }).optional(),
    moment: flag({ default: false, doc: 'Whether a running second moment of unit rows is kept, as TiCo needs it.' }),
    momentum: number({ default: 0.9, min: 0, max: 1, unit: 'share', doc: 'How much of the moment stays with every batch.' }),
  }),
  start: (): AlignedState => ({ moment: null }),
  pair(encoded, state: AlignedState, options) {
    const { role, views } = viewsOf(encoded, options.role, 'aligned', 1);
    const targets = options.targets === undefined ? undefined : viewsOf(encoded, options.targets, 'aligned', 1);
    checkViews(views, targets?.views);
    const moment = options.moment ? momentOf(state, views[0]!.features) : undefined;
    const batch: AlignedBatch = {
      views: views.map(({ features }) => features),
      ...(targets && { targets: targets.views.map(({ features }) => features) }),
      ...(moment && { moment }),
    };
    return {
      batch,
      state: moment ? { moment: movedMoment(moment, views[0]!.features, options.momentum) } : state,
      pullback: (gradients) =>
        gradientsAt(encoded, [
          ...(gradients.views ?? []).map((gradient, index) => [{ role, index }, gradient] as const),
          ...(targets
            ? (gradients.targets ?? []).map((gradient, index) => [{ role: targets.role, index }, gradient] as const)
            : []),
        ]),
    };
  },
});

function checkViews(views: readonly EncodedView[], targets: readonly EncodedView[] | undefined): void {
  const { shape } = views[0]!.features;
  const fail = (code: 'PLAN' | 'SHAPE', expected: string, got: string): never => {
    throw new ViewforgeError(code, 'aligned', `expected ${expected}, got ${got}`);
  };
  for (const { features } of views)
    if (`${features.shape}` !== `${shape}`) fail('SHAPE', `views of [${shape}]`, `[${features.shape}]`);
  if (targets === undefined) return;
  if (targets.length !== views.length) fail('PLAN', `a target for each of ${views.length} views`, `${targets.length}`);
  for (const { features } of targets) {
    if (features.shape[0] !== shape[0]) fail('SHAPE', `targets of [${shape[0]}, e]`, `[${features.shape}]`);
  }
}

/** The moment before this batch, [d, d]. */
function momentOf({ moment }: AlignedState, { shape }: Features): Features {
  const d = shape[1]!;
  if (moment === null) return tensor(new Float64Array(d * d), [d, d]);
  if (moment.length === d * d) return tensor(moment, [d, d]);
  throw new ViewforgeError(
    'SHAPE',
    'aligned',
    `expected a moment of [${d}, ${d}], got one of ${moment.length} numbers; start anew`,
  );
}

function movedMoment(moment: Features, features: Features, momentum: number): Float64Array {
  const { rows } = unitRowsOf(features, 'aligned', 'features');
  const [n, d] = rows.shape as [number, number];
  const unit = values(rows);
  const mean = new Float64Array(d * d);
  for (let row = 0; row < n; row++) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) mean[a * d + b] = mean[a * d + b]! + (unit[row * d + a]! * unit[row * d + b]!) / n;
    }
  }
  return mean.map((each, i) => momentum * values(moment)[i]! + (1 - momentum) * each);
}
