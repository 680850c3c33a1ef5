import { join } from 'node:path';

import ts from 'typescript';

import { type Manifest, root } from '../../support/yaml.ts';
import { nameOf } from '../render.ts';

/**
 * What is wrong with core objects by the types of `kubernetes-models`, which are made from Kubernetes' own OpenAPI: as
 * in any object literal a field that the type does not know is an error, as is a missing one or one of a wrong type.
 */
export function findTypeProblems(objects: readonly { object: Manifest; module: string }[]): string[] {
  if (objects.length === 0) return [];
  const lines = objects.map(
    ({ object, module }, index) =>
      `import type { I${object.kind} as T${index} } from '${module}'; export const o${index}: T${index} = ${JSON.stringify(object)};`,
  );
  const file = join(root, 'manifests.ts');
  const program = createProgram(file, lines.join('\n'));
  const source = program.getSourceFile(file);
  return ts.getPreEmitDiagnostics(program, source).map((diagnostic) => {
    const { line } = ts.getLineAndCharacterOfPosition(source as ts.SourceFile, diagnostic.start ?? 0);
    const object = objects[line]?.object;
    const path = source === undefined ? '' : findPath(source, diagnostic.start ?? 0);
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    return `${object === undefined ? '' : nameOf(object)} ${path}: ${message}`;
  });
}

function createProgram(file: string, text: string): ts.Program {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const files = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...files,
    fileExists: (path) => path === file || files.fileExists(path),
    getSourceFile: (path, target, ...rest) =>
      path === file ? ts.createSourceFile(path, text, target) : files.getSourceFile(path, target, ...rest),
  };
  return ts.createProgram([file], options, host);
}

/** The names of the properties around a position, as in `spec.template.spec.containers.0`. */
function findPath(source: ts.SourceFile, position: number): string {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (position < node.pos || position >= node.end) return;
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name)) names.push(node.name.text);
    if (ts.isArrayLiteralExpression(node.parent))
      names.push(String(node.parent.elements.indexOf(node as ts.Expression)));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return names.join('.');
}
