import type { Json } from '../contracts/json.ts';
import { ViewforgeError } from '../error.ts';

/**
 * The same value as JSON gives it back, so that what is applied now and what is replayed later cannot differ: -0 becomes 0.
 * Throws ViewforgeError (NOT_FINITE) for NaN, infinities and what JSON drops.
 */
export function storable(value: Json, where: string): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ViewforgeError('NOT_FINITE', where, `expected finite numbers in params, got ${value}`);
    return value === 0 ? 0 : value;
  }
  if (Array.isArray(value)) return value.map((each: Json) => storable(each, where));
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    return Object.fromEntries(Object.entries(value as Record<string, Json>).map(([key, each]) => [key, storable(each, where)]));
  }
  throw new ViewforgeError('NOT_FINITE', where, `expected params that JSON can hold, got ${typeof value}`);
}
