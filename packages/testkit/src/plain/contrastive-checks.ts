import { expect } from 'vitest';
import { type Law, registerLaws } from '../law.ts';
import { type ContrastiveForm, closedForms } from './closed-forms.ts';
import { type PlainReport, referenceInfoNce, referenceNtXent, referenceTwoSided } from './reference-info-nce.ts';
import { type PlainRows, permuted, plainRows, scaled } from './rows.ts';

/** What somebody's loss gives: the value, and gradients where it has any. */
export interface PlainResult {
  readonly value: number;
  /** d(value) / d(queries) and d(keys): [n][d]. */
  readonly queries?: PlainRows;
  readonly keys?: PlainRows;
}

/** Somebody's loss at one temperature, over [n][d] queries and keys of which key i is the positive of query i; for two views, these. */
export type PlainLoss = (queries: PlainRows, keys: PlainRows) => number | PlainResult | Promise<number | PlainResult>;

/** Somebody's loss at any temperature. */
export type PlainLossMaker = (temperature: number) => PlainLoss;

/** Somebody's loss with a mask: [n][k], which keys a query may see. */
export type MaskedLoss = (
  queries: PlainRows,
  keys: PlainRows,
  visible: readonly (readonly boolean[])[],
) => number | PlainResult | Promise<number | PlainResult>;

/** What is expected of the loss. */
export interface ContrastiveChecks {
  /** 'info-nce' when left out. */
  readonly form?: ContrastiveForm;
  /** Largest share of the larger of 1 and the number itself that a value may be off; 1e-6 when left out; 1e-4 fits float32. */
  readonly tolerance?: number;
  /** Whether the loss brings rows to length 1 itself; true when left out. Otherwise it gets rows of length 1. */
  readonly normalizes?: boolean;
  /** Temperatures that must work; 0.01 to 10 when left out. */
  readonly temperatures?: readonly number[];
  /** The loss where query i sees only the keys j with visible[i][j], the positive among them; not checked when left out. */
  readonly masked?: (temperature: number) => MaskedLoss;
  /** Whether rows of zeros must give finite numbers; true when left out. */
  readonly zeroRows?: boolean;
}

/**
 * Registers, as tests of vitest, what is true of every InfoNCE, two-sided InfoNCE or NT-Xent, for an implementation of your own in any library:
 * closed forms, an independent reference, gradients, order, scale, limits of the temperature and numbers at the edge.
 */
export function obeysContrastiveChecks(name: string, make: PlainLossMaker, checks: ContrastiveChecks = {}): void {
  registerLaws(name, contrastiveChecks(make, checks));
}

/** The same checks as values. */
export function contrastiveChecks(make: PlainLossMaker, checks: ContrastiveChecks = {}): Law[] {
  const subject = subjectOf(make, checks);
  return [
    ...closedForms(subject.form).map(({ name, queries, keys, temperature, value }) => ({
      name: `${name}: ${value.toFixed(6)}`,
      check: async () => subject.near(await subject.value(queries, keys, temperature), value, name),
    })),
    ...definitionLaws(subject),
    ...symmetryLaws(subject),
    ...maskLaws(checks.masked, subject),
    ...limitLaws(subject),
    edgeLaw(subject, checks.zeroRows ?? true),
  ];
}

/** The loss under test, and how it is asked and judged. */
interface Subject {
  readonly form: ContrastiveForm;
  readonly normalizes: boolean;
  readonly temperatures: readonly number[];
  readonly tolerance: number;
  /** Rows as the loss takes them. */
  given(rows: PlainRows): PlainRows;
  say(queries: PlainRows, keys: PlainRows, temperature: number): Promise<PlainResult>;
  value(queries: PlainRows, keys: PlainRows, temperature: number): Promise<number>;
  near(actual: number, expected: number, what: string): void;
}

function subjectOf(make: PlainLossMaker, checks: ContrastiveChecks): Subject {
  const { form = 'info-nce', tolerance = 1e-6, normalizes = true } = checks;
  const given = (rows: PlainRows): PlainRows => (normalizes ? rows : rows.map(unit));
  const say = async (queries: PlainRows, keys: PlainRows, temperature: number): Promise<PlainResult> => {
    const found = await make(temperature)(given(queries), given(keys));
    return typeof found === 'number' ? { value: found } : found;
  };
  return {
    ...{ form, normalizes, tolerance, given, say },
    temperatures: checks.temperatures ?? [0.01, 0.07, 0.5, 1, 10],
    value: async (queries, keys, temperature) => (await say(queries, keys, temperature)).value,
    near(actual, expected, what) {
      const most = tolerance * Math.max(1, Math.abs(expected));
      expect(Math.abs(actual - expected), `${what}: expected ${expected}, got ${actual}, off by`).toBeLessThanOrEqual(most);
    },
  };
}

const examples = [1, 2, 7].map((n) => [plainRows(n, 5, n), plainRows(n, 5, n + 10)] as const);

function everywhere(
  { temperatures }: Subject,
  check: (queries: PlainRows, keys: PlainRows, temperature: number) => Promise<void>,
): () => Promise<void> {
  return async () => {
    for (const [queries, keys] of examples) for (const temperature of temperatures) await check(queries, keys, temperature);
  };
}

