import { eachWeight, type EncodedViews, sparseWeights, type Weights } from '@viewforge/core';
import { features, type Features, tensor, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { inOrder } from './batches.ts';
import { anyRows, type Row } from './rows.ts';

/** Encoded views as a counterexample prints them. */
export interface PlainViews {
  readonly d: number;
  readonly items: readonly { readonly id: string; readonly label?: number }[];
  /** By role and view: a row for each item. */
  readonly views: Readonly<Record<string, readonly (readonly Row[])[]>>;
  /** Like `views`: which other item each item is mixed with in equal parts, itself where it is not; the view as it is when left out. */
  readonly partners?: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** How many items, and views of a role, there are at most; the width of rows is a multiple of `cells`. */
export interface ViewSizes {
  readonly items?: number;
  readonly views?: number;
  readonly cells?: number;
  readonly least?: number;
  /** Whether rows, and ids, are all different, and no row is 0 or longer than others by far. */
  readonly areApart?: boolean;
}

/** Views of one to three roles: ids that occur twice, labels with gaps, mixed items, rows that are zero, equal or opposite. */
export function plainViews({
  items = 8,
  views = 4,
  cells = 1,
  least = 1,
  areApart = false,
}: ViewSizes = {}): fc.Arbitrary<PlainViews> {
  return fc
    .record({
      n: fc.integer({ min: least, max: items }),
      d: fc.integer({ min: areApart ? 2 : 1, max: 5 }).map((width) => width * cells),
      counts: fc.array(fc.integer({ min: 1, max: views }), { minLength: 1, maxLength: 3 }),
      isMixed: fc.boolean(),
      isLabeled: fc.boolean(),
    })
    .chain(({ n, d, counts, isMixed, isLabeled }) => {
      const all = <T>(each: fc.Arbitrary<T>) =>
        fc.tuple(...counts.map((count) => fc.array(each, { minLength: count, maxLength: count })));
      return fc
        .record({
          ids: fc.array(fc.integer({ min: 0, max: 2 * n }), { minLength: n, maxLength: n }),
          labels: fc.array(fc.constantFrom(0, 1, 3, -1, undefined), { minLength: n, maxLength: n }),
          rows: all(areApart ? rowsApart(n, d) : anyRows(n, d)),
          partners: all(fc.array(fc.nat({ max: Math.max(0, n - 1) }), { minLength: n, maxLength: n })),
        })
        .map(({ ids, labels, rows, partners }) => ({
          d,
          items: ids.map((id, i) => ({
            id: areApart ? `${i}` : `${id}`,
            ...(isLabeled && labels[i] !== undefined && { label: labels[i] }),
          })),
          views: byRole(rows),
          ...(isMixed && { partners: byRole(partners) }),
        }));
    });
}

/** Rows without ties. */
function rowsApart(n: number, d: number): fc.Arbitrary<readonly Row[]> {
  const number = fc.noBias(fc.integer({ min: -1e6, max: 1e6 })).map((each) => each / 4e5);
  return fc.array(fc.array(number, { minLength: d, maxLength: d }), { minLength: n, maxLength: n });
}

/** Names of the roles that there may be. */
export const roles = ['view', 'key', 'far'] as const;

function byRole<T>(lists: readonly T[]): Record<string, T> {
  return Object.fromEntries(lists.map((list, r) => [roles[r]!, list]));
}

/** The views in float64. */
export function encodedViews({ d, items, views, partners }: PlainViews): EncodedViews {
  const entries = Object.entries(views).map(([role, list]) => {
    const encoded = list.map((rows, index) => ({
      features: features(Float64Array.from(rows.flat()), rows.length, d),
      blend: blendOf(partners?.[role]?.[index]),
    }));
    return [role, encoded] as const;
  });
  return { items, views: Object.fromEntries(entries) };
}

function blendOf(partners: readonly number[] | undefined): Weights {
  if (partners === undefined) return { kind: 'identity' };
  return sparseWeights(
    partners.map((partner, row): [number, number][] =>
      partner === row
        ? [[row, 1]]
        : [
            [row, 0.5],
            [partner, 0.5],
          ],
    ),
  );
}

/** The same with items in another order. */
export function reorderedViews({ items, views, ...rest }: EncodedViews, order: readonly number[]): EncodedViews {
  const place = new Map(order.map((row, at) => [row, at]));
  const blended = (blend: Weights): Weights => {
    if (blend.kind === 'identity') return blend;
    return sparseWeights(
      order.map((row) => {
        const found: [number, number][] = [];
        eachWeight(blend, row, (column, weight) => found.push([place.get(column)!, weight]));
        return found;
      }),
    );
  };
  const entries = Object.entries(views).map(([role, list]) => {
    const moved = list.map(({ features: rows, blend }) => ({ features: inOrder(rows, order), blend: blended(blend) }));
    return [role, moved] as const;
  });
  return { ...rest, items: order.map((row) => items[row]!), views: Object.fromEntries(entries) };
}

/** Every features array of the views, role by role. */
export function arraysOf({ views }: { readonly views: EncodedViews['views'] }): Features[] {
  return Object.values(views).flatMap((list) => list.map((view) => view.features));
}

/** The views with these features in the order of `arraysOf`, each number moved by `step` times a direction. */
export function movedViews(encoded: EncodedViews, directions: readonly Float64Array[], step: number): EncodedViews {
  let next = 0;
  const entries = Object.entries(encoded.views).map(([role, list]) => {
    const moved = list.map((view) => {
      const direction = directions[next++]!;
      const data = Float64Array.from(values(view.features), (each, i) => each + step * direction[i]!);
      return { ...view, features: tensor(data, view.features.shape) };
    });
    return [role, moved] as const;
  });
  return { ...encoded, views: Object.fromEntries(entries) };
}
