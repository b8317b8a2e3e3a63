import { type Kind, kinds, type Registry, ViewforgeError } from '@viewforge/core';
import { loadPlugins, nearest } from '@viewforge/runtime';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { styleFor } from '../print/style.ts';
import { table } from '../print/table.ts';

/** `viewforge list [kind]`: the parts there are. */
export function addListCommand(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('list')
    .description('list the parts there are, by kind')
    .argument('[kind]', `one of ${kinds.join(', ')}`)
    .option('--plugin <names...>', 'plugins besides the built-in ones: packages or paths');
  addJsonFlag(command).action(async (kind: string | undefined, flags: OutputFlags & { plugin?: string[] }) => {
    const { registry } = await loadPlugins(flags.plugin ?? [], terminal.folder, '--plugin');
    const shown = kind === undefined ? kinds : [parseKind(kind)];
    const parts = shown.flatMap((each) => partsOf(registry, each));
    print(terminal, flags, parts, () => {
      const { bold } = styleFor(terminal.colors);
      const sections = shown.map((each) => {
        const rows = parts.filter((part) => part.kind === each).map(({ name, summary }) => [name, summary]);
        return rows.length === 0 ? `${bold(each)}\n(none)` : `${bold(each)}\n${table(['part', 'what it does'], rows)}`;
      });
      return sections.join('\n\n');
    });
  });
}

function partsOf(registry: Registry, kind: Kind) {
  return registry.list(kind).map((name) => {
    const { summary, version, reference } = registry.get(kind, name).about;
    return { kind, name, version, summary, reference };
  });
}

/** A kind from the command line; a plural will do. Throws USAGE. */
function parseKind(text: string): Kind {
  const kind = kinds.find((each) => each === text || plural(each) === text);
  if (kind !== undefined) return kind;
  const meant = nearest(text, kinds);
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  throw new ViewforgeError('USAGE', 'list', `expected one of ${kinds.join(', ')}, got "${text}"${hint}`);
}

function plural(kind: Kind): string {
  return kind.endsWith('s') ? `${kind}es` : `${kind}s`;
}
