import type {
  ContrastBatch,
  GraphArray,
  GraphFeeds,
  Json,
  Mixer,
  MixPlan,
  Running,
  RunningMixer,
  StackedRows,
} from '@viewforge/core';
import { countKeys, ViewforgeError } from '@viewforge/core';
import { availableParallelism } from 'node:os';
import { openNearSession } from './near-session.ts';
import { chooseProviders, type ProviderName } from './providers.ts';
import { openRowStack, type RowStack } from './row-stack.ts';
import { openSession, type Session } from './session.ts';
import type { PassedOver, Payloads } from './session-messages.ts';

/** Where and from which size on a mixer runs as a model. */
export interface MixerSessionOptions {
  /** Providers to try, in this order, such as those of the encoder; ['cpu'] when left out. */
  readonly providers?: readonly ProviderName[];
  /** Threads inside an operator; one on each core when left out. */
  readonly threads?: number;
  /** Whether those threads wait by spinning, which keeps the cores busy. False when left out. */
  readonly spinning?: boolean;
  /** Batches with fewer comparisons (queries times keys) are mixed without the model; 65 536 when left out. */
  readonly from?: number;
  /**
   * Which thread the model runs in: 'own' leaves this one free and costs a message there and back; 'caller' does neither. When left out,
   * the caller's for models on the CPU.
   */
  readonly thread?: 'own' | 'caller';
}

/** Which way batches went, since the session was opened. */
export interface MixerSessionCounts {
  readonly graph: number;
  readonly direct: number;
  /** Blocks of keys and queries that were copied together for the model: those that were new to it. */
  readonly copiedBlocks: number;
}

/** A mixer with a session behind it; close it when done. */
export interface MixerSession extends RunningMixer {
  /** As the mixer's `apply`, in float32 where a batch goes through the model. Calls wait for each other. */
  apply(batch: ContrastBatch, params: Json, running?: Running): Promise<ContrastBatch>;
  counts(): MixerSessionCounts;
  /** The provider in use, and those passed over with the reason; undefined until the first batch went through a model. */
  provider(): { readonly provider: string; readonly passedOver: readonly PassedOver[] } | undefined;
  /** Frees the models; calling it twice is fine. */
  close(): Promise<void>;
}

/** A model that was opened, and the memory in which its rows are stacked. */
interface Opened {
  readonly session: Session;
  readonly stacks: Map<string, RowStack>;
}

/**
 * A mixer of embeddings that goes the quickest way: small batches, those that its model cannot take and mixers without a model by `apply`,
 * all others through ONNX Runtime. Models are opened when they are first needed, one for each of the few forms a batch can have, and
 * each keeps the rows it was fed: of a queue, a step copies the part that the last one wrote, never the whole.
 *
 * Calls reject with what the mixer throws; with PROVIDER where no provider of the list works, WORKER where the model fails, USAGE after
 * `close`, and the signal's reason.
 *
 * @example
 * const mixing = mixerSession(mochi({ warmUp: 0 }), { providers: ['cuda', 'cpu'] });
 * for await (const step of run({ ...options, mixers: [mixing] })) { ... }
 * await mixing.close();
 */
export function mixerSession(mixer: Mixer<'contrast'>, options: MixerSessionOptions = {}): MixerSession {
  const opened = new Map<string, Promise<Opened>>();
  const closing = new AbortController();
  const counts = { graph: 0, direct: 0 };
  const stacks: RowStack[] = [];
  let last: Session | undefined;
  let line: Promise<unknown> = Promise.resolve();
  const modelOf = (plan: MixPlan): Promise<Opened> => {
    const found = opened.get(plan.model) ?? open(mixer.name, plan, options, closing.signal);
    opened.set(plan.model, found);
    found.catch(() => opened.delete(plan.model)); // the next call tries again
    return found;
  };
  const mix = async (batch: ContrastBatch, params: Json, running: Running): Promise<ContrastBatch> => {
    if (closing.signal.aborted)
      throw new ViewforgeError('USAGE', mixer.name, 'expected an open session, got one that was closed');
    running.signal.throwIfAborted();
    const comparisons = batch.queries.shape[0]! * countKeys(batch);
    const plan = comparisons >= (options.from ?? 65536) ? mixer.graph?.plan(batch, params) : undefined;
    if (plan === undefined) {
      counts.direct++;
      return mixer.apply(batch, params);
    }
    const model = await modelOf(plan);
    last = model.session;
    const { feeds, stacked } = feedsOf(model, plan.feeds(), stacks);
    const result = await model.session.run(feeds, plan.outputs, running);
    for (const name of stacked) model.stacks.get(name)!.take(result.feeds[name]!);
    counts.graph++;
    return plan.take(result.outputs);
  };
  return {
    mixer,
    apply(batch, params, running = { signal: closing.signal }) {
      const mixed = line.then(() => mix(batch, params, running));
      line = mixed.catch(() => {});
      return mixed;
    },
    counts: () => ({ ...counts, copiedBlocks: stacks.reduce((sum, stack) => sum + stack.copied(), 0) }),
    provider: () => last && { provider: last.provider, passedOver: last.passedOver },
    async close() {
      closing.abort(new ViewforgeError('ABORTED', mixer.name, 'the session was closed'));
      await Promise.all(
        [...opened.values()].map((each) =>
          each.then(
            ({ session }) => session.close(),
            () => {},
          ),
        ),
      );
    },
  };
}

async function open(where: string, plan: MixPlan, options: MixerSessionOptions, signal: AbortSignal): Promise<Opened> {
  const { providers: asked = ['cpu'], threads = availableParallelism(), spinning = false } = options;
  const { thread = asked.every((provider) => provider === 'cpu') ? 'caller' : 'own' } = options;
  const { providers, passedOver } = await chooseProviders(asked, where, { signal });
  const openOne = thread === 'caller' ? openNearSession : openSession;
  const session = await openOne({ where, model: plan.bytes(), providers, passedOver, threads, spinning }, { signal });
  return { session, stacks: new Map() };
}

/** What the model is fed, blocks stacked, and the names of those inputs. */
function feedsOf(
  { stacks }: Opened,
  given: GraphFeeds,
  all: RowStack[],
): { readonly feeds: Payloads; readonly stacked: readonly string[] } {
  const stacked: string[] = [];
  const feeds = Object.entries(given).map(([name, feed]): [string, GraphArray] => {
    if (!isStacked(feed)) return [name, feed];
    if (!stacks.has(name)) all.push(stacks.set(name, openRowStack()).get(name)!);
    const stack = stacks.get(name)!;
    stacked.push(name);
    return [name, stack.give(feed)];
  });
  return { feeds: Object.fromEntries(feeds), stacked };
}

function isStacked(feed: GraphArray | StackedRows): feed is StackedRows {
  return 'blocks' in feed;
}
