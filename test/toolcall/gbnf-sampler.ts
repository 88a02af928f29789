/** Reads the GBNF that our grammars use, and writes random texts that it accepts. */

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'class'; negated: boolean; ranges: [number, number][] }
  | { kind: 'rule'; name: string }
  | { kind: 'all'; parts: Node[] }
  | { kind: 'any'; options: Node[] }
  | { kind: 'repeat'; part: Node; from: number; to: number };

/** A grammar's rules by name. */
export function readGbnf(text: string): Map<string, Node> {
  const rules = new Map<string, Node>();
  for (const line of text.split('\n')) {
    const [, name = '', body = ''] = /^([A-Za-z0-9-]+) ::=(.*)$/s.exec(line) ?? [];
    if (name === '' || rules.has(name)) throw new Error(`no rule, or a second one: ${line}`);
    rules.set(name, readBody(body));
  }
  return rules;
}

function readBody(body: string): Node {
  let at = 0;
  const space = (): void => {
    while (body[at] === ' ') at++;
  };
  const character = (): number => {
    if (body[at] !== '\\') {
      const code = body.codePointAt(at)!;
      at += code > 0xffff ? 2 : 1;
      return code;
    }
    const hex = /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/.exec(body.slice(at));
    at += hex ? hex[0].length : 2;
    if (hex) return Number.parseInt(hex[1] ?? hex[2]!, 16);
    return { n: 10, r: 13, t: 9 }[body[at - 1]!] ?? body.charCodeAt(at - 1);
  };
  const options = (): Node => {
    const found = [sequence()];
    while (body[at] === '|') {
      at++;
      found.push(sequence());
    }
    return { kind: 'any', options: found };
  };
  const sequence = (): Node => {
    const parts: Node[] = [];
    for (;;) {
      space();
      if (at >= body.length || body[at] === '|' || body[at] === ')') break;
      parts.push(repeated(item()));
    }
    return { kind: 'all', parts };
  };
  const repeated = (part: Node): Node => {
    const match = /^(?:[*+?]|\{(\d+)(?:,(\d+))?\})/.exec(body.slice(at));
    if (!match) return part;
    at += match[0].length;
    const [sign, from, to] = match;
    if (from !== undefined) return { kind: 'repeat', part, from: Number(from), to: Number(to ?? from) };
    return { kind: 'repeat', part, from: sign === '+' ? 1 : 0, to: sign === '?' ? 1 : 6 };
  };
  const item = (): Node => {
    const first = body[at]!;
    if (first === '(') {
      at++;
      const inner = options();
      at++;
      return inner;
    }
    if (first === '"') {
      at++;
      let text = '';
      while (body[at] !== '"') text += String.fromCodePoint(character());
      at++;
      return { kind: 'text', text };
    }
    if (first === '[') {
      at++;
      const negated = body[at] === '^';
      if (negated) at++;
      const ranges: [number, number][] = [];
      while (body[at] !== ']') {
        const from = character();
        if (body[at] === '-' && body[at + 1] !== ']') {
          at++;
          ranges.push([from, character()]);
        } else ranges.push([from, from]);
      }
      at++;
      return { kind: 'class', negated, ranges };
    }
    const name = /^[A-Za-z0-9-]+/.exec(body.slice(at))?.[0];
    if (name === undefined) throw new Error(`cannot read ${body.slice(at)}`);
    at += name.length;
    return { kind: 'rule', name };
  };
  return options();
}

/** Characters that matter to some parser, offered first where a class takes them. */
const telling = Array.from('</>{}"\'\\`=[]: \n\tpfeEx0😀\r\u00a0', (one) => one.codePointAt(0)!);

/** A text of the grammar; `random` gives numbers from 0 to below 1. */
export function sampleGbnf(grammar: Map<string, Node>, random: () => number, root = 'root'): string {
  let budget = 400;
  const short = new Map<string, number>();
  const size = (node: Node, depth = 0): number => {
    if (depth > 60) return 1000;
    switch (node.kind) {
      case 'text':
      case 'class':
        return 1;
      case 'rule': {
        const known = short.get(node.name);
        if (known !== undefined) return known;
        short.set(node.name, 1000);
        const found = size(grammar.get(node.name)!, depth + 1);
        short.set(node.name, found);
        if (found >= 1000) short.delete(node.name);
        return found;
      }
      case 'all':
        return node.parts.reduce((sum, part) => sum + size(part, depth + 1), 0);
      case 'any':
        return Math.min(...node.options.map((option) => size(option, depth + 1)));
      case 'repeat':
        return node.from === 0 ? 0 : size(node.part, depth + 1);
    }
  };
  const write = (node: Node): string => {
    budget--;
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'class': {
        const takes = (code: number): boolean =>
          node.ranges.some(([from, to]) => code >= from && code <= to) !== node.negated;
        const good = telling.filter(takes);
        const [from, to] = node.ranges[Math.floor(random() * node.ranges.length)] ?? [97, 122];
        if (!node.negated && (good.length === 0 || random() < 0.7)) {
          return String.fromCodePoint(from + Math.floor(random() * (to - from + 1)));
        }
        if (good.length > 0 && random() < 0.8)
          return String.fromCodePoint(good[Math.floor(random() * good.length)]!);
        return takes(97) ? 'a' : String.fromCodePoint(good[0] ?? 98);
      }
      case 'rule': {
        const rule = grammar.get(node.name);
        if (!rule) throw new Error(`no rule ${node.name}`);
        return write(rule);
      }
      case 'all':
        return node.parts.map(write).join('');
      case 'any': {
        const sizes = node.options.map((option) => size(option));
        const least = Math.min(...sizes);
        const open = node.options.filter((_, index) => budget > 0 || sizes[index] === least);
        return write(open[Math.floor(random() * open.length)]!);
      }
      case 'repeat': {
        const most = budget > 0 ? Math.min(node.to, node.from + 6) : node.from;
        const times = node.from + Math.floor(random() * (most - node.from + 1));
        return Array.from({ length: times }, () => write(node.part)).join('');
      }
    }
  };
  return write(grammar.get(root)!);
}
