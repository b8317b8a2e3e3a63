import { ViewforgeError } from '@viewforge/core';
import type { Mining } from './mining.ts';

/** Throws ViewforgeError: OPTION for a number out of its range, SHAPE for lists of another length, EMPTY where nothing can be found. */
export function checkMining(mining: Mining): void {
  const { vectors, queries, count, positiveCount = 1, window = 0, reach, threads = 2, memory = 1 } = mining;
  whole('count', count, 1);
  whole('positiveCount', positiveCount, 0);
  whole('window', window, 0);
  whole('threads', threads, 1);
  if (!(memory > 0)) throw option('memory', 'bytes above 0', memory);
  if (reach !== undefined) whole('reach', reach, count);
  if (window > 0 && queries !== undefined) throw option('window', '0 for queries that are rows of their own', window);
  if (queries !== undefined && queries.width !== vectors.width) {
    throw new ViewforgeError('SHAPE', 'mine-corpus', `expected queries of ${vectors.width} features, got ${queries.width}`);
  }
  if (vectors.size === 0 || (queries ?? vectors).size === 0) {
    throw new ViewforgeError(
      'EMPTY',
      'mine-corpus',
      `expected rows and queries, got ${vectors.size} and ${(queries ?? vectors).size}`,
    );
  }
  if (vectors.width === 0) throw new ViewforgeError('EMPTY', 'mine-corpus', 'expected rows of one feature or more, got 0');
  checkLists(mining);
  if (mining.index?.isExact === false && mining.positives === 'farthest') {
    throw option('positives', '"nearest" from an approximate index, which finds no others', mining.positives);
  }
  for (const name of ['lowest', 'highest'] as const) {
    if (Number.isNaN(mining[name])) throw option(name, 'a cosine', mining[name]);
  }
  const { lowest = Number.NEGATIVE_INFINITY, highest = Number.POSITIVE_INFINITY } = mining;
  if (lowest > highest) throw option('lowest', `at most the highest, ${highest}`, lowest);
}

function checkLists(mining: Mining): void {
  const { vectors, queries, labels, queryLabels, groups, queryGroups, pairs, ids, queryIds } = mining;
  const n = (queries ?? vectors).size;
  length('labels', labels, vectors.size);
  length('groups', groups, vectors.size);
  length('ids', ids, vectors.size);
  length('queryLabels', queryLabels, n);
  length('queryGroups', queryGroups, n);
  length('queryIds', queryIds, n);
  length('pairs', pairs, n);
  const wrong = pairs?.findIndex((row) => row < -1 || row >= vectors.size) ?? -1;
  if (wrong >= 0) throw option(`pairs[${wrong}]`, `-1 or a row below ${vectors.size}`, pairs?.[wrong]);
  const isOwn = queries !== undefined;
  const own = isOwn ? -1 : (pairs?.findIndex((row, query) => row === query) ?? -1);
  if (own >= 0) throw option(`pairs[${own}]`, 'another row', 'the row itself');
  for (const [name, of] of [
    ['queryLabels', 'labels'],
    ['queryGroups', 'groups'],
  ] as const) {
    if (!isOwn && mining[name] !== undefined) throw option(name, 'none without queries of their own', 'some');
    if (isOwn && (mining[name] === undefined) !== (mining[of] === undefined)) {
      throw option(name, `${name} and ${of}, or neither`, mining[name] === undefined ? of : name);
    }
  }
}

function length(name: string, list: { readonly length: number } | undefined, expected: number): void {
  if (list === undefined || list.length === expected) return;
  throw new ViewforgeError('SHAPE', 'mine-corpus', `expected ${expected} ${name}, got ${list.length}`);
}

function whole(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least)) throw option(name, `a whole number >= ${least}`, value);
}

function option(name: string, expected: string, got: unknown): ViewforgeError {
  return new ViewforgeError('OPTION', 'mine-corpus', `${name}: expected ${expected}, got ${got}`);
}
