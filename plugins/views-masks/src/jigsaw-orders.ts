import { createRandom, permutation } from '@viewforge/random';

/** Tiles of a puzzle of three by three. */
export const tiles = 9;
/** How many orders a network has to tell apart. */
export const orderCount = 35;

let known: readonly (readonly number[])[] | undefined;

/**
 * The 35 orders of nine tiles that puzzles are laid in, always the same; the picture as it is is none of them. The first is random and
 * leaves no tile in its place; each next one differs as much as possible from those before it, on average. Among equals the one wins
 * that is farthest from its nearest, then the first in the order of the dictionary. Finding them takes half a second, once.
 */
export function jigsawOrders(): readonly (readonly number[])[] {
  known ??= findOrders();
  return known;
}

function findOrders(): number[][] {
  const all = everyOrder();
  const count = all.length / tiles;
  const total = new Uint16Array(count);
  const nearest = new Uint8Array(count).fill(tiles);
  const orders = [firstOrder()];
  while (orders.length < orderCount) {
    const last = orders.at(-1)!;
    let best = 1; // 0 is the picture itself
    for (let candidate = 1; candidate < count; candidate++) {
      let distance = 0; // Hamming
      for (let place = 0; place < tiles; place++) if (all[candidate * tiles + place] !== last[place]) distance++;
      total[candidate] = total[candidate]! + distance;
      if (distance < nearest[candidate]!) nearest[candidate] = distance;
      const gain = total[candidate]! - total[best]!;
      if (gain > 0 || (gain === 0 && nearest[candidate]! > nearest[best]!)) best = candidate;
    }
    orders.push([...all.subarray(best * tiles, (best + 1) * tiles)]);
  }
  return orders;
}

function firstOrder(): number[] {
  const random = createRandom('jigsaw orders');
  for (;;) {
    const order = permutation(random, tiles);
    if (order.every((tile, place) => tile !== place)) return order;
  }
}

/** All orders one behind another, as a dictionary lists them. */
function everyOrder(): Uint8Array {
  const all = new Uint8Array(362_880 * tiles); // 9!
  const order = Uint8Array.from({ length: tiles }, (_, place) => place);
  for (let at = 0; at < all.length; at += tiles) {
    all.set(order, at);
    // the next: raise the last tile that a larger one follows, then what follows it ascends again
    let pivot = tiles - 2;
    while (pivot >= 0 && order[pivot]! > order[pivot + 1]!) pivot--;
    if (pivot < 0) break;
    let larger = tiles - 1;
    while (order[larger]! < order[pivot]!) larger--;
    [order[pivot], order[larger]] = [order[larger]!, order[pivot]!];
    order.subarray(pivot + 1).reverse();
  }
  return all;
}
