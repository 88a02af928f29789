import type { SymbolInfo } from '../protocol/indexer';
import { docLine } from './doc-line';
import type { Capture, Match } from './matches';

/** Offsets in UTF-16 units, the end exclusive. */
interface Range {
  start: number;
  end: number;
}

/** A definition as a query found it, not yet placed among the others. */
interface Found extends Range {
  name: string;
  kind: string;
  /** Lends its name to what lies within and is not listed itself. */
  containerOnly: boolean;
  containers: string[];
  signature: string;
  doc: string;
}

/** What surrounds definitions: nodes that may belong to one, in source order. */
interface Surroundings {
  text: string;
  leading: Range[];
  wrappers: Range[];
}

const classLike = new Set(['class', 'interface', 'struct', 'enum', 'trait']);
const longestSignature = 240;
/** A wrapper holds a keyword or two beside its definition; what is longer holds something else. */
const longestWrapping = 4000;

/**
 * The definitions of a tree in source order. `matches` are those of the grammar's structure query. Containers come
 * from the ranges: a symbol lies in all symbols that enclose it. Nothing here asks a node for its parent or sibling:
 * tree-sitter finds those from the root, which makes a long flat file quadratic.
 */
export function definitionsIn(matches: readonly Match[], text: string): SymbolInfo[] {
  const rangesOf = (name: string): Range[] =>
    matches
      .flatMap((match) => match.captures.filter((capture) => capture.name === name))
      .sort((a, b) => a.start - b.start || b.end - a.end);
  const around = { text, leading: rangesOf('leading'), wrappers: rangesOf('wrapper') };
  return nest(firstPerName(matches, around), text);
}

/** One definition per name node; of several patterns that match it, the earliest in the query wins. */
function firstPerName(matches: readonly Match[], around: Surroundings): Found[] {
  const byName = new Map<number, Match>();
  for (const match of matches) {
    const definition = definitionOf(match);
    if (!definition) continue;
    const key = (captureOf(match, 'name') ?? definition).start;
    const earlier = byName.get(key);
    if (!earlier || match.pattern < earlier.pattern) byName.set(key, match);
  }
  return [...byName.values()].flatMap((match) => describe(match, around));
}

function definitionOf(match: Match): Capture | undefined {
  return match.captures.find(({ name }) => name.startsWith('definition.') || name.startsWith('container.'));
}

function captureOf(match: Match, capture: string): Capture | undefined {
  return match.captures.find(({ name }) => name === capture);
}

function describe(match: Match, around: Surroundings): Found[] {
  const { text } = around;
  const definition = definitionOf(match);
  if (!definition) return [];
  const [role, kind = ''] = definition.name.split('.');
  const written = (capture: string): string | undefined => {
    const found = captureOf(match, capture);
    return found && text.slice(found.start, found.end);
  };
  const containerOnly = role === 'container';
  const outer = outermost(definition, around);
  const declared = firstDeclared(outer, around);
  const end = trimmedEnd(text, outer);
  const body = captureOf(match, 'body')?.start ?? 0;
  const name = plainName(written('name') ?? 'default', containerOnly);
  // `Stack::push` outside of its class: the qualifier is a container, not a part of the name.
  const parts = kind === 'function' ? name.split(/::(?=[~\w])/) : [name];
  const receiver = /[A-Za-z_]\w*/.exec(written('receiver') ?? '')?.[0];
  const start = leadingStart(outer, around);
  return [
    {
      name: parts.at(-1) ?? name,
      kind: parts.length > 1 ? 'method' : kind,
      containerOnly,
      containers: receiver ? [receiver] : parts.slice(0, -1),
      start,
      end: text[end] === ';' ? end + 1 : end,
      signature: signatureOf(text, declared, body > declared ? body : end),
      doc: docLine(text.slice(start, declared), body > declared ? text.slice(body, body + 400) : ''),
    },
  ];
}

/**
 * Quotes of a quoted name go, white space within a name (selectors, operators) becomes one space; a container's
 * type arguments go too, since `impl<T> Stack<T>` holds members of `Stack`.
 */
