import { ViewforgeError } from './error.ts';
import { type Tensor, tensor, values } from '@viewforge/tensor';

/** The weights of a network by name. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** How an averaged network follows another. */
export interface MomentumOptions {
  /** Share in [0, 1] that stays: 1 leaves the averaged network as it is, 0 copies the other. */
  readonly momentum: number;
  /** Names of what is no weight but a statistic, such as running means of batch normalization; none when left out. */
  readonly buffers?: readonly string[];
  /** Whether buffers follow as weights do, or are taken over as they are; 'averaged' when left out. */
  readonly bufferMode?: 'averaged' | 'copied';
}

/**
 * The momentum encoder's weights after a step (MoCo, BYOL, DINO): momentum * averaged + (1 - momentum) * current, name by name, computed
 * in float64 and kept in the element type of `averaged`. New arrays; both inputs stay. To be called before the views of the step are
 * encoded; no gradient flows through it.
 *
 * Throws ViewforgeError: OPTION for a momentum outside [0, 1], NAME where one network has a weight that the other lacks or a buffer is
 * neither's, SHAPE for a weight of two shapes.
 */
export function followParameters(averaged: Parameters, current: Parameters, options: MomentumOptions): Parameters {
  const { momentum, buffers = [], bufferMode = 'averaged' } = options;
  if (!(momentum >= 0 && momentum <= 1)) fail('OPTION', 'momentum in [0, 1]', `${momentum}`);
  const missing = [...Object.keys(current), ...buffers].find((name) => !Object.hasOwn(averaged, name));
  if (missing !== undefined)
    fail('NAME', `a weight "${missing}" in the averaged network`, Object.keys(averaged).join(', ') || 'none');
  const copied = new Set(bufferMode === 'copied' ? buffers : []);
  const entries = Object.entries(averaged).map(([name, own]) => {
    const other = Object.hasOwn(current, name) ? current[name] : undefined;
    if (other === undefined)
      return fail('NAME', `a weight "${name}" in the current network`, Object.keys(current).join(', ') || 'none');
    if (`${other.shape}` !== `${own.shape}`) fail('SHAPE', `"${name}" of [${own.shape}]`, `[${other.shape}]`);
    return [name, blend(own, other, copied.has(name) ? 0 : momentum)] as const;
  });
  return Object.fromEntries(entries);
}

function blend(averaged: Tensor, current: Tensor, momentum: number): Tensor {
  const result = values(averaged).slice();
  const other = values(current);
  // at the ends nothing is multiplied, so that an infinity on the other side does not matter
  if (momentum === 0) result.set(other);
  else if (momentum < 1) for (let i = 0; i < result.length; i++) result[i] = momentum * result[i]! + (1 - momentum) * other[i]!;
  return tensor(result, averaged.shape);
}

function fail(code: 'NAME' | 'OPTION' | 'SHAPE', expected: string, got: string): never {
  throw new ViewforgeError(code, 'follow-parameters', `expected ${expected}, got ${got}`);
}
