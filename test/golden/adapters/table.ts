import type { Outcome } from './outcome.ts';

/** How the cases of one family went. */
export interface Row {
  readonly family: string;
  cases: number;
  passed: number;
  failed: number;
  /** Cases of other definitions, which are shown only. */
  shown: number;
  /** The judged comparison that used most of its tolerance, and the shown one that is furthest off. */
  worst?: Outcome & { readonly name: string };
  furthest?: Outcome & { readonly name: string };
}

/** An empty row. */
export function rowOf(family: string): Row {
  return { family, cases: 0, passed: 0, failed: 0, shown: 0 };
}

/** Takes one comparison into its row. */
export function take(row: Row, name: string, outcome: Outcome): void {
  if (outcome.judged && (row.worst === undefined || usedOf(outcome) > usedOf(row.worst))) row.worst = { ...outcome, name };
  if (!outcome.judged && (row.furthest === undefined || outcome.error > row.furthest.error)) row.furthest = { ...outcome, name };
}

/** The table as lines of text. */
export function tableOf(rows: readonly Row[]): string {
  const header = ['family', 'cases', 'passed', 'failed', 'shown', 'worst error (share of its tolerance)'];
  const cells = rows.map((row) => [
    row.family,
    ...[row.cases, row.passed, row.failed, row.shown].map(String),
    [row.worst && worstOf(row.worst), row.furthest && `shown: ${row.furthest.error} (${row.furthest.name})`]
      .filter(Boolean)
      .join('; '),
  ]);
  const widths = header.map((title, column) => Math.max(...[header, ...cells].map((line) => line[column]!.length), title.length));
  return [header, ...cells]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function worstOf(outcome: Outcome & { readonly name: string }): string {
  return `${outcome.error.toExponential(1)} (${(100 * usedOf(outcome)).toFixed(1)}%, ${outcome.name}: ${outcome.what})`;
}

function usedOf({ error, allowed }: Outcome): number {
  return error === 0 ? 0 : error / allowed;
}
