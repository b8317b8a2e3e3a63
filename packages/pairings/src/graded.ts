import { choice, definePairing, type EncodedViews, number, text } from '@viewforge/core';
import { z } from 'zod';
import { excludeOption } from './groups.ts';
import { gradeTargets } from './grade-targets.ts';
import { gradientsAt, type PlacedView, roleOption, viewAt, viewsOf } from './role.ts';

/**
 * View 0 of every item as queries [n, d], and lists of documents that answer it better or worse as keys: a block [n, d] for each of
 * the m views of `documentRole`, whose first view is the first document. A query belongs to documents by the softmax of their
 * grades over `temperature`, so InfoNCE becomes the list-wise cross entropy (ListNet), and losses of lists find the relevance
 * they compare with. `others` says what documents of other items are: of grade 0 (a target of exp(0) each, dense [n, m n]),
 * plain negatives of target 0, or unseen.
 *
 * A query that was mixed belongs to the lists of its items by `blend`; documents are those of the item at their place. By
 * `exclude`, documents of other items with the id, or the class, of one of the query's are not seen. Gradients flow to queries
 * and documents. Keeps no state.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN where there are no documents.
 */
export const graded = definePairing({
  name: 'graded',
  summary: 'Compare each query with lists of documents that answer it better or worse.',
  options: z.object({
    role: roleOption,
    documentRole: text({
      doc: 'Role of the documents; the second role of the plan when left out, or the views after the first where there is one role.',
    }).optional(),
    grades: z
      .array(z.number().min(0).max(100))
      .default([3, 2, 1, 0])
      .describe('Relevance of the documents in the order of their views; 0 for those beyond the list.')
      .meta({ unit: 'none' }),
    temperature: number({ default: 1, min: 0, open: 'min', unit: 'none', doc: 'Grades are divided by it before the softmax.' }),
    others: choice(['grade-zero', 'negatives', 'unseen'], {
      default: 'grade-zero',
      doc: 'What the documents of other items are to a query: of grade 0, negatives, or nothing.',
    }),
    exclude: excludeOption,
  }),
  start: () => null,
  pair(encoded, state, options) {
    const query = viewAt(encoded, options.role, 0, 'graded');
    const documents = documentsOf(encoded, query, options.documentRole);
    const grades = documents.map((_, position) => (options.grades[position] ?? 0) / options.temperature);
    const { others, exclude } = options;
    return {
      batch: {
        queries: query.view.features,
        keys: documents.map(({ view }) => view.features),
        ...gradeTargets(encoded, query.view, { grades, others, exclude }),
      },
      state,
      pullback: ({ queries, keys }) =>
        gradientsAt(encoded, [[query, queries], ...documents.map((view, at) => [view, keys?.[at]] as const)]),
    };
  },
});

/** All views of the role of documents, the query's own view left out. */
function documentsOf(encoded: EncodedViews, query: PlacedView, role: string | undefined): PlacedView[] {
  const second = Object.keys(encoded.views).find((name) => name !== query.role);
  const found = role ?? second ?? query.role;
  const { views } = viewsOf(encoded, found, 'graded', found === query.role ? 2 : 1);
  const placed = views.map((view, index) => ({ role: found, index, view }));
  return placed.filter((each) => each.role !== query.role || each.index !== query.index);
}
