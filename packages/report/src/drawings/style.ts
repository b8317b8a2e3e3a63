/** Classes `place-0` to `place-5` color places in their order, `positive` and `negative` kinds of scores. */
export const places = 6;

const light = { ink: '#1b1f24', faint: '#5b6570', grid: '#d9dee3', paper: '#ffffff', frame: '#aab2ba' };
const dark = { ink: '#e8ecf0', faint: '#a3adb8', grid: '#333b44', paper: '#14181c', frame: '#56606b' };
const kindsInLight = { positive: '#0b7285', negative: '#d9480f' };
const kindsInDark = { positive: '#5fd3e6', negative: '#ff9a5c' };
const placesInLight = ['#6b7480', '#1d5fbf', '#9c36b5', '#2b8a3e', '#b07500', '#c2255c'];
const placesInDark = ['#a9b3bd', '#74b0ff', '#e08ff5', '#69db7c', '#ffd43b', '#ff8fb3'];

/** The sheet of all drawings: dark where the reader's system is, readable in print. */
export const sheet = `
.scores { ${variables({ ...light, ...kindsInLight }, placesInLight)} background: var(--paper); color: var(--ink); }
@media (prefers-color-scheme: dark) { .scores { ${variables({ ...dark, ...kindsInDark }, placesInDark)} } }
.scores text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.scores .heading { font-size: 15px; font-weight: 600; }
.scores .title { font-size: 12.5px; font-weight: 600; }
.scores .small { fill: var(--faint); font-size: 11px; }
.scores .end { text-anchor: end; }
.scores .middle { text-anchor: middle; }
.scores .paper { fill: var(--paper); }
.scores .frame { fill: none; stroke: var(--frame); }
.scores .grid { stroke: var(--grid); fill: none; }
.scores .zero { stroke: var(--frame); fill: none; }
.scores .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.scores .band { stroke: none; opacity: 0.16; }
.scores .area { opacity: 0.3; stroke: none; }
.scores .edge { fill: none; stroke-width: 1.4; }
.scores .dashed { stroke-dasharray: 4 3; }
.scores .dot { stroke: none; }
${['positive', 'negative', ...placesInLight.map((_, i) => `place-${i}`)].map(colored).join('\n')}
`;

function colored(name: string): string {
  return `.scores .curve.${name}, .scores .edge.${name} { stroke: var(--${name}); } .scores .area.${name}, .scores .band.${name}, .scores .dot.${name} { fill: var(--${name}); }`;
}

function variables(colors: Readonly<Record<string, string>>, ofPlaces: readonly string[]): string {
  const named = [...Object.entries(colors), ...ofPlaces.map((color, i) => [`place-${i}`, color] as const)];
  return named.map(([name, color]) => `--${name}: ${color};`).join(' ');
}
