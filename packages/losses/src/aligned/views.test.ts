import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { alignmentUniformity } from './alignment-uniformity.ts';
import { barlowTwins } from './barlow-twins.ts';
import { koleo } from './koleo.ts';
import { mmcr } from './mmcr.ts';
import { tico } from './tico.ts';
import { vicreg } from './vicreg.ts';
import { wMse } from './w-mse.ts';

test.each([alignmentUniformity(), barlowTwins(), koleo(), mmcr(), tico(), vicreg(), wMse()])(
  '$name looks at statistics of the batch: weights of items are refused, not ignored',
  (loss) => {
    const views = [exampleFeatures(6, 3, 0), exampleFeatures(6, 3, 1)];
    expect(() => loss.measure({ views, weights: new Float64Array(6).fill(1) })).toThrow(
      expect.objectContaining({
        code: 'SHAPE',
        message: expect.stringContaining(`${loss.name}: expected a batch without weights`),
      }),
    );
  },
);
