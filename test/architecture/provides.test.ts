import ts from 'typescript';
import { expect, test } from 'vitest';
import { eachNode, type Package, packages, placeOf } from './workspace.ts';

test('every part that a package defines is provided by its plugin', () => {
  const wrong = packages
    .filter(({ name }) => name !== 'core' && name !== 'testkit')
    .flatMap((each) => {
      const provided = providedBy(each);
      return definedIn(each).flatMap(({ name, place }) => (provided.has(name) ? [] : [`${place}: ${name}`]));
    });
  expect(wrong).toEqual([]);
});

test('every plugin has a module, is called plugin, and names the core it works with', () => {
  const wrong = packages.flatMap(({ files }) =>
    files
      .filter(({ isTest }) => !isTest)
      .flatMap((file) => {
        const found: string[] = [];
        eachNode(file, (node) => {
          if (!ts.isCallExpression(node) || node.expression.getText() !== 'definePlugin') return;
          const text = node.arguments[0]?.getText() ?? '';
          const isNamed = ts.isVariableDeclaration(node.parent) && node.parent.name.getText() === 'plugin';
          if (!isNamed || !text.includes('module: import.meta.url') || !text.includes('requires:'))
            found.push(placeOf(file, node));
        });
        return found;
      }),
  );
  expect(wrong).toEqual([]);
});

function definedIn({ files }: Package): { name: string; place: string }[] {
  return files
    .filter(({ isTest }) => !isTest)
    .flatMap((file) => {
      const found: { name: string; place: string }[] = [];
      eachNode(file, (node) => {
        if (!ts.isVariableDeclaration(node) || !node.initializer || !ts.isCallExpression(node.initializer)) return;
        const maker = node.initializer.expression.getText();
        if (/^define[A-Z]/.test(maker) && maker !== 'definePlugin')
          found.push({ name: node.name.getText(), place: placeOf(file, node) });
      });
      return found;
    });
}

function providedBy({ files }: Package): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of files) {
    eachNode(file, (node) => {
      if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'provides' || !ts.isArrayLiteralExpression(node.initializer))
        return;
      for (const element of node.initializer.elements) names.add(element.getText());
    });
  }
  return names;
}
