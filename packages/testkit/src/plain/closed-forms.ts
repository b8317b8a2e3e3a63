import type { PlainRows } from './rows.ts';

/** Which contrastive loss is meant: queries against keys, the mean of both directions, or two views against all others. */
export type ContrastiveForm = 'info-nce' | 'two-sided' | 'nt-xent';

/** Rows whose loss is known by a formula. */
export interface ClosedForm {
  readonly name: string;
  readonly temperature: number;
  /** [n][d] each; key i is the positive of query i. */
  readonly queries: PlainRows;
  readonly keys: PlainRows;
  readonly value: number;
}

/**
 * Rows whose value is known without computing it, for losses over cosines in nats: orthogonal pairs, rows that cannot be told
 * apart, positives as far as can be, corners of a simplex, and a single pair.
 */
export function closedForms(form: ContrastiveForm, temperature = 0.5): readonly ClosedForm[] {
  // the rows besides the positive that a query sees, by the number of pairs: each other pair counts once, or by both of its views
  const views = form === 'nt-xent' ? 2 : 1;
  const t = temperature;
  const known = (name: string, queries: PlainRows, keys: PlainRows, value: number): ClosedForm => ({
    name: `${name}, temperature ${t}`,
    temperature: t,
    queries,
    keys,
    value,
  });
  return [2, 5, 16]
    .flatMap((n) => {
      const others = views * (n - 1);
      const alike = rowsOf(n, n, () => 1);
      const corners = rowsOf(n, n, (i, j) => Number(i === j) - 1 / n);
      return [
        known(`${n} orthogonal pairs`, axes(n), axes(n), Math.log(1 + others * Math.exp(-1 / t))),
        known(`${n} rows that are all alike`, alike, alike, Math.log(1 + others)),
        known(`${n} corners of a simplex`, corners, corners, Math.log(1 + others * Math.exp(-n / ((n - 1) * t)))),
        known(
          `${n} positives at the opposite side`,
          axes(n),
          rowsOf(n, n, (i, j) => -Number(i === j)),
          Math.log(1 + others * Math.exp(1 / t)),
        ),
      ];
    })
    .concat(known('one pair', [[3, 4]], [[1, 0]], 0));
}

function axes(n: number): number[][] {
  return rowsOf(n, n, (i, j) => Number(i === j));
}

function rowsOf(n: number, d: number, value: (row: number, column: number) => number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, j) => value(i, j)));
}
