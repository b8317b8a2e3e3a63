import { type Checkpoint, type RunStep, run, type ViewStep, views } from '@viewforge/run';
import { createContainer } from './container.ts';
import type { CheckedRecipe } from './parse-recipe.ts';
import type { Parts, Slot } from './parts.ts';
import { partToken } from './tokens.ts';

/** What a run is opened with besides its recipe. */
export interface OpenRunOptions {
  readonly signal?: AbortSignal;
  /** Parts that take the place of those the recipe names. */
  readonly parts?: Partial<Parts>;
}

/** A run whose parts are wired; close it when done. */
export interface OpenRun {
  /** The parts, each made when it is first asked for. */
  readonly parts: Parts;
  /** Views only, hops 1 to 4; goes on after `resume` when given. Views of a step hold until the next step is asked for. */
  views(resume?: Checkpoint): AsyncGenerator<ViewStep, void, undefined>;
  /** The whole path, hops 1 to 8; goes on after `resume` when given. Views of a step hold until the next step is asked for. */
  steps(resume?: Checkpoint): AsyncGenerator<RunStep, void, undefined>;
  /** Closes the encoder if there was one, and the container; calling it twice is fine. */
  close(): Promise<void>;
}

/** Wires the parts of a checked recipe in a container of their own. Nothing is read or loaded yet. */
export function openRun({ recipe, registry }: CheckedRecipe, { signal, parts: given = {} }: OpenRunOptions = {}): OpenRun {
  const scope = createContainer(registry, recipe, given);
  const made = new Set<Slot>();
  const part = <S extends Slot>(slot: S): Parts[S] => {
    made.add(slot);
    return scope.resolve(partToken(slot));
  };
  const parts = lazyParts(part);
  const settings = (resume: Checkpoint | undefined) => {
    const { seed, epochs, batchSize, workers, badItems } = recipe;
    const { source, sampler, plan } = parts;
    return {
      ...{ source, sampler, plan, seed, epochs, batchSize, workers, badItems, reuse: true },
      ...(signal !== undefined && { signal }),
      ...(resume !== undefined && { resume }),
    };
  };
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    if (made.has('encoder')) await parts.encoder.close();
    await scope.dispose();
  };
  return {
    parts,
    views: (resume) => views(settings(resume)),
    steps(resume) {
      const { encoder, pairing, loss, inputMixers, mixers } = parts;
      return run({ ...settings(resume), encoder, pairing, loss, inputMixers, mixers });
    },
    close: () => (closing ??= close()),
  };
}

function lazyParts(part: <S extends Slot>(slot: S) => Parts[S]): Parts {
  return Object.freeze({
    get source() {
      return part('source');
    },
    get sampler() {
      return part('sampler');
    },
    get plan() {
      return part('plan');
    },
    get encoder() {
      return part('encoder');
    },
    get pairing() {
      return part('pairing');
    },
    get loss() {
      return part('loss');
    },
    get inputMixers() {
      return part('inputMixers');
    },
    get mixers() {
      return part('mixers');
    },
    get metrics() {
      return part('metrics');
    },
  });
}
