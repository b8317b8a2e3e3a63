import type { AlignedBatch, BatchGradients, Loss } from '@viewforge/core';
import { alignmentUniformity, barlowTwins, koleo, mmcr, negativeCosine, tico, vicreg } from '@viewforge/losses';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, goldenNumber, goldenTensor } from '@viewforge/testkit';
import { adapterOf, type Inputs, type Said } from './loss-adapter.ts';
import { type Adapter, compare } from './outcome.ts';

/** Losses of views that belong together by position, by `fn`. */
export const alignedAdapters: Readonly<Record<string, Adapter>> = {
  align: adapterOf((golden, inputs) =>
    twoViews(alignmentUniformity({ power: param(golden, 'alpha'), uniformityWeight: 0 }), inputs),
  ),
  barlow_twins: adapterOf((golden, inputs) =>
    twoViews(barlowTwins({ redundancyWeight: param(golden, 'lambda_param'), scale: param(golden, 'scale_loss', 1) }), inputs),
  ),
  byol: adapterOf((_, { z0, z1 }) => {
    const batch: AlignedBatch = { views: [z0!], targets: [z1!] };
    const { value, gradients } = negativeCosine({ form: 'normalized-mse', against: 'own' }).differentiate(batch);
    return { loss: value, grads: { z0: viewAt(gradients, 0), z1: nothing(z1!) } };
  }),
  hypersphere: adapterOf((golden, inputs) => {
    const [power, sharpness, uniformityWeight] = [param(golden, 'alpha'), param(golden, 't'), param(golden, 'lam')];
    return twoViews(alignmentUniformity({ power, sharpness, uniformityWeight }), inputs);
  }),
  koleo: adapterOf((golden, { x }) => oneView(koleo({ epsilon: param(golden, 'eps') }), x!)),
  mmcr: adapterOf((golden, { online, momentum }) => {
    const batch: AlignedBatch = { views: viewsOf(online!), targets: viewsOf(momentum!) };
    const loss = mmcr({ compressionWeight: param(golden, 'lmda'), rows: 'raw' });
    const { value, gradients } = loss.differentiate(batch);
    return { loss: value, grads: { online: itemsOf(gradients.views!), momentum: itemsOf(gradients.targets!) } };
  }),
  negative_cosine: adapterOf((_, inputs) => twoViews(negativeCosine(), inputs)),
  simsiam_symmetric: adapterOf((_, { z0, p0, z1, p1 }) => {
    const { value, gradients } = negativeCosine().differentiate({ views: [p0!, p1!], targets: [z0!, z1!] });
    const [first, second] = [viewAt(gradients, 0), viewAt(gradients, 1)];
    return { loss: value, grads: { p0: first, p1: second, z0: nothing(z0!), z1: nothing(z1!) } };
  }),
  tico: (golden, surroundings) => {
    const [z0, z1] = [goldenTensor(golden.inputs['z0']!), goldenTensor(golden.inputs['z1']!)];
    const first = ticoOf(golden).measure({ views: [z1, z0] }).value; // no moment yet
    const expected = goldenNumber(golden.outputs['first_loss']);
    return [compare('loss of the first call', [first], [expected], 1e-9 * expected), ...secondTico(golden, surroundings)];
  },
  uniform: adapterOf((golden, { x }) => oneView(alignmentUniformity({ sharpness: param(golden, 't'), alignmentWeight: 0 }), x!)),
  vicreg: adapterOf((golden, inputs) => {
    const [invarianceWeight, varianceWeight] = [param(golden, 'lambda_param'), param(golden, 'mu_param')];
    const [covarianceWeight, epsilon] = [param(golden, 'nu_param'), param(golden, 'eps')];
    return twoViews(vicreg({ invarianceWeight, varianceWeight, covarianceWeight, epsilon }), inputs);
  }),
  vicreg_solo: adapterOf((golden, inputs) => {
    const [invarianceWeight, varianceWeight] = [param(golden, 'sim_loss_weight'), param(golden, 'var_loss_weight')];
    const [covarianceWeight, epsilon] = [param(golden, 'cov_loss_weight'), param(golden, 'eps')];
    const weights = { invarianceWeight, varianceWeight, covarianceWeight, epsilon };
    return twoViews(vicreg({ ...weights, varianceReduction: 'sum' }), inputs);
  }),
};

/** The second call: C of the first is given. */
const secondTico = adapterOf((golden, inputs) => {
  const moment = goldenTensor(golden.outputs['C_after_first'] as GoldenArray, typeOf(inputs['z0']!));
  return twoViews(ticoOf(golden), inputs, { moment });
});

function ticoOf(golden: GoldenCase): Loss<'aligned'> {
  return tico({ momentum: param(golden, 'beta'), covarianceWeight: param(golden, 'rho') });
}

function twoViews(loss: Loss<'aligned'>, { z0, z1 }: Inputs, rest: Partial<AlignedBatch> = {}): Said {
  const { value, gradients } = loss.differentiate({ views: [z0!, z1!], ...rest });
  return { loss: value, grads: { z0: viewAt(gradients, 0), z1: viewAt(gradients, 1) } };
}

function oneView(loss: Loss<'aligned'>, x: Features): Said {
  const { value, gradients } = loss.differentiate({ views: [x] });
  return { loss: value, grads: { x: viewAt(gradients, 0) } };
}

function viewAt({ views }: BatchGradients, view: number): ArrayLike<number> {
  return values(views![view]!);
}

function param({ params }: GoldenCase, name: string, otherwise = Number.NaN): number {
  return Number(params[name] ?? otherwise);
}

function nothing({ shape }: Tensor): ArrayLike<number> {
  return new Float64Array(shape[0]! * shape[1]!);
}

function typeOf({ data }: Tensor): 'float64' | 'float32' {
  return data instanceof Float64Array ? 'float64' : 'float32';
}

/** [n, v, d] as v views [n, d]. */
function viewsOf(items: Tensor): Features[] {
  const [n, v, d] = items.shape as [number, number, number];
  return Array.from({ length: v }, (_, view) => {
    const rows = values(items).filter((_, at) => Math.floor(at / d) % v === view);
    return tensor(rows, [n, d]);
  });
}

/** v views [n, d] as [n, v, d]. */
function itemsOf(views: readonly (Features | undefined)[]): Float64Array {
  const [n, d] = views[0]!.shape as [number, number];
  const items = new Float64Array(n * views.length * d);
  views.forEach((rows, view) => {
    for (let i = 0; i < n; i++) items.set(values(rows!).subarray(i * d, i * d + d), (i * views.length + view) * d);
  });
  return items;
}
