import { choice, followParameters, number, type Parameters, type Running, ViewforgeError } from '@viewforge/core';
import type { FreedModel } from '@viewforge/graph';
import { parseSafetensors, type Tensor, tensor, values, writeSafetensors } from '@viewforge/tensor';
import type { Session } from './session.ts';
import type { Payloads } from './session-messages.ts';

/** The weights that are trained, and those that follow them. */
export type WeightSet = 'query' | 'key';

/** The options of an averaged network. */
export const momentumOptions = {
  momentum: number({
    default: 0.999,
    min: 0,
    max: 1,
    unit: 'share',
    doc: 'Share of the key that stays in an update where that says nothing else: 1 leaves it, 0 copies the query.',
  }),
  emaBuffers: choice(['averaged', 'copied'], {
    default: 'averaged',
    doc: 'Whether running means and variances of batch normalizations follow as weights do, or are taken over from the query.',
  }),
};

/** Both sets of weights of a model, here and in its session. */
export interface WeightSets {
  of(set: WeightSet): Parameters;
  /** New weights for the query, then the key moves, once nothing is being read. */
  follow(weights: Parameters, momentum: number, running: Running): Promise<void>;
  /** Reads with the sets as they are, after every change that was asked for before. */
  reading<T>(read: () => Promise<T>): Promise<T>;
  save(): Uint8Array;
  restore(bytes: Uint8Array, running: Running): Promise<void>;
}

/** Two sets of the weights that a model had, held by a session under the names 'query' and 'key'. */
export async function createWeightSets(
  session: Session,
  { weights, statistics }: FreedModel,
  { emaBuffers }: { readonly emaBuffers: 'averaged' | 'copied' },
  running: Running,
): Promise<WeightSets> {
  const start = Object.fromEntries(weights.map(({ name, shape, data }) => [name, tensor(data, shape) as Tensor]));
  let sets: Readonly<Record<WeightSet, Parameters>> = { query: start, key: start };
  let changing: Promise<void> = Promise.resolve();
  const reads = new Set<Promise<unknown>>();
  const holdBoth = async (next: typeof sets, { signal }: Running) => {
    // not under the signal: half of a change must not be left
    signal.throwIfAborted();
    const both = (['query', 'key'] as const).map((set) => session.hold(set, payloadsOf(next[set]), endless()));
    await Promise.all(both);
    sets = next;
  };
  const change = (next: () => typeof sets, running: Running): Promise<void> => {
    const changed = changing.then(async () => {
      await Promise.allSettled(reads);
      await holdBoth(next(), running);
    });
    changing = changed.catch(() => {}); // who asked for it is told
    return changed;
  };
  await holdBoth(sets, running);
  return {
    of: (set) => sets[set],
    follow: (given, momentum, running) =>
      change(() => {
        const query = merged(sets.query, given);
        return { query, key: followParameters(sets.key, query, { momentum, buffers: statistics, bufferMode: emaBuffers }) };
      }, running),
    async reading(read) {
      await changing;
      const reading = read();
      reads.add(reading);
      return reading.finally(() => reads.delete(reading));
    },
    save() {
      const named = (set: WeightSet) => Object.entries(sets[set]).map(([name, each]) => [`${set}/${name}`, each]);
      return writeSafetensors(Object.fromEntries([...named('query'), ...named('key')]), { viewforge: 'momentum-encoder/1' });
    },
    restore: (bytes, running) =>
      change(() => {
        const saved = parseSaved(bytes);
        return { query: taken(start, saved, 'query'), key: taken(start, saved, 'key') };
      }, running),
  };
}

/** The weights with those that are given in their place, as float32. */
function merged(current: Parameters, given: Parameters): Parameters {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(current, name));
  if (unknown !== undefined)
    throw new ViewforgeError(
      'NAME',
      'momentum-encoder',
      `expected weights of ${Object.keys(current).join(', ')}, got "${unknown}"`,
    );
  const entries = Object.entries(current).map(([name, own]) => {
    const other = Object.hasOwn(given, name) ? given[name]! : own;
    if (`${other.shape}` !== `${own.shape}`)
      throw new ViewforgeError('SHAPE', 'momentum-encoder', `expected "${name}" of [${own.shape}], got [${other.shape}]`);
    return [name, other === own ? own : (tensor(new Float32Array(values(other)), own.shape) as Tensor)] as const;
  });
  return Object.fromEntries(entries);
}

function parseSaved(bytes: Uint8Array): Parameters {
  try {
    const { entries, tensor: read } = parseSafetensors(bytes);
    return Object.fromEntries(Object.keys(entries).map((name) => [name, read(name)]));
  } catch (cause) {
    throw new ViewforgeError('FILE_FORMAT', 'momentum-encoder', `expected saved weights, got: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** All weights of one set. */
function taken(model: Parameters, saved: Parameters, set: WeightSet): Parameters {
  const own = Object.entries(saved).filter(([name]) => name.startsWith(`${set}/`));
  const found = Object.fromEntries(own.map(([name, each]) => [name.slice(set.length + 1), each]));
  const missing = Object.keys(model).find((name) => !Object.hasOwn(found, name));
  if (missing !== undefined)
    throw new ViewforgeError(
      'NAME',
      'momentum-encoder',
      `expected saved weights "${set}/${missing}", got ${Object.keys(saved).join(', ') || 'none'}`,
    );
  return merged(model, found);
}

/** Copies that can be handed over. */
function payloadsOf(weights: Parameters): Payloads {
  const entries = Object.entries(weights).map(
    ([name, each]) => [name, { type: 'float32' as const, shape: [...each.shape], data: new Float32Array(values(each)) }] as const,
  );
  return Object.fromEntries(entries);
}

function endless(): Running {
  return { signal: new AbortController().signal };
}
