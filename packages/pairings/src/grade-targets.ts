import { type EncodedView, type EncodedViews, eachWeight } from '@viewforge/core';
import { tensor, values, zeros } from '@viewforge/tensor';
import type { Belonging } from './belonging.ts';
import { groupsOf } from './groups.ts';
import { createSparseRows } from './sparse-rows.ts';

/** How lists of documents become targets. */
export interface Grading {
  /** [m]; of the documents of an item, already divided by the temperature. */
  readonly grades: readonly number[];
  readonly others: 'grade-zero' | 'negatives' | 'unseen';
  readonly exclude: 'ids' | 'labels' | 'nothing';
}

/** Targets and exclusions of n queries over m blocks of n documents: column `v * n + i` is document v of item i. */
export function gradeTargets(encoded: EncodedViews, query: EncodedView, grading: Grading): Belonging {
  const lists = listsOf(encoded, query, grading.exclude);
  if (grading.others === 'grade-zero') return amongAll(lists, query, grading);
  const { grades, others } = grading;
  const n = lists.length;
  const targets = createSparseRows(n, n * grades.length);
  const unseen = createSparseRows(n, n * grades.length);
  const { own, sum } = exponentials(grades, 0);
  for (const { parts, hidden } of lists) {
    own.forEach((each, v) => {
      for (const [item, share] of parts) targets.add(v * n + item, (share * each) / sum);
      const listed = others === 'unseen' ? parts.map(([item]) => item) : hidden;
      for (const item of listed) unseen.add(v * n + item, 1);
    });
    targets.endRow();
    unseen.endRow();
  }
  return { targets: targets.weights(), excluded: others === 'unseen' ? unseen.except() : unseen.exclusion() };
}

/** Every document that is seen has a grade, 0 where it is of another item. */
function amongAll(lists: readonly List[], query: EncodedView, { grades }: Grading): Belonging {
  const [n, m] = [lists.length, grades.length];
  const data = values(zeros([n, n * m], query.features));
  const hiding = createSparseRows(n);
  lists.forEach(({ parts, hidden }, row) => {
    const { own, zero, sum } = exponentials(grades, (n - 1 - hidden.length) * m);
    const target = data.subarray(row * n * m, (row + 1) * n * m).fill(zero / sum);
    for (let v = 0; v < m; v++) {
      for (const item of hidden) {
        target[v * n + item] = 0;
        hiding.add(v * n + item, 1);
      }
      for (const [item, share] of parts) target[v * n + item] = (zero + share * (own[v]! - zero)) / sum;
    }
    hiding.endRow();
  });
  return { targets: { kind: 'dense', values: tensor(data, [n, n * m]) }, excluded: hiding.exclusion() };
}

/** exp of the grades and of 0, all divided by the largest of them, and their sum with `zeros` zeros. */
function exponentials(grades: readonly number[], zeros: number): { own: number[]; zero: number; sum: number } {
  const most = Math.max(0, ...grades);
  const own = grades.map((grade) => Math.exp(grade - most));
  const zero = Math.exp(-most);
  return { own, zero, sum: own.reduce((total, each) => total + each, zero * zeros) };
}

/** What a query is made of, and which other items' documents it must not see; both in ascending order. */
interface List {
  readonly parts: readonly (readonly [item: number, share: number])[];
  readonly hidden: readonly number[];
}

function listsOf({ items }: EncodedViews, query: EncodedView, exclude: Grading['exclude']): List[] {
  const groups = exclude === 'nothing' ? undefined : groupsOf(items, exclude);
  const members: number[][] = Array.from({ length: groups?.count ?? 0 }, () => []);
  groups?.of.forEach((group, item) => {
    members[group]!.push(item);
  });
  return items.map((_, row) => {
    const parts: [number, number][] = [];
    eachWeight(query.blend, row, (item, share) => {
      if (share > 0) parts.push([item, share]);
    });
    const own = new Set(parts.map(([item]) => item));
    const like = new Set(groups ? parts.flatMap(([item]) => members[groups.of[item]!]!) : []);
    return { parts, hidden: [...like].filter((item) => !own.has(item)).sort((a, b) => a - b) };
  });
}
