import { definePlugin } from '@viewforge/core';
import { deformation } from './deformation.ts';
import { deformationViews } from './deformation-views.ts';
import { fieldAffine } from './field-affine.ts';
import { fieldColor } from './field-color.ts';
import { fieldViews } from './field-views.ts';

export { adjustByFields, type ColorFields } from './adjust-by-fields.ts';
export { type AffineField, affineField } from './affine-field.ts';
export { type DeformationField, deformationField, integrationSteps } from './deformation-field.ts';
export { foldFraction, jacobianDeterminants } from './fold-fraction.ts';
export { type FieldSpectrum, filteredNoise, type GaussianField, gaussianField } from './gaussian-field.ts';
export type { DisplacementField } from './hold-topology.ts';
export { deformation, deformationViews, fieldAffine, fieldColor, fieldViews };

/** Views by random fields of places and colors, and by multi-scale deformations. */
export const plugin = definePlugin({
  name: 'views-fields',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [deformation, deformationViews, fieldAffine, fieldColor, fieldViews],
});
