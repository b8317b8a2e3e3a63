// Trains a head with InfoNCE against a queue, as MoCo does: keys come from a second head that follows the first.
import { followParameters } from '@viewforge/pairings';
import { createRandom, permutation } from '@viewforge/random';
import { features, values } from '@viewforge/tensor';
import { backward, createAdam, forward } from './head.mjs';

const identity = { kind: 'identity' };

/**
 * The value of one batch and the gradient of the head's weights: head, pairing, mixers in order, loss, and the way back. `queries` and
 * `keys` [n, width] are two views of the same `items`; `state` is the pairing's.
 */
export function lossAndGradients({ head, keyHead }, { queries, keys, items }, { pairing, mixers, loss, watch }, state, progress) {
  const [query, key] = [forward(head, queries), forward(keyHead, keys)];
  const encoded = { items, views: { view: [query, key].map(({ rows }) => ({ features: rows, blend: identity })) } };
  const paired = pairing.pair(encoded, state, progress);
  watch?.({ ...progress, place: 0, from: pairing.name, batch: paired.batch });
  const steps = [];
  let batch = paired.batch;
  for (const [place, mixer] of mixers.entries()) {
    const params = mixer.draw(batch, progress.random.fork('mix', progress.step, place, mixer.name), progress);
    steps.push({ mixer, params, batch });
    batch = mixer.apply(batch, params);
    watch?.({ ...progress, place: place + 1, from: mixer.name, batch });
  }
  const { value, parts, gradients } = loss.differentiate(batch);
  const ofPaired = steps.reduceRight((above, { mixer, params, batch: seen }) => mixer.pullback(seen, params, above), gradients);
  const gradient = paired.pullback(ofPaired).view[0];
  return { value, parts, state: paired.state, gradients: backward(head, query, gradient) };
}

/**
 * A trained head. `pool` has `views` views of every item: rows [items * views, width], those of one item in a row; `recipe` has pairing,
 * loss, mixers, rate, momentum, batchSize and steps. Everything random comes from the seed, so that runs with the same seed see the same
 * views in the same order, whatever their mixers.
 */
export function train(head, pool, recipe, seed) {
  const { pairing, rate, momentum, batchSize, steps } = recipe;
  const random = createRandom(seed);
  const adam = createAdam(rate);
  const [count, epochSteps] = [pool.ids.length, Math.floor(pool.ids.length / batchSize)];
  const losses = [];
  let [current, averaged, state, order] = [head, head, pairing.start(), []];
  for (let step = 0; step < steps; step++) {
    const epoch = Math.floor(step / epochSteps);
    if (step % epochSteps === 0) order = permutation(random.fork('order', epoch), count);
    const chosen = order.slice((step % epochSteps) * batchSize, ((step % epochSteps) + 1) * batchSize);
    const batch = drawViews(pool, chosen, random.fork('views', step));
    const progress = { epoch, step, fraction: step / steps, random };
    const found = lossAndGradients({ head: current, keyHead: averaged }, batch, recipe, state, progress);
    state = found.state;
    losses.push(found.value);
    current = adam(current, found.gradients);
    averaged = followParameters(averaged, current, { momentum });
  }
  return { head: current, losses };
}

/** Two different views of every chosen item. */
function drawViews({ rows, ids, views }, chosen, random) {
  const d = rows.shape[1];
  const all = values(rows);
  const [queries, keys] = [0, 1].map(() => new all.constructor(chosen.length * d));
  for (const [i, item] of [...chosen].entries()) {
    const first = random.integer(0, views);
    const second = (first + random.integer(1, views)) % views;
    for (const [to, view] of [
      [queries, first],
      [keys, second],
    ]) {
      const at = (item * views + view) * d;
      to.set(all.subarray(at, at + d), i * d);
    }
  }
  return {
    queries: features(queries, chosen.length, d),
    keys: features(keys, chosen.length, d),
    items: [...chosen].map((item) => ({ id: ids[item] })),
  };
}