function plainName(name: string, isContainer: boolean): string {
  const plain = name
    .replace(/^(['"])([^'"]*)\1$/, '$2')
    .replace(/\s+/g, ' ')
    .trim();
  return isContainer ? plain.replace(/<.*>$/, '') : plain;
}

/** Climbs to the statement that holds nothing but this definition, such as `export` or a decorated one. */
function outermost(definition: Range, around: Surroundings): Range {
  let outer = definition;
  for (let i = countUpTo(around.wrappers, definition.start) - 1; i >= 0; i--) {
    const wrapper = around.wrappers[i];
    if (!wrapper || outer.start - wrapper.start > longestWrapping) break;
    if (wrapper.end < outer.end) continue;
    if (!holdsOnly(wrapper, outer, around)) break;
    outer = wrapper;
  }
  return outer;
}

/** True when a wrapper has only words (`export default`, `const`) and leading nodes beside the definition. */
function holdsOnly(wrapper: Range, definition: Range, { text, leading }: Surroundings): boolean {
  if (definition.start - wrapper.start + wrapper.end - definition.end > longestWrapping) return false;
  const rest: string[] = [text.slice(definition.end, wrapper.end)];
  let from = wrapper.start;
  for (let i = countBefore(leading, wrapper.start); i < leading.length; i++) {
    const node = leading[i];
    if (!node || node.start >= definition.start) break;
    rest.push(text.slice(from, Math.max(from, node.start)));
    from = Math.max(from, node.end);
  }
  rest.push(text.slice(from, Math.max(from, definition.start)));
  return rest.every((part) => /^[\w\s;]*$/.test(part));
}

/** Offset behind decorators and attributes that are part of the definition's own node. */
function firstDeclared(outer: Range, { text, leading }: Surroundings): number {
  let start = outer.start;
  for (let i = countBefore(leading, start); leading[i]?.start === start; i = countBefore(leading, start)) {
    start = skipSpace(text, leading[i]?.end ?? start);
  }
  return start < outer.end ? start : outer.start;
}

/** Start with the comments, decorators and attributes right above: no blank line between, none shared. */
function leadingStart(outer: Range, { text, leading }: Surroundings): number {
  let start = outer.start;
  for (let i = countBefore(leading, start) - 1; i >= 0; i--) {
    const node = leading[i];
    if (!node || node.end > start) break;
    // The node's own trailing line end (Rust's `///` takes it along) counts as what lies between.
    const between = text.slice(trimmedEnd(text, node), start);
    if (between.trim() !== '' || between.split('\n').length > 2 || !startsItsLine(text, node.start)) break;
    start = node.start;
  }
  return start;
}

function startsItsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

function skipSpace(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

function trimmedEnd(text: string, { start, end }: Range): number {
  let last = end;
  while (last > start && /\s/.test(text.charAt(last - 1))) last--;
  return last;
}

function signatureOf(text: string, start: number, end: number): string {
  // Cut first: the value of a constant may be a megabyte long.
  const line = text
    .slice(start, Math.min(end, start + 4 * longestSignature))
    .replace(/\s+/g, ' ')
    .replace(/([([]) /g, '$1')
    .replace(/,? ([)\]])/g, '$1')
    .replace(/(?<!=)\s*(?:[{:=;]|\bdo|\bis)\s*$/, '')
    .trim();
  return line.length <= longestSignature ? line : `${line.slice(0, longestSignature).trimEnd()}…`;
}

function nest(found: Found[], text: string): SymbolInfo[] {
  const sorted = found.sort((a, b) => a.start - b.start || b.end - a.end);
  const lines = lineStarts(text);
  const lineOf = (offset: number): number => countUpTo(lines, offset);
  const stack: Found[] = [];
  const symbols: SymbolInfo[] = [];
  for (const item of sorted) {
    while (stack.length > 0 && (stack.at(-1)?.end ?? 0) < item.end) stack.pop();
    const parent = stack.at(-1);
    const kind = item.kind === 'function' && parent && classLike.has(parent.kind) ? 'method' : item.kind;
    const containers = [...stack.map((outer) => outer.name), ...item.containers];
    if (!item.containerOnly) {
      const { name, start, end, signature, doc } = item;
      const [startLine, endLine] = [lineOf(start), lineOf(end)];
      symbols.push({ name, kind, containers, startLine, endLine, start, end, signature, doc });
    }
    stack.push(item);
  }
  return symbols;
}

function lineStarts(text: string): Range[] {
  const starts = [{ start: 0, end: 0 }];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push({ start: at + 1, end: at + 1 });
  }
  return starts;
}

/** How many of the sorted ranges start at or before an offset. */
function countUpTo(ranges: readonly Range[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the sorted ranges start before an offset. */
function countBefore(ranges: readonly Range[], offset: number): number {
  return countUpTo(ranges, offset - 1);
}
