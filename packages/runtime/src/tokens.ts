import type { InjectionToken } from 'tsyringe';
import type { Parts, Slot } from './parts.ts';

/** The typed name under which a run's container holds what goes into `slot`. */
export function partToken<S extends Slot>(slot: S): InjectionToken<Parts[S]> {
  return `viewforge:${slot}`;
}
