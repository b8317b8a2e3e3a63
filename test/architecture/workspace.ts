import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A package of the workspace. */
export interface Package {
  /** "core", or "views-simclr" for a plugin. */
  readonly name: string;
  readonly folder: string;
  readonly isPlugin: boolean;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** Its TypeScript files, tests included. */
  readonly files: readonly SourceFile[];
}

/** A TypeScript file of a package. */
export interface SourceFile {
  /** Relative to the repository, with "/". */
  readonly path: string;
  readonly isTest: boolean;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** One import or re-export. */
export interface Import {
  readonly from: string;
  /** Whether it is gone after compilation. */
  readonly isType: boolean;
}

/** Every package and plugin, as it is on disk. */
export const packages: readonly Package[] = ['packages', 'plugins'].flatMap((folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readPackage(join(root, folder, entry.name), folder === 'plugins')),
);

/** The files of all packages that end up in what is published. */
export const sources: readonly SourceFile[] = packages.flatMap(({ files }) => files.filter(({ isTest }) => !isTest));

/** What a file imports and re-exports, dynamic imports included. */
export function importsOf({ tree }: SourceFile): Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) imports.push({ from: textOf(node.moduleSpecifier), isType: isTypeImport(node) });
    if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      imports.push({ from: textOf(node.moduleSpecifier), isType: node.isTypeOnly });
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0])
      if (ts.isStringLiteral(node.arguments[0])) imports.push({ from: node.arguments[0].text, isType: false });
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
      imports.push({ from: node.argument.literal.text, isType: true });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return imports;
}

/** The package of an import: "zod" of "zod/v4", "@viewforge/core" of itself; undefined for files and Node's own modules. */
export function packageOf(from: string): string | undefined {
  if (from.startsWith('.') || from.startsWith('node:')) return undefined;
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Calls `visit` with every node of a file. */
export function eachNode({ tree }: SourceFile, visit: (node: ts.Node) => void): void {
  const descend = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, descend);
  };
  descend(tree);
}

/** "path:line" of a node, as editors open it. */
export function placeOf({ path, tree }: SourceFile, node: ts.Node): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
}

function readPackage(folder: string, isPlugin: boolean): Package {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
  return {
    name: basename(folder),
    folder: relative(root, folder).split(sep).join('/'),
    isPlugin,
    dependencies: Object.keys({ ...manifest['dependencies'], ...manifest['peerDependencies'] }),
    devDependencies: Object.keys(manifest['devDependencies'] ?? {}),
    files: typescriptIn(join(folder, 'src')).map(readSource),
  };
}

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  return {
    path: relative(root, file).split(sep).join('/'),
    isTest: /\.test(-d)?\.ts$/.test(file) || dirname(file).endsWith('fixtures'),
    text,
    tree: ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true),
  };
}

function typescriptIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function isTypeImport({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  const { namedBindings, name } = importClause;
  const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : undefined;
  return importClause.isTypeOnly || (!name && named !== undefined && named.length > 0 && named.every((each) => each.isTypeOnly));
}

function textOf(specifier: ts.Expression): string {
  return (specifier as ts.StringLiteral).text;
}