function definitionLaws(subject: Subject): Law[] {
  const { form, normalizes, tolerance, given, say, value, near } = subject;
  return [
    {
      name: 'the value is that of the definition',
      check: everywhere(subject, async (queries, keys, t) =>
        near(await value(queries, keys, t), referenceFor(form, queries, keys, t).value, `at ${t}`),
      ),
    },
    {
      name: 'gradients, where there are some, are those of the definition',
      check: everywhere(subject, (queries, keys, t) =>
        gradientsMatch(say(queries, keys, t), referenceFor(form, given(queries), given(keys), t, normalizes), tolerance),
      ),
    },
  ];
}

function symmetryLaws(subject: Subject): Law[] {
  const { normalizes, value, near } = subject;
  const order: Law = {
    name: 'the order of the pairs does not matter',
    check: everywhere(subject, async (queries, keys, t) => {
      const turned = queries.map((_, i) => i).reverse();
      near(await value(permuted(queries, turned), permuted(keys, turned), t), await value(queries, keys, t), `at ${t}`);
    }),
  };
  const length: Law = {
    name: 'the length of rows does not matter',
    check: everywhere(subject, async (queries, keys, t) =>
      near(await value(scaled(queries, 3), scaled(keys, 0.25), t), await value(queries, keys, t), `at ${t}`),
    ),
  };
  return normalizes ? [order, length] : [order];
}

function limitLaws({ form, tolerance, value, near }: Subject): Law[] {
  const axes = [
    [1, 0],
    [0, 1],
  ] as const;
  const crossed = [axes[1], axes[0]];
  return [
    {
      name: 'at a high temperature nothing can be told apart',
      check: async () => {
        const [queries, keys] = examples[2]!;
        const seen = form === 'nt-xent' ? 2 * queries.length - 1 : queries.length;
        // the first term of the series is 1 / temperature times a difference of cosines, at most 2
        expect(Math.abs((await value(queries, keys, 1e4)) - Math.log(seen))).toBeLessThanOrEqual(3e-4 + tolerance);
      },
    },
    {
      name: 'at a low temperature a positive that is nearest costs nothing, and one that is not its distance over the temperature',
      check: async () => {
        near(await value(axes, axes, 1e-3), 0, 'nearest');
        near((await value(axes, crossed, 1e-3)) / 1000, referenceFor(form, axes, crossed, 1e-3).value / 1000, 'farthest');
      },
    },
  ];
}

function edgeLaw({ temperatures, say }: Subject, zeroRows: boolean): Law {
  const fillings = zeroRows ? [1, -1, 0] : [1, -1];
  return {
    name: 'identical, opposite and zero rows give finite numbers at any temperature',
    check: async () => {
      for (const query of fillings)
        for (const key of fillings) for (const t of temperatures) await isFinite_(say(constant(query), constant(key), t));
    },
  };
}

function maskLaws(masked: ContrastiveChecks['masked'], { temperatures, given, near }: Subject): Law[] {
  if (masked === undefined) return [];
  const [queries, keys] = [plainRows(6, 5, 3), plainRows(6, 5, 4)];
  const visible = queries.map((_, i) => keys.map((_, j) => i === j || (i + 2 * j) % 3 !== 0));
  return [
    {
      name: 'a key that is masked out is no negative',
      check: async () => {
        for (const t of temperatures) {
          const found = await masked(t)(given(queries), given(keys), visible);
          const wanted = referenceInfoNce({ queries, keys, visible }, { temperature: t }).value;
          near(typeof found === 'number' ? found : found.value, wanted, `at ${t}`);
        }
      },
    },
  ];
}

async function gradientsMatch(found: Promise<PlainResult>, wanted: PlainReport, tolerance: number): Promise<void> {
  const { queries, keys } = await found;
  for (const [name, actual, expected] of [
    ['queries', queries, wanted.queries],
    ['keys', keys, wanted.keys],
  ] as const) {
    if (actual === undefined) continue;
    const most = expected.flat().reduce((largest, each) => Math.max(largest, Math.abs(each)), 1);
    expected.forEach((row, i) => {
      row.forEach((each, e) => {
        expect(Math.abs(actual[i]![e]! - each), `gradient of ${name}, row ${i}, element ${e}, off by`).toBeLessThanOrEqual(
          tolerance * most,
        );
      });
    });
  }
}

async function isFinite_(result: Promise<PlainResult>): Promise<void> {
  const { value, queries = [], keys = [] } = await result;
  expect(
    [value, ...queries.flat(), ...keys.flat()].find((each) => !Number.isFinite(each)),
    'a number that is not finite',
  ).toBeUndefined();
}

function referenceFor(
  form: ContrastiveForm,
  queries: PlainRows,
  keys: PlainRows,
  temperature: number,
  normalize = true,
): PlainReport {
  const options = { temperature, normalize };
  if (form === 'nt-xent') return referenceNtXent(queries, keys, options);
  return form === 'two-sided' ? referenceTwoSided(queries, keys, options) : referenceInfoNce({ queries, keys }, options);
}

function constant(filling: number): number[][] {
  return Array.from({ length: 4 }, () => [filling, filling, filling]);
}

function unit(row: readonly number[]): number[] {
  const length = Math.sqrt(row.reduce((sum, each) => sum + each * each, 0));
  return row.map((each) => (length === 0 ? 0 : each / length));
}
