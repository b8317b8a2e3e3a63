/** Text in a weight or color where the terminal shows it, as it is elsewhere. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
}

/** The style of a terminal with or without colors. */
export function styleFor(colors: boolean): Style {
  const wrap = (on: number, off: number) => (text: string) => (colors ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: wrap(1, 22), dim: wrap(2, 22), green: wrap(32, 39) };
}
