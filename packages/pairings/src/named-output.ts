import { type EncodedViews, ViewforgeError } from '@viewforge/core';
import { elements, features, values } from '@viewforge/tensor';

/**
 * The views with an output of the encoder, [n, ...] flattened to [n, d], in place of their features; as they are without a name.
 * Throws ViewforgeError (NAME) for an output that a view lacks.
 */
export function withOutput(encoded: EncodedViews, output: string | undefined, where: string): EncodedViews {
  if (output === undefined) return encoded;
  const views = Object.entries(encoded.views).map(([role, list]) => {
    const replaced = list.map((view) => {
      const found = view.outputs?.[output];
      if (found === undefined) {
        const known = Object.keys(view.outputs ?? {}).join(', ') || 'none';
        throw new ViewforgeError(
          'NAME',
          where,
          `expected an output of the encoder called "${output}", got none; known: ${known}`,
        );
      }
      return { ...view, features: features(values(found), found.shape[0]!, elements(found.shape.slice(1))) };
    });
    return [role, replaced] as const;
  });
  return { ...encoded, views: Object.fromEntries(views) };
}
