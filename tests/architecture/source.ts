// Reads one TypeScript source into the facts that the architecture rules ask about. Names count as globals when the
// file declares nothing of that name; what stands in a type position is no use of a power, but an import in a type is
// an import like any other.
import { parseSync } from 'oxc-parser';

export interface Import {
  specifier: string;
  line: number;
  typeOnly: boolean;
  /** What is taken as a value: imported names, `default`, or `*`. */
  values: string[];
}

export interface Use {
  /** `fetch`, `Date.now`, `process.env`, `new Date()` … */
  name: string;
  line: number;
}

export interface FunctionSize {
  name: string;
  line: number;
  lines: number;
  parameters: number;
}

export interface Source {
  path: string;
  lines: number;
  imports: Import[];
  uses: Use[];
  texts: { text: string; line: number }[];
  functions: FunctionSize[];
  defaultExports: number[];
  onlyReexports: boolean;
  errors: string[];
}

export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

const valueWrappers = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSParameterProperty',
  'TSExportAssignment',
]);
const keyed = new Set(['Property', 'MethodDefinition', 'PropertyDefinition', 'AccessorProperty']);
const globalObjects = new Set(['globalThis', 'global', 'window', 'self']);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

function childrenOf(node: Node): [string, Node][] {
  return Object.entries(node).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child): [string, Node] => [key, child]),
  );
}

/** Calls `see` for every node, parents first. */
function walk(node: Node, see: (node: Node, parent: Node | undefined, key: string, inType: boolean) => void): void {
  const visit = (current: Node, parent: Node | undefined, key: string, inType: boolean): void => {
    const type = inType || (current.type.startsWith('TS') && !valueWrappers.has(current.type));
    see(current, parent, key, type);
    for (const [name, child] of childrenOf(current)) visit(child, current, name, type);
  };
  visit(node, undefined, '', false);
}

/** The names that a pattern (a parameter, the left side of a declaration) declares. */
function namesIn(pattern: unknown): string[] {
  if (!isNode(pattern)) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name as string];
    case 'ObjectPattern':
      return (pattern.properties as Node[]).flatMap((entry) => namesIn(entry.value ?? entry.argument));
    case 'ArrayPattern':
      return (pattern.elements as unknown[]).flatMap(namesIn);
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'TSParameterProperty':
      return namesIn(pattern.parameter);
    default:
      return [];
  }
}

function declaredNames(program: Node): Set<string> {
  const names = new Set<string>();
  walk(program, (node) => {
    const patterns = [node.type === 'CatchClause' ? node.param : undefined, ...((node.params as unknown[]) ?? [])];
    if (node.type === 'VariableDeclarator' || /^(Function|Class)(Declaration|Expression)$/.test(node.type)) {
      patterns.push(node.id);
    }
    if (/^Import.*Specifier$/.test(node.type)) patterns.push(node.local);
    for (const name of patterns.flatMap(namesIn)) names.add(name);
  });
  return names;
}

const textOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;

function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  return node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? (node.name as string) : textOf(node);
}

/** `a.b.c` as ['a', 'b', 'c']; undefined where the chain does not start at a name. */
function chainOf(node: Node): string[] | undefined {
  if (node.type === 'Identifier') return [node.name as string];
  if (node.type !== 'MemberExpression') return undefined;
  const head = chainOf(node.object as Node);
  const tail = node.computed ? textOf(node.property) : nameOf(node.property);
  return head && tail !== undefined ? [...head, tail] : undefined;
}

/** The name under which a use of a global is known: its first two parts, without `globalThis`. */
function globalName(chain: string[] | undefined, declared: Set<string>): string | undefined {
  const root = chain?.[0];
  if (chain === undefined || root === undefined || declared.has(root)) return undefined;
  const parts = globalObjects.has(root) ? chain.slice(1) : chain;
  return parts.length > 0 ? parts.slice(0, 2).join('.') : undefined;
}

function isReference(node: Node, parent: Node | undefined, key: string): boolean {
  if (node.type !== 'Identifier' || parent === undefined || /^(Import|Export).*Specifier$/.test(parent.type))
    return false;
  if (parent.type === 'MemberExpression' && key === 'property') return parent.computed === true;
  if (keyed.has(parent.type) && key === 'key') return parent.computed === true;
  return !(key === 'label' || parent.type === 'MetaProperty');
}

