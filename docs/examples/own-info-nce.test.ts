import { closedForms, obeysContrastiveChecks, type PlainRows, referenceInfoNce } from '@viewforge/testkit';
import { expect, test } from 'vitest';

// the loss under test: plain lists in, a number out; call yours here instead, in whatever library it lives
function myInfoNce(queries: PlainRows, keys: PlainRows, temperature: number): number {
  const unit = (row: readonly number[]) => row.map((each) => each / (Math.hypot(...row) || 1));
  const [u, v] = [queries.map(unit), keys.map(unit)];
  const terms = u.map((query, i) => {
    const logits = v.map((key) => key.reduce((sum, each, e) => sum + each * query[e]!, 0) / temperature);
    const largest = Math.max(...logits);
    return largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) - logits[i]!;
  });
  return terms.reduce((sum, each) => sum + each, 0) / terms.length;
}

// some thirty tests: closed forms, the definition, order, scale, limits of the temperature, edges
obeysContrastiveChecks('my InfoNCE', (temperature) => (queries, keys) => myInfoNce(queries, keys, temperature));

test('the parts of it serve alone as well', () => {
  const [first] = closedForms('info-nce', 0.5);
  expect(myInfoNce(first!.queries, first!.keys, 0.5)).toBeCloseTo(first!.value, 12); // two orthogonal pairs: ln(1 + e^-2)
  const { value, queries } = referenceInfoNce(
    {
      queries: [[1, 0]],
      keys: [
        [0, 1],
        [1, 0],
      ],
    },
    { temperature: 1 },
  );
  expect(value).toBeCloseTo(Math.log(Math.E + 1), 12);
  expect(queries[0]![1]).toBeCloseTo(-Math.E / (Math.E + 1), 12); // what your gradient has to be
});
