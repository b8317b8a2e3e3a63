import {
  type EncodedViews,
  type Json,
  type LossReport,
  type MetricReport,
  type Registry,
  type Running,
  ViewforgeError,
} from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { nearest } from './nearest.ts';

/** What to measure on stored embeddings. */
export interface Measurement {
  /** A loss or a metric: "plugin/part", or the part alone where only one plugin has it. */
  readonly use: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Who is compared with whom, for losses; `pairings/both-ways` for NT-Xent and `pairings/in-batch` for others when left out. */
  readonly pairing?: string;
  /** [n, d] each: row i of every view belongs to one item. */
  readonly views: readonly Features[];
}

/** What was measured. */
export type Measured =
  | { readonly kind: 'loss'; readonly name: string; readonly report: LossReport }
  | { readonly kind: 'metric'; readonly name: string; readonly report: MetricReport };

/**
 * A loss or a metric of embeddings, without any run. Throws ViewforgeError: NAME for an unknown part, OPTION for its options,
 * SHAPE when the views do not have the same number of rows and features, DOMAIN when the pairing makes what the loss cannot measure.
 */
export async function measureEmbeddings(
  registry: Registry,
  { use, options = {}, pairing, views }: Measurement,
  running: Running = { signal: new AbortController().signal },
): Promise<Measured> {
  const encoded = encodedFrom(views);
  const { kind, name } = findMeasure(registry, use);
  if (kind === 'metric')
    return {
      kind,
      name,
      report: await registry
        .get(
          'metric',
          name,
        )(options as never)
        .measure(encoded, running),
    };
  const loss = registry.get('loss', name)(options as never);
  const chosen = resolveName(registry, 'pairing', pairing ?? usualPairing(name));
  const partner = registry.get('pairing', chosen)();
  if (loss.measures !== partner.makes) {
    throw new ViewforgeError(
      'DOMAIN',
      name,
      `expected a pairing that makes ${loss.measures}, got "${chosen}", which makes ${partner.makes}`,
    );
  }
  const { batch } = partner.pair(encoded, partner.start(), { epoch: 0, step: 0, fraction: 0 });
  return { kind, name, report: loss.measure(batch) };
}

/** NT-Xent is a loss of the batch in which every view is a query and all others are its keys. */
function usualPairing(loss: string): string {
  return loss === 'losses/nt-xent' ? 'pairings/both-ways' : 'pairings/in-batch';
}

/** A part by "plugin/part", or by its own name where only one plugin has it. Throws NAME with what was probably meant. */
export function resolveName(registry: Registry, kind: 'loss' | 'metric' | 'pairing', name: string): string {
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

function encodedFrom(views: readonly Features[]): EncodedViews {
  const first = views[0];
  if (first === undefined) throw new ViewforgeError('SHAPE', 'measure', 'expected embeddings of at least one view, got none');
  for (const view of views) {
    if (view.shape.length !== 2 || view.shape[0] !== first.shape[0] || view.shape[1] !== first.shape[1]) {
      throw new ViewforgeError(
        'SHAPE',
        'measure',
        `expected views of one shape [n, d], got [${first.shape}] and [${view.shape}]`,
      );
    }
  }
  const items = Array.from({ length: first.shape[0]! }, (_, row) => ({ id: String(row) }));
  return { items, views: { view: views.map((features) => ({ features, blend: { kind: 'identity' } })) } };
}

/** A report as JSON holds it: typed arrays as lists, numbers that are not finite as null. */
export function reportJson(report: LossReport | MetricReport): Json {
  return JSON.parse(
    JSON.stringify(report, (_key, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value)),
  ) as Json;
}