/** The globals that one node uses; members taken by destructuring (`const { env } = process`) included. */
function usesOf(node: Node, parent: Node | undefined, key: string, declared: Set<string>): string[] {
  const found: (string | undefined)[] = [];
  if (isReference(node, parent, key)) found.push(globalName(chainOf(node), declared));
  if (node.type === 'MemberExpression') found.push(globalName(chainOf(node), declared));
  const callee = isNode(node.callee) ? globalName(chainOf(node.callee), declared) : undefined;
  if (callee === 'Date' && node.type === 'NewExpression' && (node.arguments as unknown[]).length === 0) {
    found.push('new Date()');
  }
  if (callee === 'Date' && node.type === 'CallExpression') found.push('Date()');
  if (node.type === 'VariableDeclarator' && isNode(node.init) && isNode(node.id) && node.id.type === 'ObjectPattern') {
    const chain = chainOf(node.init);
    for (const entry of node.id.properties as Node[]) {
      const name = nameOf(entry.key);
      if (chain && name !== undefined) found.push(globalName([...chain, name], declared));
    }
  }
  return found.filter((name) => name !== undefined);
}

/** What a node imports: an import or export from, `import()`, or an import written in a type. */
function importOf(node: Node, inType: boolean, line: number): Import | undefined {
  const specifier = textOf(node.source) ?? (node.type === 'TSImportType' ? textOf(node.argument) : undefined);
  if (specifier === undefined) return undefined;
  if (node.type === 'ImportExpression') return { specifier, line, typeOnly: false, values: ['*'] };
  if (inType || node.importKind === 'type' || node.exportKind === 'type') {
    return { specifier, line, typeOnly: true, values: [] };
  }
  if (node.type === 'ExportAllDeclaration') return { specifier, line, typeOnly: false, values: ['*'] };
  const specifiers = (node.specifiers as Node[] | undefined) ?? [];
  const values = specifiers
    .filter((entry) => entry.importKind !== 'type' && entry.exportKind !== 'type')
    .map((entry) => {
      if (entry.type === 'ImportDefaultSpecifier') return 'default';
      return nameOf(entry.imported) ?? (entry.type === 'ExportSpecifier' ? nameOf(entry.local) : undefined) ?? '*';
    });
  return { specifier, line, typeOnly: specifiers.length > 0 && values.length === 0, values };
}

function functionOf(
  node: Node,
  parent: Node | undefined,
  lineAt: (offset: number) => number,
): FunctionSize | undefined {
  if (!isNode(node.body) || !/^(Function(Declaration|Expression)|ArrowFunctionExpression)$/.test(node.type))
    return undefined;
  const line = lineAt(node.start);
  const name =
    nameOf(node.id) ?? nameOf(parent?.id) ?? nameOf(parent?.key) ?? nameOf(parent?.left) ?? 'unnamed function';
  const parameters = (node.params as Node[]).filter((parameter) => nameOf(parameter) !== 'this').length;
  return { name, line, lines: lineAt(node.end - 1) - line + 1, parameters };
}

function isDefaultExport(node: Node): boolean {
  return (
    node.type === 'ExportDefaultDeclaration' || (node.type === 'ExportSpecifier' && nameOf(node.exported) === 'default')
  );
}

function onlyReexports(statements: Node[]): boolean {
  const passesOn = (statement: Node): boolean =>
    statement.type === 'ImportDeclaration' ||
    statement.type === 'ExportAllDeclaration' ||
    (statement.type === 'ExportNamedDeclaration' && !isNode(statement.declaration));
  return statements.some((statement) => statement.type.startsWith('Export')) && statements.every(passesOn);
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** Parses `text`; `path` is relative to src and tells TypeScript from TSX. */
export function readSource(path: string, text: string): Source {
  const parsed = parseSync(path, text);
  const program = parsed.program as unknown as Node;
  const lineAt = lineCounter(text);
  const declared = declaredNames(program);
  const source: Source = {
    path,
    lines: lineAt(Math.max(0, text.length - 1)),
    imports: [],
    uses: [],
    texts: [],
    functions: [],
    defaultExports: [],
    onlyReexports: onlyReexports(program.body as Node[]),
    errors: parsed.errors.map((error) => error.message),
  };
  walk(program, (node, parent, key, inType) => {
    const line = lineAt(node.start);
    const imported = importOf(node, inType, line);
    if (imported) source.imports.push(imported);
    if (isDefaultExport(node)) source.defaultExports.push(line);
    if (inType) return;
    source.uses.push(...usesOf(node, parent, key, declared).map((name) => ({ name, line })));
    const text = textOf(node) ?? (node.type === 'TemplateElement' ? (node.value as { raw: string }).raw : undefined);
    if (text !== undefined) source.texts.push({ text, line });
    const sized = functionOf(node, parent, lineAt);
    if (sized) source.functions.push(sized);
  });
  return source;
}
