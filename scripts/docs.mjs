// Writes the reference of every package into docs/api; with --check it only looks whether it could be written.
// Fails on an export without a comment and on a link that leads nowhere. Types are checked by `pnpm types`, not here.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, ReflectionKind, TSConfigReader, TypeDocReader } from 'typedoc';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const isCheck = process.argv.includes('--check');

const app = await Application.bootstrap({ logLevel: 'Warn' }, [new TypeDocReader(), new TSConfigReader()]);
const project = await app.convert();
if (project === undefined) process.exit(1);
for (const module of project.children ?? []) module.name = packageName(module.name);
for (const name of undocumented(project)) app.logger.error(`${name} is exported without a comment`);
app.validate(project);
if (!isCheck && !app.logger.hasErrors()) await app.generateOutputs(project);

const failed = app.logger.hasErrors() || app.logger.hasWarnings();
const where = isCheck ? 'could be written' : `written to ${join('docs', 'api')}`;
console.log(
  failed ? 'docs: see the problems above' : `docs: the reference of ${project.children?.length ?? 0} packages ${where}`,
);
process.exit(failed ? 1 : 0);

/** "@viewforge/core" for the module that typedoc calls "packages/core/src". */
function packageName(path) {
  return `@viewforge/${path.replace(/^(packages|plugins)\//, '').replace(/\/src$/, '')}`;
}

/** Exports of a package that have no comment of their own: a function counts as commented when one of its signatures is. */
function undocumented(project) {
  return (project.children ?? []).flatMap((module) =>
    (module.children ?? [])
      .filter(({ kind }) => kind !== ReflectionKind.Reference)
      .filter((each) => !each.hasComment() && !(each.signatures ?? []).some((signature) => signature.hasComment()))
      .filter((each) => each.type?.type !== 'reflection' || !each.type.declaration.signatures?.some((one) => one.hasComment()))
      .map((each) => `${module.name}: ${each.name}`),
  );
}
