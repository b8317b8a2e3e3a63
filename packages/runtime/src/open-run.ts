import { type MixerSession, mixerSession, type PassedOver } from '@viewforge/onnx';
import { type Checkpoint, type RunOptions, type RunStep, run, type ViewStep, views } from '@viewforge/run';
import type { Mixer } from '@viewforge/core';
import { createContainer } from './container.ts';
import type { CheckedRecipe } from './parse-recipe.ts';
import type { Parts, Slot } from './parts.ts';
import { partToken } from './tokens.ts';

/** What a run is opened with besides its recipe. */
export interface OpenRunOptions {
  readonly signal?: AbortSignal;
  /** Parts that take the place of those the recipe names. */
  readonly parts?: Partial<Parts>;
  /** Shown every ContrastBatch between pairing, mixers and loss. */
  readonly watch?: RunOptions['watch'];
}

/** Where the model of a mixer runs. */
export interface MixingFacts {
  readonly mixer: string;
  /** Null where no batch went through the model: all were too small, or of a kind that it does not take. */
  readonly provider: string | null;
  readonly passedOver: readonly PassedOver[];
}

/** A run whose parts are wired; close it when done. */
export interface OpenRun {
  /** The parts, each made when it is first asked for. */
  readonly parts: Parts;
  /** Views only, hops 1 to 4; goes on after `resume` when given. Views of a step hold until the next step is asked for. */
  views(resume?: Checkpoint): AsyncGenerator<ViewStep, void, undefined>;
  /** The whole path, hops 1 to 8; goes on after `resume` when given. Views of a step hold until the next step is asked for. */
  steps(resume?: Checkpoint): AsyncGenerator<RunStep, void, undefined>;
  /** Where the mixers with a session run, in their order; none where the recipe asks for no sessions. */
  mixing(): readonly MixingFacts[];
  /** Closes the encoder and the sessions of mixers if there were any, and the container; calling it twice is fine. */
  close(): Promise<void>;
}

/** Wires the parts of a checked recipe in a container of their own. Nothing is read or loaded yet. */
export function openRun({ recipe, registry }: CheckedRecipe, { signal, parts: given = {}, watch }: OpenRunOptions = {}): OpenRun {
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
  const sessions = new Map<Mixer<'contrast'>, MixerSession>();
  const withSession = (mixer: Mixer<'contrast'>): Mixer<'contrast'> | MixerSession => {
    const { latent } = recipe;
    if (latent === undefined || mixer.graph === undefined) return mixer;
    const { providers, threads, from } = latent;
    const session = sessions.get(mixer) ?? mixerSession(mixer, { providers, from, ...(threads !== undefined && { threads }) });
    sessions.set(mixer, session);
    return session;
  };
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([...sessions.values()].map((session) => session.close()));
    if (made.has('encoder')) await parts.encoder.close();
    await scope.dispose();
  };
  return {
    parts,
    views: (resume) => views(settings(resume)),
    steps(resume) {
      const { encoder, pairing, loss, inputMixers } = parts;
      const mixers = parts.mixers.map(withSession);
      return run({ ...settings(resume), encoder, pairing, loss, inputMixers, mixers, ...(watch && { watch }) });
    },
    mixing: () =>
      [...sessions].map(([{ name }, session]) => {
        const { provider = null, passedOver = [] } = session.provider() ?? {};
        return { mixer: name, provider, passedOver };
      }),
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
    get heads() {
      return part('heads');
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
