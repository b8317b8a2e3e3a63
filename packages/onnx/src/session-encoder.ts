import type { Encoder, EncoderFacts, Running } from '@viewforge/core';
import { encodeBatches, type Feeder } from './encode-batches.ts';
import type { Feeding } from './feeding.ts';
import { feedingFacts, statedItems } from './feeding-facts.ts';
import { givenRows, manyBlankRows } from './given-rows.ts';
import { modelDigest } from './model-digest.ts';
import { openOnce } from './open-once.ts';
import { chooseProviders } from './providers.ts';
import { openSession } from './session.ts';
import { type SessionChoice, setupOf } from './session-options.ts';

/** A model that is ready to be loaded, and how it is fed. */
export interface LoadedModel {
  /** Path, or bytes, which are handed over to the thread of the session. */
  readonly model: string | Uint8Array;
  /** Paths of further files that belong to it; none when left out. */
  readonly external?: readonly string[];
  readonly feeding: Feeding;
}

interface Opened {
  readonly feeder: Feeder;
  readonly facts: EncoderFacts;
}

/**
 * The functions of an encoder of images or texts around one session, which is opened once and closed once.
 * `load` is called when it is first needed; `where` names the model in errors.
 */
export function sessionEncoder(
  where: string,
  choice: SessionChoice,
  load: () => Promise<LoadedModel> | LoadedModel,
): Pick<Encoder, 'open' | 'encode' | 'close'> {
  const opened = openOnce(
    where,
    (running) => openModel(where, choice, load, running),
    ({ feeder }) => feeder.session.close(),
  );
  return {
    open: async (running) => (await opened.get(running)).facts,
    async encode(inputs, running) {
      const { feeder, facts } = await opened.get(running);
      return encodeBatches(feeder, givenRows(inputs, feeder.feeding, where), statedItems(facts), running);
    },
    close: () => opened.close(),
  };
}

async function openModel(
  where: string,
  choice: SessionChoice,
  load: () => Promise<LoadedModel> | LoadedModel,
  running: Running,
): Promise<Opened> {
  const { model, external = [], feeding } = await load();
  const { providers, passedOver } = await chooseProviders(choice.providers, where, running, choice);
  const digestOn = await modelDigest(model, external, feeding); // the bytes are handed over then
  const session = await openSession({ where, model, providers, passedOver, ...setupOf(choice) }, running);
  const feeder = { session, feeding, where, step: feeding.batch ?? choice.maxBatch, spare: [] };
  const facts = await readyFacts(feeder, choice, running).catch(async (error: unknown) => {
    await session.close();
    throw error;
  });
  return { feeder, facts: { ...facts, digest: digestOn(session.provider) } };
}

/** What a feeder takes, gives and runs on, after the runs that warm it up. */
export async function readyFacts(feeder: Feeder, { warmUp }: SessionChoice, running: Running): Promise<EncoderFacts> {
  const { provider, passedOver } = feeder.session;
  const stated = await feedingFacts(feeder, running);
  const blank = manyBlankRows(feeder.feeding, warmUp?.items ?? feeder.step, warmUp?.size);
  for (let run = 0; run < (warmUp?.runs ?? 0); run++) await encodeBatches(feeder, blank, statedItems(stated), running);
  return { ...stated, provider, passedOver };
}
