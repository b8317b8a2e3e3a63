/** Which of `length` positions a position beyond them shows when they are mirrored at both ends again and again, ends not repeated. */
export function reflectIndex(position: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const inside = ((position % period) + period) % period;
  return inside < length ? inside : period - inside;
}
