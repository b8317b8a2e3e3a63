import { Tensor } from 'onnxruntime-node';
import type { Payloads, Request } from './session-messages.ts';

/** Sets of values that stay with a session, so that a run names them instead of bringing them. */
export interface HeldValues {
  /** Keeps a set under a name, in place of what is there. */
  hold(name: string, values: Payloads): void;
  /** Lets go of a set; nothing where there is none. */
  drop(name: string): void;
  /** What a run is fed: the sets it names and its own values. Throws Error for a set that is not there and for a value given twice. */
  feedsOf(request: Pick<Extract<Request, { kind: 'run' }>, 'feeds' | 'held'>): Record<string, Tensor>;
}

/** No sets yet. */
export function createHeldValues(): HeldValues {
  const sets = new Map<string, Record<string, Tensor>>();
  return {
    hold: (name, values) => void sets.set(name, tensorsOf(values)),
    drop: (name) => void sets.delete(name),
    feedsOf({ feeds, held = [] }) {
      const all = tensorsOf(feeds);
      for (const set of held) {
        const values = sets.get(set);
        if (values === undefined)
          throw new Error(`no values are held as "${set}"; held are ${[...sets.keys()].join(', ') || 'none'}`);
        for (const [name, value] of Object.entries(values)) {
          if (name in all) throw new Error(`a value for "${name}" is held as "${set}" and given as well`);
          all[name] = value;
        }
      }
      return all;
    },
  };
}

function tensorsOf(values: Payloads): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, { type, data, shape }]) => [name, new Tensor(type, data, shape)]));
}
