// The text of docs/catalog.md.
import { describeOptions } from '@viewforge/core';
import { examplesOf, isPictured } from './examples.mjs';

/** The whole page. */
export function page(parts) {
  const kinds = [
    ['augmenter', 'Operations', 'An operation changes one item. Whether, which and in which order is composed around it.'],
    ['plan', 'Plans', 'A plan makes several views of one item. Every row of a picture is one item.'],
    [
      'mixer',
      'Mixers',
      'A mixer of inputs combines the items of a batch; how much of which is in each is its `blend`. A mixer of embeddings changes what a pairing made: miners leave a loss fewer pairs.',
    ],
  ];
  const sections = kinds.map(([kind, title, about]) => {
    const chosen = parts.filter(({ factory }) => factory.kind === kind);
    return `## ${title}\n\n${about}\n\n${chosen.map(section).join('\n')}`;
  });
  return `${introduction(parts)}\n${sections.join('\n')}`;
}

/** File of a part's picture; undefined for a part that does not work on pictures. */
export function pictureName(plugin, factory) {
  return isPictured(plugin, factory) ? `${plugin}-${factory.about.name}.jpg` : undefined;
}

function introduction(parts) {
  const count = (kind) => parts.filter(({ factory }) => factory.kind === kind).length;
  return `# Catalog

Every operation, plan and mixer that is shipped: ${count('augmenter')} operations, ${count('plan')} plans, ${count('mixer')} mixers. Written by \`node scripts/catalog.mjs\` from the
code, pictures included; a recipe names a part as its heading does. The first picture of a row is the photograph, the others
are made with the options below them. \`viewforge describe <part>\` prints the same tables.
`;
}

function section({ plugin, factory }) {
  const { about } = factory;
  const name = `${plugin}/${about.name}`;
  const source = about.reference === undefined ? '' : ` [Source](${about.reference}).`;
  const picture = pictureName(plugin, factory);
  const image =
    picture === undefined
      ? 'Works on features or hidden states; there is nothing to show.\n\n'
      : `![${name}](pictures/catalog/${picture})\n\n${captions(plugin, factory)}\n\n`;
  return `### ${name}\n\n${about.summary}${source}\n\n${image}${options(about.options)}`;
}

function captions(plugin, factory) {
  return `${examplesOf(plugin, factory)
    .map(({ label }) => label)
    .join(' · ')}`;
}

function options(schema) {
  const rows = describeOptions(schema);
  if (rows.length === 0) return 'No options.\n';
  const lines = rows.map(
    (row) => `| \`${row.name}\` | ${cell(row.type)} | ${cell(defaultOf(row))} | ${cell(row.unit)} | ${cell(row.doc)} |`,
  );
  return `| option | type | default | unit | what it is |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n`;
}

function defaultOf({ default: value, required }) {
  if (required) return 'must be given';
  return value === undefined ? 'may be left out' : `\`${JSON.stringify(rounded(value))}\``;
}

function rounded(value) {
  if (Array.isArray(value)) return value.map(rounded);
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
}
