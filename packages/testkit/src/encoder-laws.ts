import type { Encoder, EncoderInputs } from '@viewforge/core';
import { elements, type Tensor, values } from '@viewforge/tensor';
import ndarray from 'ndarray';
import { afterAll, describe, expect, test } from 'vitest';
import { firstDifference, firstNotFinite, stateOf } from './compare.ts';
import { running } from './example-items.ts';
import type { Law } from './law.ts';

/**
 * Registers the laws of an encoder: n items together come out as they do one by one (within `tolerance`, absolute and
 * relative to the largest feature), `features` have the stated width, nothing given is altered, closing twice is fine, and
 * an aborted call rejects with the signal's reason. `inputs` hold at least two items along their first axis.
 */
export function obeysEncoderLaws(make: () => Encoder, inputs: EncoderInputs, tolerance = 1e-5): void {
  describe('the encoder obeys the laws of encoders', () => {
    const encoder = make();
    afterAll(() => encoder.close());
    for (const law of encoderLaws(encoder, make, inputs, tolerance)) test(law.name, () => law.check());
  });
}

/** The same laws as values; `encoder` is used by most of them and is left open, `make` gives others that are closed. */
export function encoderLaws(encoder: Encoder, make: () => Encoder, inputs: EncoderInputs, tolerance = 1e-5): Law[] {
  return [
    { name: 'items together come out as they do one by one', check: () => togetherAsAlone(encoder, inputs, tolerance) },
    { name: 'features are finite and as wide as stated', check: () => asWideAsStated(encoder, inputs) },
    { name: 'the inputs stay as they were', check: () => untouched(encoder, inputs) },
    { name: 'the facts name every input and the output "features"', check: () => namesAll(encoder, inputs) },
    { name: 'closing twice is fine, also before it was opened', check: () => closesTwice(make) },
    { name: 'an aborted call rejects with the reason of the signal', check: () => abortRejects(make, inputs) },
  ];
}

async function togetherAsAlone(encoder: Encoder, inputs: EncoderInputs, tolerance: number): Promise<void> {
  const n = itemsOf(inputs);
  expect(n, 'items to try the laws on').toBeGreaterThan(1);
  const together = Array.from(values(await featuresOf(encoder, inputs)));
  const largest = Math.max(1, ...together.map(Math.abs));
  for (let i = 0; i < n; i++) {
    const alone = values(await featuresOf(encoder, onlyItem(inputs, i)));
    const row = together.slice(i * alone.length, (i + 1) * alone.length);
    const apart = Math.max(...row.map((value, j) => Math.abs(value - alone[j]!)));
    expect(apart / largest, `difference of item ${i}`).toBeLessThanOrEqual(tolerance);
  }
}

async function asWideAsStated(encoder: Encoder, inputs: EncoderInputs): Promise<void> {
  const { width } = await encoder.open(running());
  const found = await featuresOf(encoder, inputs);
  expect([...found.shape]).toEqual([itemsOf(inputs), width]);
  expect(firstNotFinite(found)).toBeUndefined();
}

async function untouched(encoder: Encoder, inputs: EncoderInputs): Promise<void> {
  const before = stateOf(inputs);
  await encoder.encode(inputs, running());
  expect(firstDifference(before, stateOf(inputs))).toBeUndefined();
}

async function namesAll(encoder: Encoder, inputs: EncoderInputs): Promise<void> {
  const facts = await encoder.open(running());
  expect(Object.keys(facts.inputs).sort()).toEqual(Object.keys(inputs).sort());
  expect(Object.keys(facts.outputs)).toContain('features');
  expect(await encoder.open(running())).toEqual(facts);
}

async function closesTwice(make: () => Encoder): Promise<void> {
  const unopened = make();
  await unopened.close();
  await unopened.close();
  const opened = make();
  await opened.open(running());
  await opened.close();
  await opened.close();
}

async function abortRejects(make: () => Encoder, inputs: EncoderInputs): Promise<void> {
  const reason = new Error('stopped by the law');
  const stopped = { signal: AbortSignal.abort(reason) };
  const encoder = make();
  await expect(encoder.open(stopped)).rejects.toBe(reason);
  await expect(encoder.encode(inputs, stopped)).rejects.toBe(reason);
  await encoder.close();
}

async function featuresOf(encoder: Encoder, inputs: EncoderInputs): Promise<Tensor> {
  const { features } = await encoder.encode(inputs, running());
  expect(features, 'an output called "features"').toBeDefined();
  return features!;
}

function itemsOf(inputs: EncoderInputs): number {
  return Object.values(inputs)[0]?.shape[0] ?? 0;
}

function onlyItem(inputs: EncoderInputs, index: number): EncoderInputs {
  const only = Object.entries(inputs).map(([name, batch]) => {
    const shape = [1, ...batch.shape.slice(1)];
    const size = elements(shape);
    return [name, ndarray(values(batch as Tensor).slice(index * size, (index + 1) * size), shape)];
  });
  return Object.fromEntries(only) as EncoderInputs;
}
