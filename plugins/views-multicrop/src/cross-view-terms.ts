/** One term of a multi-crop loss: what `prediction` says is compared with what `target` is assigned. Both count through the list of views, from 0. */
export interface CrossViewTerm {
  readonly target: number;
  readonly prediction: number;
}

/**
 * The terms of a multi-crop loss over `views` views, globals first: each target with every other view, by target and then by view.
 * SwAV assigns codes to the targets and DINO shows them to its teacher; both leave a view's own prediction out, so there are
 * |targets| (views - 1) terms: 14 for 2 + 6 crops, 18 for 2 + 8, the usual 2 for two views.
 * Throws RangeError for a target that is no view, or occurs twice.
 */
export function crossViewTerms(views: number, targets: readonly number[] = [0, 1]): CrossViewTerm[] {
  const known = targets.every((target) => Number.isInteger(target) && target >= 0 && target < views);
  if (!known || new Set(targets).size !== targets.length) {
    throw new RangeError(`crossViewTerms: expected different targets from 0 to ${views - 1}, got [${targets}]`);
  }
  return targets.flatMap((target) =>
    Array.from({ length: views }, (_, prediction) => ({ target, prediction })).filter(({ prediction }) => prediction !== target),
  );
}
