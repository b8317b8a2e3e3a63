import { integer } from '@viewforge/core';

/** The options of the plans that make views of one recipe. */
export const viewFields = {
  size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
  count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
};
