import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeOptions, optionsSchema } from './describe.ts';
import { choice, flag, integer, number, range, text } from './fields.ts';

const schema = z.object({
  size: integer({ default: 8, min: 1, unit: 'pixels', doc: 'Side.' }),
  share: number({ default: 0.5, min: 0, max: 1, open: 'both', unit: 'none', doc: 'Share.' }),
  scaleRange: range({ default: [0.1, 1], min: 0, max: 1, unit: 'share of area', doc: 'Area.' }),
  mode: choice(['fast', 'exact'], { default: 'exact', doc: 'How.' }),
  loud: flag({ default: false, doc: 'Whether.' }),
  path: text({ doc: 'Where.' }),
  weights: z.array(z.number().min(0)).default([]).describe('Weights.'),
});

test('one row for each option, with type and bounds in words', () => {
  expect(describeOptions(schema).map(({ name, type, unit, default: value, doc }) => [name, type, unit, value, doc])).toEqual([
    ['size', 'integer >= 1', 'pixels', 8, 'Side.'],
    ['share', 'number > 0, < 1', 'none', 0.5, 'Share.'],
    ['scaleRange', '[number >= 0, <= 1, number >= 0, <= 1]', 'share of area', [0.1, 1], 'Area.'],
    ['mode', '"fast" | "exact"', 'none', 'exact', 'How.'],
    ['loud', 'boolean', 'none', false, 'Whether.'],
    ['path', 'string', 'none', undefined, 'Where.'],
    ['weights', 'list of number >= 0', 'none', [], 'Weights.'],
  ]);
});

test('what has no default is required, unless it may be left out', () => {
  const rows = describeOptions(z.object({ ...schema.shape, role: text({ doc: 'Role.' }).optional() }));
  expect(rows.filter(({ default: value }) => value === undefined).map(({ name, required }) => [name, required])).toEqual([
    ['path', true],
    ['role', false],
  ]);
  expect(rows.filter(({ required }) => required)).toHaveLength(1);
});

test('the JSON Schema requires what has no default, and only that', () => {
  expect(optionsSchema(schema)).toMatchObject({ type: 'object', required: ['path'] });
});

test('no options, no rows', () => {
  expect(describeOptions(z.object({}))).toEqual([]);
});
