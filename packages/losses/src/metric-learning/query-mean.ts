import type { Query } from './each-query.ts';
import type { OpenTerms } from './pair-loss.ts';

/** What a loss says of one query with a positive. In place: `slopes` [k + s], given as zeros, become d(term) / d(apart). */
export type QueryTerm = (query: Query, slopes: Float64Array) => number;

/** The mean of a term over queries with a positive, by `queryWeights` where there are some; 0 of nothing. */
export function queryMean(term: QueryTerm): OpenTerms {
  return ({ queries }) => {
    const perQuery = new Float64Array(queries.n).fill(Number.NaN);
    let [sum, total] = [0, 0];
    return {
      visit(query, slopes) {
        const value = term(query, slopes);
        perQuery[query.index] = value;
        sum += query.weight * value;
        total += query.weight;
      },
      finish: () => ({ value: total === 0 ? 0 : sum / total, scale: total === 0 ? 0 : 1 / total, perQuery }),
    };
  };
}
