import { integer, range, ViewforgeError } from '@viewforge/core';

/** How many crops of a kind there are and what they cover. */
export interface Crops {
  readonly count: number;
  /** Side in pixels. */
  readonly size: number;
  /** Share of the area. */
  readonly scaleRange: readonly [number, number];
}

/** The sentence and the unit of a range of crop areas. */
export const scaleField = { min: 1e-6, max: 1, unit: 'share of area' } as const;

/** The options that SwAV and DINO have in common; each names its own areas. */
export const cropFields = (local: { readonly count: number; readonly scaleRange: readonly [number, number] }) => ({
  globalCount: integer({ default: 2, min: 1, unit: 'views', doc: 'Global crops of each item.' }),
  globalSize: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a global crop.' }),
  localCount: integer({ default: local.count, min: 0, unit: 'views', doc: 'Local crops of each item; 0 leaves the role out.' }),
  localSize: integer({ default: 96, min: 1, unit: 'pixels', doc: 'Side of a local crop.' }),
  localScaleRange: range({ ...scaleField, default: local.scaleRange, doc: 'Area of a local crop is drawn from here.' }),
  patch: integer({
    default: 1,
    min: 1,
    unit: 'pixels',
    doc: 'Patch of the transformer that will encode the crops: sizes must be multiples of it; 1 for other encoders.',
  }),
});

/** Throws ViewforgeError (OPTION) for a size that patches do not tile; a size of which there is no crop may be any. */
export function checkPatches(where: string, patch: number, crops: Readonly<Record<string, Crops>>): void {
  for (const [role, { count, size }] of Object.entries(crops)) {
    if (count > 0 && size % patch !== 0) {
      throw new ViewforgeError('OPTION', where, `${role}Size: expected a multiple of the patch of ${patch} pixels, got ${size}`);
    }
  }
}
