import type { Node, QueryMatch } from 'web-tree-sitter';
import type { SymbolInfo } from '../protocol/indexer';
import type { GrammarSpec } from './queries/query';

/** A definition as a query found it, not yet placed among the others. */
interface Found {
  name: string;
  kind: string;
  /** Lends its name to what lies within and is not listed itself. */
  containerOnly: boolean;
  containers: string[];
  start: number;
  end: number;
  signature: string;
}

const classLike = new Set(['class', 'interface', 'struct', 'enum', 'trait']);
const longestSignature = 240;

/**
 * The definitions of a tree in source order. `matches` are those of the grammar's structure query.
 * Containers come from the ranges: a symbol lies in all symbols that enclose it.
 */
export function definitionsIn(matches: QueryMatch[], spec: GrammarSpec, text: string): SymbolInfo[] {
  return nest(firstPerName(matches, spec, text), text);
}

/** One definition per name node; of several patterns that match it, the earliest in the query wins. */
function firstPerName(matches: QueryMatch[], spec: GrammarSpec, text: string): Found[] {
  const byName = new Map<number, { pattern: number; found: Found }>();
  for (const match of matches) {
    const capture = match.captures.find((c) => /^(definition|container)\./.test(c.name));
    if (!capture) continue;
    const node = (name: string): Node | undefined => match.captures.find((c) => c.name === name)?.node;
    const nameNode = node('name');
    const key = nameNode?.startIndex ?? capture.node.startIndex;
    const earlier = byName.get(key);
    if (earlier && earlier.pattern <= match.patternIndex) continue;
    const [role = '', kind = ''] = capture.name.split('.');
    const found = describe(capture.node, kind, node('body'), nameNode, node('receiver'), spec, text);
    byName.set(key, {
      pattern: match.patternIndex,
      found: { ...found, containerOnly: role === 'container' },
    });
  }
  return [...byName.values()].map((entry) => entry.found);
}

function describe(
  node: Node,
  kind: string,
  body: Node | undefined,
  nameNode: Node | undefined,
  receiver: Node | undefined,
  spec: GrammarSpec,
  text: string,
): Omit<Found, 'containerOnly'> {
  const outer = outermost(node, spec);
  const declaration = firstDeclared(outer, spec);
  const end = trimmedEnd(text, outer.startIndex, outer.endIndex);
  const written = nameNode ? plainName(nameNode.text) : 'default';
  // `Stack::push` outside of its class: the qualifier is a container, not a part of the name.
  const parts = kind === 'function' ? written.split(/::(?=[~\w])/) : [written];
  const receiverName = receiver && /[A-Za-z_]\w*/.exec(receiver.text)?.[0];
  return {
    name: parts.at(-1) ?? written,
    kind: parts.length > 1 ? 'method' : kind,
    containers: receiverName ? [receiverName] : parts.slice(0, -1),
    start: leadingStart(outer, spec, text),
    end: text[end] === ';' ? end + 1 : end,
    signature: signatureOf(text, declaration, body && body.startIndex > declaration ? body.startIndex : end),
  };
}

/** Quotes of a quoted name go; white space within a name (selectors, operators) becomes one space. */
function plainName(name: string): string {
  return name
    .replace(/^(['"])([^'"]*)\1$/, '$2')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Climbs to the statement that holds nothing but this definition, such as `export` or a decorated one. */
function outermost(node: Node, spec: GrammarSpec): Node {
  let outer = node;
  for (let parent = node.parent; parent && spec.wrappers.includes(parent.type); parent = parent.parent) {
    const { id, type } = outer;
    if (parent.namedChildren.some((child) => child.id !== id && child.type === type)) break;
    outer = parent;
  }
  return outer;
}

/** Offset behind decorators and attributes that are part of the definition's own node. */
function firstDeclared(outer: Node, spec: GrammarSpec): number {
  return outer.children.find((child) => !spec.leading.includes(child.type))?.startIndex ?? outer.startIndex;
}

/** Start with the comments, decorators and attributes right above: no blank line between, none shared. */
function leadingStart(outer: Node, spec: GrammarSpec, text: string): number {
  let start = outer.startIndex;
  let row = outer.startPosition.row;
  for (let before = outer.previousSibling; before; before = before.previousSibling) {
    const isLeading = spec.leading.includes(before.type);
    if (!isLeading || lastRow(before) < row - 1 || !startsItsLine(text, before.startIndex)) break;
    start = before.startIndex;
    row = before.startPosition.row;
  }
  return start;
}

/** A node that takes its line end along (Rust's `///`) ends on the line before. */
function lastRow(node: Node): number {
  const { row, column } = node.endPosition;
  return column === 0 ? row - 1 : row;
}

function startsItsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

function trimmedEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && /\s/.test(text.charAt(last - 1))) last--;
  return last;
}

function signatureOf(text: string, start: number, end: number): string {
  // Cut first: the value of a constant may be a megabyte long.
  const line = text
    .slice(start, Math.min(end, start + 4 * longestSignature))
    .replace(/\s+/g, ' ')
    .replace(/\s*(?:=>|[{:=;]|\bdo|\bis)\s*$/, '')
    .trim();
  return line.length <= longestSignature ? line : `${line.slice(0, longestSignature).trimEnd()}…`;
}

function nest(found: Found[], text: string): SymbolInfo[] {
  const sorted = found.sort((a, b) => a.start - b.start || b.end - a.end);
  const lineOf = lineCounter(text);
  const stack: Found[] = [];
  const symbols: SymbolInfo[] = [];
  for (const item of sorted) {
    while (stack.length > 0 && (stack.at(-1)?.end ?? 0) < item.end) stack.pop();
    const parent = stack.at(-1);
    const kind = item.kind === 'function' && parent && classLike.has(parent.kind) ? 'method' : item.kind;
    const containers = [...stack.map((outer) => outer.name), ...item.containers];
    if (!item.containerOnly) {
      const { name, start, end, signature } = item;
      symbols.push({
        name,
        kind,
        containers,
        startLine: lineOf(start),
        endLine: lineOf(end),
        start,
        end,
        signature,
      });
    }
    stack.push(item);
  }
  return symbols;
}

/** A function from offsets to 1-based lines. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
