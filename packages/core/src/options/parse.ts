import type { z } from 'zod';
import { ViewforgeError } from '../error.ts';
import type { ErrorCode } from '../error.ts';

/**
 * Unknown input checked against a schema, with defaults filled in. Unknown keys are refused.
 * Throws ViewforgeError (OPTION, or the code given) that lists every problem with its path.
 */
export function parseOptions<S extends z.ZodType>(
  schema: S,
  input: unknown,
  where: string,
  code: ErrorCode = 'OPTION',
): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => explain(issue, input));
  throw new ViewforgeError(code, where, problems.join('; '), { cause: parsed.error });
}

function explain(issue: z.core.$ZodIssue, input: unknown): string {
  const path = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  const prefix = path === '' ? '' : `${path}: `;
  if (issue.code === 'unrecognized_keys')
    return `${prefix}unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
  return `${prefix}expected ${expectation(issue)}, got ${show(at(input, issue.path))}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return `${measured(issue.origin)} ${issue.inclusive ? '>=' : '>'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `${measured(issue.origin)} ${issue.inclusive ? '<=' : '<'} ${issue.maximum}`;
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? 'a whole number' : issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  return issue.message.replace(/^expected /, '');
}

/** What a bound is on. */
function measured(origin: string): string {
  if (origin === 'string') return 'text of a length';
  return origin === 'array' ? 'a list of a length' : 'a number';
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value === null || typeof value !== 'object' ? undefined : Reflect.get(value, key)),
    input,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
