import { type Augmenter, type Domain, type Domains, type Json, ViewforgeError } from '@viewforge/core';
import { isBefore } from './stages.ts';

/** A part and the share of the run's epochs, in (0, 1], up to which it is used. */
export interface ScheduledPart<I extends Domain, O extends Domain> {
  readonly until: number;
  readonly part: Augmenter<I, O>;
}

/** What `schedule` draws: which part, and its params. */
export type Scheduled = { readonly stage: number; readonly params: Json };

/**
 * One part after the other in the course of a run: the first whose end lies after the share of epochs that lie behind. It depends
 * on nothing else, so views are the same for any batch size. Each part draws from a fork of its own. Made of parts by a script,
 * it stays on the main thread; parts that know their stage, such as `stagedRandAugment`, need not. Throws ViewforgeError: PLAN
 * for no part, OPTION unless the ends grow and the last is 1, DOMAIN for parts of different domains.
 */
export function schedule<I extends Domain, O extends Domain>(stages: readonly ScheduledPart<I, O>[]): Augmenter<I, O, Scheduled> {
  checkStages(stages);
  const { accepts, returns } = stages[0]!.part;
  return Object.freeze({
    kind: 'augmenter',
    name: 'schedule',
    version: 1,
    accepts,
    returns,
    draw(shape, random, context) {
      const stage = stages.findIndex(({ until }) => isBefore(context.fraction, until));
      return { stage, params: stages[stage]!.part.draw(shape, random.fork(stage), context) };
    },
    reshape: (shape, { stage, params }) => stages[stage]!.part.reshape(shape, params),
    apply: (input: Domains[I], { stage, params }) => stages[stage]!.part.apply(input, params),
  } satisfies Augmenter<I, O, Scheduled>);
}

function checkStages(stages: readonly ScheduledPart<Domain, Domain>[]): void {
  const first = stages[0]?.part;
  if (first === undefined) throw new ViewforgeError('PLAN', 'schedule', 'expected at least one part, got none');
  const ends = stages.map(({ until }) => until);
  if (!ends.every((end, i) => end > (ends[i - 1] ?? 0)) || ends.at(-1) !== 1) {
    throw new ViewforgeError('OPTION', 'schedule', `expected ends in (0, 1] that grow up to 1, got [${ends}]`);
  }
  for (const { part } of stages) {
    if (part.accepts === first.accepts && part.returns === first.returns) continue;
    throw new ViewforgeError(
      'DOMAIN',
      'schedule',
      `expected parts from ${first.accepts} to ${first.returns}, got "${part.name}" from ${part.accepts} to ${part.returns}`,
    );
  }
}
