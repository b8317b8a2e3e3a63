import type { Random } from '@viewforge/random';
import { logSumExp } from '@viewforge/tensor';

/**
 * How one of several candidate views is chosen by its score, such as its loss or its similarity to another view: the largest; the
 * largest that is at most `cap`; the largest (closest) or the smallest (farthest) in [low, high].
 */
export type SelectionRule =
  | { readonly rule: 'worst' }
  | { readonly rule: 'hardest-within'; readonly cap: number }
  | { readonly rule: 'closest' | 'farthest'; readonly range: readonly [low: number, high: number] };

/**
 * Index of the candidate that the rule chooses; of equal ones the first. Where none is allowed, the one whose score is nearest to
 * an allowed one. NaN is never chosen, unless every score is NaN: then it is candidate 0. Throws RangeError for no score.
 */
export function selectView(scores: readonly number[], rule: SelectionRule): number {
  checkScores('selectView', scores);
  const [low, high] = allowed(rule);
  const outside = (score: number) => (score < low ? low - score : score > high ? score - high : 0);
  const wanted = rule.rule === 'farthest' ? -1 : 1;
  return scores.reduce((best, score, i) => {
    if (Number.isNaN(score)) return best;
    const former = scores[best]!;
    if (Number.isNaN(former)) return i;
    const [before, now] = [outside(former), outside(score)];
    return now < before || (now === before && wanted * score > wanted * former) ? i : best;
  }, 0);
}

/**
 * Index of a candidate drawn with the shares of `softmaxShares`. Always one draw. Throws RangeError for no score, and for a
 * temperature that is not positive.
 */
export function drawView(scores: readonly number[], temperature: number, random: Random): number {
  const shares = softmaxShares(scores, temperature);
  let rest = random.uniform(0, 1);
  const drawn = shares.findIndex((share) => {
    rest -= share;
    return rest < 0;
  });
  return drawn === -1 ? shares.findLastIndex((share) => share > 0) : drawn; // rounding at the very end
}

/**
 * How likely each candidate is drawn: softmax(score / temperature); 0 for NaN, and all to candidate 0 where every score is NaN.
 * Infinite scores share everything evenly.
 */
export function softmaxShares(scores: readonly number[], temperature: number): number[] {
  checkScores('softmaxShares', scores);
  if (!(temperature > 0)) throw new RangeError(`softmaxShares: expected a temperature above 0, got ${temperature}`);
  const logits = scores.map((score) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score / temperature));
  const infinite = logits.filter((logit) => logit === Number.POSITIVE_INFINITY).length;
  if (infinite > 0) return logits.map((logit) => Number(logit === Number.POSITIVE_INFINITY) / infinite);
  const total = logSumExp(logits);
  if (total === Number.NEGATIVE_INFINITY) return logits.map((_, i) => Number(i === 0));
  return logits.map((logit) => Math.exp(logit - total));
}

function checkScores(where: string, scores: readonly number[]): void {
  if (scores.length === 0) throw new RangeError(`${where}: expected the score of at least one candidate, got none`);
}

function allowed(rule: SelectionRule): readonly [low: number, high: number] {
  if (rule.rule === 'worst') return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return rule.rule === 'hardest-within' ? [Number.NEGATIVE_INFINITY, rule.cap] : rule.range;
}
