import {
  type Collection,
  type Domains,
  makeView,
  type Registry,
  type Running,
  type Source,
  type Trace,
  type TraceView,
  type View,
  ViewforgeError,
  type ViewPlan,
} from '@viewforge/core';
import { planParts } from './trace-header.ts';

/** A view that was made again, and what its item decodes to. */
export interface ReplayedView extends View {
  readonly epoch: number;
  readonly original: Domains['pixels'];
}

/**
 * Makes the views of a trace again, in its order, from the stored params by `apply` alone; nothing is drawn.
 * Throws ViewforgeError: NAME when the plan is not known, VERSION when its results have changed, DOMAIN when the source gives
 * something else, TRACE when the source has no item of that name.
 */
export async function* replayTrace(
  trace: Trace,
  source: Source,
  registry: Registry,
  running: Running = { signal: new AbortController().signal },
): AsyncGenerator<ReplayedView, void, undefined> {
  const plan = planOf(trace, registry, source);
  const collection = await source.ready(running);
  yield* replayViews(trace.views, collection, plan, running);
}

/** The same for views of a plan at hand; each run of views of one item decodes it once. */
export async function* replayViews(
  drawn: readonly TraceView[],
  collection: Collection,
  plan: ViewPlan,
  running: Running,
): AsyncGenerator<ReplayedView, void, undefined> {
  const places = placesOf(collection);
  let current: { readonly id: string; readonly original: Domains['pixels'] } | undefined;
  for (const view of drawn) {
    running.signal.throwIfAborted();
    if (current?.id !== view.item) {
      const place = places.get(view.item);
      if (place === undefined) {
        const message = `expected an item "${view.item}" in the source, got ${collection.size} others`;
        throw new ViewforgeError('TRACE', plan.name, message, { item: view.item });
      }
      const item = await collection.open(place, running);
      current = { id: view.item, original: await item.decode(running) };
    }
    yield { ...view, original: current.original, value: makeView(view.item, current.original, plan, view) };
  }
}

function planOf({ header }: Trace, registry: Registry, source: Source): ViewPlan {
  const { use, version, options } = header.plan;
  const plan = registry.get('plan', use)(options as never);
  if (plan.version !== version) {
    throw new ViewforgeError('VERSION', use, `expected version ${version} of the plan, as in the trace, got ${plan.version}`);
  }
  const parts = planParts(plan);
  const changed = Object.keys(header.parts).find((name) => header.parts[name] !== parts[name]);
  if (changed !== undefined) {
    const message = `expected version ${header.parts[changed]} of the part, as in the trace, got ${parts[changed] ?? 'none'}`;
    throw new ViewforgeError('VERSION', changed, message);
  }
  if (plan.accepts !== source.gives) {
    throw new ViewforgeError(
      'DOMAIN',
      use,
      `expected a source of ${plan.accepts}, got "${source.name}", which gives ${source.gives}`,
    );
  }
  return plan as ViewPlan;
}

function placesOf(collection: Collection): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let index = 0; index < collection.size; index++) places.set(collection.id(index), index);
  return places;
}
