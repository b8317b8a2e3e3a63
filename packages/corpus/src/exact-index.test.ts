import { features } from '@viewforge/tensor';
import { obeysIndexLaws, obeysOptionLaws, running, vectorsOf } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { exactIndex } from './exact-index.ts';

obeysIndexLaws(exactIndex());
obeysOptionLaws(exactIndex);

test('of rows at 0, 60, 90 and 180 degrees, a query at 80 finds those at 90, 60 and 0', async () => {
  const at = (...degrees: number[]) =>
    features(
      Float32Array.from(degrees.flatMap((each) => [Math.cos((each * Math.PI) / 180), Math.sin((each * Math.PI) / 180)])),
      degrees.length,
      2,
    );
  const built = await exactIndex().build(vectorsOf(at(0, 60, 90, 180)), running());
  const { columns, scores } = await built.search(at(80), 3, running());
  expect([...columns]).toEqual([2, 1, 0]);
  // cos 10, 20 and 80 degrees, in float32
  for (const [i, cosine] of [0.984808, 0.939693, 0.173648].entries()) expect(scores[i]).toBeCloseTo(cosine, 6);
});
