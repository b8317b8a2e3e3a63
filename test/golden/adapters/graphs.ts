import { graphContrast, normalizedAdjacency, propagateLowRank, truncatedSvd } from '@viewforge/mix-latent';
import { type Features, features, values } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, goldenNumbers, goldenTensor } from '@viewforge/testkit';
import { type Adapter, compare, float64Tolerance, largest, type Outcome } from './outcome.ts';

/** Views of graphs by `fn`, in float64. */
export const graphAdapters: Readonly<Record<string, Adapter>> = {
  lightgcl_svd_view(golden, { family }) {
    const { inputs, params, outputs } = golden;
    const { relative, absolute } = float64Tolerance(family);
    const judge = (what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): Outcome =>
      compare(what, actual, expected, relative * largest(expected) + absolute);
    const named = (name: string, actual: ArrayLike<number>) => judge(name, actual, goldenNumbers(outputs[name] as GoldenArray));
    const normalized = normalizedAdjacency(goldenTensor(inputs['adjacency']!, 'float64'));
    const svd = truncatedSvd(normalized, Number(params['rank']));
    const plain = { users: rowsOf(golden, 'E_u'), items: rowsOf(golden, 'E_i') };
    const graph = propagateLowRank(svd, plain);
    const options = { temperature: Number(params['temperature']), clamp: Number(params['clamp']) };
    const users = graphContrast(graph.users, plain.users, params['uids'] as number[], options);
    const items = graphContrast(graph.items, plain.items, params['iids'] as number[], options);
    const back = propagateLowRank(svd, { users: users.view, items: items.view });
    const grads = outputs['grads'] as Readonly<Record<string, GoldenArray>>;
    return [
      named('normalised', values(normalized)),
      named('singular_values', truncatedSvd(normalized, 5).singular),
      named('low_rank', values(propagateLowRank(svd, { users: features(new Float64Array(30), 6, 5), items: identity(5) }).users)),
      named('G_u', values(graph.users)),
      named('G_i', values(graph.items)),
      judge('loss', [users.value + items.value], [Number(outputs['loss'])]),
      judge('grads.E_u', added(users.plain, back.users), goldenNumbers(grads['E_u']!)),
      judge('grads.E_i', added(items.plain, back.items), goldenNumbers(grads['E_i']!)),
    ];
  },
};

function rowsOf({ inputs }: GoldenCase, name: string): Features {
  return goldenTensor(inputs[name]!, 'float64');
}

function identity(n: number): Features {
  return features(
    Float64Array.from({ length: n * n }, (_, e) => Number(Math.floor(e / n) === e % n)),
    n,
    n,
  );
}

function added(a: Features, b: Features): Float64Array {
  const other = values(b);
  return Float64Array.from(values(a), (each, i) => each + other[i]!);
}
