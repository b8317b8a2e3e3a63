import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, type Package, packageOf, packages, root } from './workspace.ts';

/** Which layer each package is on. It imports from lower layers only: never sideways, never upward. */
const layers: readonly (readonly string[])[] = [
  ['kernels', 'random', 'tensor'],
  ['core', 'graph', 'image'],
  ['augment', 'data', 'losses', 'metrics', 'miners', 'onnx', 'pairings', 'run', 'sinks', 'testkit'],
  ['corpus', 'report'], // and every plugin
  ['runtime'],
  ['cli'],
];
const pluginLayer = 3;

/** Libraries that only these packages may use; undefined stands for tests. */
const owners: Readonly<Record<string, readonly (string | undefined)[]>> = {
  assemblyscript: ['kernels'],
  mathjs: ['metrics', undefined],
  ndarray: ['tensor', 'testkit'],
  'onnxruntime-node': ['onnx'],
  'reflect-metadata': ['runtime'],
  tsyringe: ['runtime'],
};

/** What any test may use without its package saying so: the tools of the workspace's root. */
const { devDependencies: rootTools } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};
const testTools = Object.keys(rootTools).filter((name) => !name.startsWith('@viewforge/'));

/** Stands for what is no package of the workspace. */
const none = { name: 'none', isPlugin: false };

/** Whether one package may depend on the other. */
function allows(from: Package, to: Pick<Package, 'name' | 'isPlugin'>): boolean {
  return layerOf(to) < layerOf(from);
}

function layerOf({ name, isPlugin }: Pick<Package, 'name' | 'isPlugin'>): number {
  return isPlugin ? pluginLayer : layers.findIndex((layer) => layer.includes(name));
}

/** The workspace's own package behind the name of an import, if it is one. */
function ownPackage(name: string): Package | undefined {
  return name.startsWith('@viewforge/') ? packages.find((each) => each.name === name.slice('@viewforge/'.length)) : undefined;
}

test('every package is on one layer', () => {
  expect(packages.filter((each) => layerOf(each) === -1).map(({ name }) => name)).toEqual([]);
  expect(new Set(layers.flat()).size).toBe(layers.flat().length);
});

test('code imports from lower layers only', () => {
  const wrong = packages.flatMap((from) =>
    from.files
      .filter(({ isTest }) => !isTest)
      .flatMap((file) =>
        importsOf(file).flatMap((each) => {
          const to = ownPackage(packageOf(each.from) ?? '');
          if (to === undefined || allows(from, to)) return [];
          return [`${file.path}: ${from.name} (layer ${layerOf(from)}) imports ${to.name} (layer ${layerOf(to)})`];
        }),
      ),
  );
  expect(wrong).toEqual([]);
});

test('package.json names lower layers only; for tests also the same layer, and testkit', () => {
  const wrong = packages.flatMap((from) =>
    [
      ...from.dependencies.filter((name) => !allows(from, ownPackage(name) ?? none)),
      ...from.devDependencies.filter((name) => {
        const to = ownPackage(name) ?? none;
        return to.name !== 'testkit' && (layerOf(to) > layerOf(from) || (to.isPlugin && from.isPlugin));
      }),
    ].map((name) => `${from.folder}/package.json: ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('testkit serves tests alone', () => {
  const depending = packages.filter(({ dependencies }) => dependencies.includes('@viewforge/testkit'));
  expect(depending.map(({ name }) => name)).toEqual([]);
  const importing = packages.flatMap(({ files }) =>
    files.filter((file) => !file.isTest && importsOf(file).some(({ from }) => packageOf(from) === '@viewforge/testkit')),
  );
  expect(importing.map(({ path }) => path)).toEqual([]);
});

test('whatever is imported is named in package.json', () => {
  const wrong = packages.flatMap((from) =>
    from.files.flatMap((file) =>
      importsOf(file).flatMap((each) => {
        const name = packageOf(each.from);
        if (name === undefined || name === `@viewforge/${from.name}`) return [];
        const declared = [...from.dependencies, ...(file.isTest ? [...from.devDependencies, ...testTools] : [])];
        const types = each.isType ? [name, `@types/${name.replace('@', '').replace('/', '__')}`] : [name];
        return types.some((each) => declared.includes(each)) ? [] : [`${file.path}: ${name}`];
      }),
    ),
  );
  expect([...new Set(wrong)]).toEqual([]);
});

test('whatever package.json names is imported', () => {
  const wrong = packages.flatMap((from) => {
    const used = new Set(from.files.flatMap((file) => importsOf(file).map((each) => packageOf(each.from))));
    const named = [...from.dependencies, ...from.devDependencies].filter(
      (name) => !name.startsWith('@types/') && name !== 'assemblyscript',
    );
    return named.filter((name) => !used.has(name)).map((name) => `${from.folder}/package.json: ${name} is not used`);
  });
  expect(wrong).toEqual([]);
});

test('a library with an owner is imported by its owner alone', () => {
  const wrong = packages.flatMap((from) =>
    from.files.flatMap((file) =>
      importsOf(file)
        .filter((each) => !each.isType)
        .flatMap((each) => {
          const allowed = owners[packageOf(each.from) ?? ''];
          const who = file.isTest && allowed?.includes(undefined) ? undefined : from.name;
          return allowed === undefined || allowed.includes(who) ? [] : [`${file.path}: ${each.from}`];
        }),
    ),
  );
  expect(wrong).toEqual([]);
});

test('a library with an owner is named in package.json by its owner alone', () => {
  const wrong = packages.flatMap(({ name, folder, dependencies, devDependencies }) =>
    [...dependencies, ...devDependencies]
      .filter((each) => owners[each] && !owners[each].includes(name))
      .map((each) => `${folder}: ${each}`),
  );
  expect(wrong).toEqual([]);
});

test('files of one package are imported by path, with their ending', () => {
  const wrong = packages.flatMap((from) =>
    from.files.flatMap((file) =>
      importsOf(file)
        .filter(
          ({ from: path }) =>
            (path.startsWith('.') && !/\.(ts|mjs|json)$/.test(path)) || (path === `@viewforge/${from.name}` && !file.isTest),
        )
        .map((each) => `${file.path}: ${each.from}`),
    ),
  );
  expect(wrong).toEqual([]);
});
