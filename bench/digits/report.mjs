// Accuracies of all methods as lines of text.

/** A line for each method: mean and single values of every column, in percent. */
export function tableOf(rows, columns) {
  const head = ['', ...columns, 'seconds'];
  const cells = rows.map(({ name, accuracies, seconds }) => [
    name,
    ...columns.map((_, i) => cellOf(accuracies.map((each) => each[i]))),
    seconds === undefined ? '' : seconds.map((each) => each.toFixed(0)).join(' '),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((line) => line[i].length)));
  return [head, ...cells].map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
}

/** "97.12 (97.02 97.11 97.23)"; a single number alone. */
function cellOf(numbers) {
  const percent = (each) => (100 * each).toFixed(2);
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  return numbers.length === 1 ? percent(mean) : `${percent(mean)} (${numbers.map(percent).join(' ')})`;
}
