import {
  type Batches,
  type EncodedViews,
  type Json,
  type Loss,
  type LossReport,
  type MetricReport,
  type Pairing,
  type Registry,
  type Running,
  ViewforgeError,
} from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { nearest } from './nearest.ts';

/** Embeddings [n, d] by role and index; row i of every view belongs to one item. */
export type RoleFeatures = Readonly<Record<string, readonly Features[]>>;

/** What to measure on stored embeddings. */
export interface Measurement {
  /** A loss or a metric: "plugin/part", or the part alone where only one plugin has it. */
  readonly use: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Who is compared with whom, for losses; what usually stands before the loss when left out. */
  readonly pairing?: string;
  readonly pairingOptions?: Readonly<Record<string, unknown>>;
  /** Views of the one role "view" as a list, or those of several roles. */
  readonly views: readonly Features[] | RoleFeatures;
  /** [n]; the class of each item, whole and from 0. */
  readonly labels?: ArrayLike<number>;
  /** Whether the gradients of a loss are wanted as well. */
  readonly gradients?: boolean;
}

/** What was measured. */
export type Measured =
  | {
      readonly kind: 'loss';
      readonly name: string;
      readonly report: LossReport;
      /** d(value) / d(features) of every view, where they were wanted. */
      readonly gradients?: RoleFeatures;
    }
  | { readonly kind: 'metric'; readonly name: string; readonly report: MetricReport };

/**
 * A loss or a metric of embeddings, without any run. Throws ViewforgeError: NAME for an unknown part, OPTION for its options,
 * SHAPE when the views of a role differ in shape, or roles in their number of rows; LABEL for labels that are no whole numbers from 0, one
 * a row; DOMAIN when the pairing makes what the loss cannot measure.
 */
export async function measureEmbeddings(
  registry: Registry,
  measurement: Measurement,
  running: Running = { signal: new AbortController().signal },
): Promise<Measured> {
  const { use, options = {} } = measurement;
  const encoded = encodedFrom(measurement);
  const { kind, name } = findMeasure(registry, use);
  if (kind === 'loss') return measureLoss(registry, name, measurement, encoded);
  const metric = registry.get('metric', name)(options as never);
  return { kind, name, report: await metric.measure(encoded, running) };
}

function measureLoss(registry: Registry, name: string, measurement: Measurement, encoded: EncodedViews): Measured {
  const { options = {}, pairingOptions = {}, gradients = false } = measurement;
  const loss: Loss<keyof Batches> = registry.get('loss', name)(options as never);
  const chosen = resolveName(registry, 'pairing', measurement.pairing ?? usualPairing(name, loss, measurement));
  const partner: Pairing<unknown, keyof Batches> = registry.get('pairing', chosen)(pairingOptions as never);
  if (loss.measures !== partner.makes) {
    throw new ViewforgeError(
      'DOMAIN',
      name,
      `expected a pairing that makes ${loss.measures}, got "${chosen}", which makes ${partner.makes}`,
    );
  }
  const { batch, pullback } = partner.pair(encoded, partner.start(), { epoch: 0, step: 0, fraction: 0 });
  if (!gradients) return { kind: 'loss', name, report: loss.measure(batch) };
  const { gradients: found, ...report } = loss.differentiate(batch);
  return { kind: 'loss', name, report, gradients: pullback(found) };
}

/** Losses of the batch in which every view is a query and all others are its keys. */
const ofAllViews: ReadonlySet<string> = new Set(
  ['nt-xent', 'decoupled', 'weighted-decoupled', 'debiased', 'hard-weighted', 'model-aware'].map((name) => `losses/${name}`),
);

/** What usually stands before a loss. Throws ViewforgeError (DOMAIN) for losses whose batches are made in code. */
function usualPairing(name: string, { measures }: Loss<keyof Batches>, { labels }: Measurement): string {
  if (measures === 'aligned' || measures === 'distributions') return `pairings/${measures}`;
  if (measures !== 'contrast') {
    throw new ViewforgeError('DOMAIN', name, `expected a loss of views, got one of ${measures}, whose batches are made in code`);
  }
  if (ofAllViews.has(name)) return 'pairings/both-ways';
  return labels === undefined ? 'pairings/in-batch' : 'pairings/by-label';
}

/** A part by "plugin/part", or by its own name where only one plugin has it. Throws NAME with what was probably meant. */
export function resolveName(registry: Registry, kind: 'loss' | 'metric' | 'pairing' | 'index', name: string): string {
  const known = registry.list(kind);
  const found = known.filter((each) => each === name || each.endsWith(`/${name}`));
  if (found.length === 1) return found[0]!;
  throw unknownName(kind, name, known);
}

function findMeasure(registry: Registry, use: string): { readonly kind: 'loss' | 'metric'; readonly name: string } {
  const found = (['loss', 'metric'] as const).flatMap((kind) =>
    registry
      .list(kind)
      .filter((name) => name === use || name.endsWith(`/${use}`))
      .map((name) => ({ kind, name })),
  );
  if (found.length === 1) return found[0]!;
  throw unknownName('loss or metric', use, [...registry.list('loss'), ...registry.list('metric')]);
}

function unknownName(kind: string, name: string, known: readonly string[]): ViewforgeError {
  const meant = nearest(name, known);
  const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return new ViewforgeError('NAME', 'registry', `expected the name of one ${kind}, got "${name}"; ${hint}`);
}

function encodedFrom({ views, labels }: Measurement): EncodedViews {
  const roles: RoleFeatures = isList(views) ? { view: views } : views;
  const first = Object.values(roles).flat()[0];
  if (first === undefined) throw new ViewforgeError('SHAPE', 'measure', 'expected embeddings of at least one view, got none');
  for (const list of Object.values(roles)) for (const view of list) checkShape(view, first, list[0]!);
  const n = first.shape[0]!;
  if (labels !== undefined) checkLabels(labels, n);
  const items = Array.from({ length: n }, (_, row) => ({ id: String(row), ...(labels && { label: labels[row]! }) }));
  const encoded = Object.entries(roles).map(([role, list]) => [
    role,
    list.map((features) => ({ features, blend: { kind: 'identity' as const } })),
  ]);
  return { items, views: Object.fromEntries(encoded) };
}

function isList(views: Measurement['views']): views is readonly Features[] {
  return Array.isArray(views);
}

/** Views of a role have one shape, all views as many rows. */
function checkShape(view: Features, first: Features, sibling: Features): void {
  const isAlike = view.shape.length === 2 && view.shape[0] === first.shape[0] && view.shape[1] === sibling.shape[1];
  if (isAlike) return;
  const other = view.shape[0] === first.shape[0] ? sibling : first;
  throw new ViewforgeError('SHAPE', 'measure', `expected views of one shape [n, d], got [${other.shape}] and [${view.shape}]`);
}

function checkLabels(labels: ArrayLike<number>, n: number): void {
  if (labels.length !== n) throw new ViewforgeError('LABEL', 'measure', `expected ${n} labels, one a row, got ${labels.length}`);
  const wrong = Array.from(labels).find((label) => !Number.isSafeInteger(label) || label < 0);
  if (wrong !== undefined)
    throw new ViewforgeError('LABEL', 'measure', `expected labels that are whole numbers from 0, got ${wrong}`);
}

/** A report as JSON holds it: typed arrays as lists, numbers that are not finite as null. */
export function reportJson(report: LossReport | MetricReport): Json {
  return JSON.parse(
    JSON.stringify(report, (_key, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value)),
  ) as Json;
}
