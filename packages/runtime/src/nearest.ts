/**
 * The known name that was probably meant, or undefined when none is close: at most a third of its letters differ
 * (insertions, deletions, replacements), or only what stands before the slash is missing.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = known.find((each) => each.endsWith(`/${name}`));
  if (bare !== undefined) return bare;
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const each of known) {
    const full = distance(name, each);
    const edits = name.includes('/') ? full : Math.min(full, distance(name, each.slice(each.indexOf('/') + 1)));
    if (edits < fewest) [best, fewest] = [each, edits];
  }
  return fewest <= Math.max(2, Math.floor(name.length / 3)) ? best : undefined;
}

/** Levenshtein distance of two texts. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, replaced));
    }
    previous = row;
  }
  return previous[b.length]!;
}
