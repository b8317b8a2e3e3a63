import {
  type AnyFactory,
  describeOptions,
  kinds,
  type OptionRow,
  optionsSchema,
  type Registry,
  ViewforgeError,
} from '@viewforge/core';
import { loadPlugins, nearest } from '@viewforge/runtime';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { styleFor } from '../print/style.ts';

interface Found {
  readonly name: string;
  readonly factory: AnyFactory;
}

/** `viewforge describe PART`: what a part does and its options. */
export function addDescribeCommand(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('describe')
    .description('tell what a part does, and its options with units and defaults')
    .argument('<part>', '"plugin/part", or the part alone where only one plugin has it')
    .option('--plugin <names...>', 'plugins besides the built-in ones: packages or paths');
  addJsonFlag(command).action(async (part: string, flags: OutputFlags & { plugin?: string[] }) => {
    const { registry } = await loadPlugins(flags.plugin ?? [], terminal.folder, '--plugin');
    const found = findPart(registry, part);
    print(terminal, flags, asDocument(found), () => asText(found, terminal.colors));
  });
}

function findPart(registry: Registry, part: string): Found {
  const all = kinds.flatMap((kind) =>
    registry.list(kind).map((name) => ({ name, factory: registry.get(kind, name) as AnyFactory })),
  );
  const found = all.filter(({ name }) => name === part || name.endsWith(`/${part}`));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    const names = found.map(({ name, factory }) => `${name} (${factory.kind})`).join(', ');
    throw new ViewforgeError('NAME', 'describe', `expected the name of one part, got "${part}", which fits ${names}`);
  }
  const names = all.map(({ name }) => name);
  const meant = nearest(part, names);
  const hint = meant === undefined ? '`viewforge list` shows them' : `did you mean "${meant}"?`;
  throw new ViewforgeError('NAME', 'describe', `expected the name of a part, got "${part}"; ${hint}`);
}

function asDocument({ name, factory }: Found) {
  const { summary, version, reference, options } = factory.about;
  return {
    name,
    kind: factory.kind,
    version,
    summary,
    reference,
    options: describeOptions(options),
    schema: optionsSchema(options),
  };
}

function asText({ name, factory }: Found, colors: boolean): string {
  const { bold, dim } = styleFor(colors);
  const { summary, version, reference, options } = factory.about;
  const lines = describeOptions(options).flatMap((row) => {
    const unit = row.unit === 'none' ? '' : `, ${row.unit}`;
    return [`${bold(row.name)}  ${row.type}${unit}, ${defaultText(row)}`, `    ${row.doc}`];
  });
  return [
    `${bold(name)}  ${dim(`${factory.kind}, version ${version}`)}`,
    summary,
    ...(reference === undefined ? [] : [reference]),
    '',
    ...(lines.length === 0 ? ['no options'] : lines),
  ].join('\n');
}

function defaultText(row: OptionRow): string {
  if (row.required) return 'required';
  return row.default === undefined ? 'may be left out' : `default ${JSON.stringify(row.default)}`;
}
