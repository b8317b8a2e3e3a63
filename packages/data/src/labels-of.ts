import { ViewforgeError } from '@viewforge/core';

/** Classes of a collection. */
export interface Labels {
  /** [size], whole numbers from 0. */
  readonly labels: Int32Array;
  /** Names of the classes, by label; absent when the labels were numbers. */
  readonly classes?: readonly string[];
}

/** Names become the numbers of their place when all names are sorted by code unit. */
export function labelsOfNames(names: readonly string[]): Labels {
  const classes = [...new Set(names)].sort();
  const numbers = new Map(classes.map((name, label) => [name, label]));
  return { labels: Int32Array.from(names, (name) => numbers.get(name)!), classes };
}

/**
 * Labels as a manifest has them: all whole numbers (also written as text) stay what they are, anything else is names.
 * Throws ViewforgeError (LABEL) for a number that is no label: negative, with a fraction, or above 2147483647.
 */
export function labelsOfEntries(entries: readonly (string | number)[], whereIs: (index: number) => string): Labels {
  entries.forEach((entry, index) => {
    if (typeof entry === 'number' && !isLabel(entry))
      throw new ViewforgeError('LABEL', whereIs(index), `expected a name or a whole label >= 0, got ${entry}`);
  });
  const areNumbers = entries.every(
    (entry) => typeof entry === 'number' || (/^(0|[1-9]\d*)$/.test(entry) && isLabel(Number(entry))),
  );
  return areNumbers ? { labels: Int32Array.from(entries, Number) } : labelsOfNames(entries.map(String));
}

function isLabel(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}
