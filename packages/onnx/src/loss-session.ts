import type { Batches, GraphPlan, Loss, LossGradients, LossReport, Running, RunningLoss } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { availableParallelism } from 'node:os';
import { chooseProviders, type ProviderName } from './providers.ts';
import { openNearSession } from './near-session.ts';
import { openSession, type Session } from './session.ts';
import type { PassedOver } from './session-messages.ts';

/** Where and from which size on a loss runs as a model. */
export interface LossSessionOptions {
  /** Providers to try, in this order; ['cpu'] when left out. */
  readonly providers?: readonly ProviderName[];
  /** Threads inside an operator; one on each core when left out. */
  readonly threads?: number;
  /** Whether those threads wait by spinning: faster for one loss after the other, and keeps the cores busy. False when left out. */
  readonly spinning?: boolean;
  /** Batches with fewer comparisons (queries times keys) are measured on this thread, which is quicker then; 65 536 when left out. */
  readonly from?: number;
}

/** Which way a batch went. */
export type LossPath = 'graph' | 'direct';

/** A loss with a session behind it; close it when done. */
export interface LossSession<B extends keyof Batches> extends RunningLoss<B> {
  /** As the loss itself says, in float32 where a batch goes through the model. */
  measure(batch: Batches[B], running?: Running): Promise<LossReport & { readonly path: LossPath }>;
  differentiate(batch: Batches[B], running?: Running): Promise<LossGradients & { readonly path: LossPath }>;
  /** The provider in use, and those passed over with the reason; undefined until the first batch went through a model. */
  provider(): { readonly provider: string; readonly passedOver: readonly PassedOver[] } | undefined;
  /** Frees the models; calling it twice is fine. */
  close(): Promise<void>;
}

/**
 * A loss that goes the quickest way: small batches, those that its model cannot take and losses without a model on this thread,
 * all others through ONNX Runtime, in a thread of its own unless a run takes a few milliseconds, and in parts where the comparisons would
 * not fit into memory at once. Models are opened
 * when they are first needed, one for each of the few forms a batch can have.
 *
 * Calls reject with what the loss throws; with PROVIDER where no provider of the list works, WORKER where the model fails, USAGE
 * after `close`, and the signal's reason.
 */
export function lossSession<B extends keyof Batches>(loss: Loss<B>, options: LossSessionOptions = {}): LossSession<B> {
  const sessions = new Map<string, Promise<Session>>();
  const closing = new AbortController();
  let opened: Session | undefined;
  const sessionOf = (plan: GraphPlan, isNear: boolean): Promise<Session> => {
    const key = `${isNear}${plan.model}`;
    const found = sessions.get(key) ?? open(isNear ? openNearSession : openSession, loss.name, plan, options, closing.signal);
    sessions.set(key, found);
    found.catch(() => sessions.delete(key)); // the next call tries again
    return found;
  };
  const differentiate: LossSession<B>['differentiate'] = async (batch, running = { signal: closing.signal }) => {
    if (closing.signal.aborted) throw new ViewforgeError('USAGE', loss.name, 'expected an open session, got one that was closed');
    running.signal.throwIfAborted();
    const comparisons = comparisonsOf(batch);
    const plan = comparisons >= (options.from ?? 65536) ? loss.graph?.plan(batch) : undefined;
    if (plan === undefined) return { ...loss.differentiate(batch), path: 'direct' };
    // other calls may go on to another model meanwhile
    const session = await sessionOf(plan, isOnCpu(options) && comparisons <= mostNear);
    opened = session;
    for (let part = 0; part < plan.parts; part++) {
      plan.take(part, (await session.run(plan.feeds(part), plan.outputs, running)).outputs);
    }
    const report = plan.report();
    // what is not finite is for the loss itself to name
    return report === undefined ? { ...loss.differentiate(batch), path: 'direct' } : { ...report, path: 'graph' };
  };
  return {
    loss,
    differentiate,
    async measure(batch, running) {
      const { gradients: _, ...report } = await differentiate(batch, running);
      return report;
    },
    provider: () => opened && { provider: opened.provider, passedOver: opened.passedOver },
    async close() {
      closing.abort(new ViewforgeError('ABORTED', loss.name, 'the session was closed'));
      await Promise.all(
        [...sessions.values()].map((each) =>
          each.then(
            (session) => session.close(),
            () => {},
          ),
        ),
      );
    },
  };
}

async function open(
  openOne: typeof openSession,
  where: string,
  plan: GraphPlan,
  options: LossSessionOptions,
  signal: AbortSignal,
): Promise<Session> {
  const { providers: asked = ['cpu'], threads = availableParallelism(), spinning = false } = options;
  const { providers, passedOver } = await chooseProviders(asked, where, { signal });
  return openOne({ where, model: plan.bytes(), providers, passedOver, threads, spinning }, { signal });
}

/** Comparisons up to which a model runs in the thread of the caller: a few milliseconds on the CPU. */
const mostNear = 2 ** 20;

function isOnCpu({ providers = ['cpu'] }: LossSessionOptions): boolean {
  return providers.every((provider) => provider === 'cpu');
}

/** Of a ContrastBatch: queries times keys; other batches are as large as they may be. */
function comparisonsOf(batch: object): number {
  const { queries, keys } = batch as Partial<Batches['contrast']>;
  if (queries === undefined || keys === undefined) return Number.POSITIVE_INFINITY;
  return queries.shape[0]! * keys.reduce((sum, { shape }) => sum + shape[0]!, 0);
}
