/** Pieces of grammars in llama.cpp's GBNF: literals, character classes, JSON by schema, text without certain tags. */
import { isRecord } from './json-reader';
import { typesOf } from './schema';
import type { JsonSchema } from './types';

/** A body that names its own rule. */
type RecurringBody = (name: string, rules: Rules) => string;

/** Rules under construction. Equal bodies share one rule, and so do uses of the same function for one. */
export interface Rules {
  /** Adds a rule and answers its name, made from `hint`. `body` may need the name itself, to recur. */
  add(hint: string, body: string | RecurringBody): string;
  /** All rules, one a line. */
  text(): string;
}

/** An empty set of rules. */
export function createRules(): Rules {
  const bodies = new Map<string, string>();
  const known = new Map<string | RecurringBody, string>();
  const rules: Rules = {
    add(hint, body) {
      const shared = known.get(body);
      if (shared !== undefined) return shared;
      const name = unusedName(hint, bodies);
      // Taken before the body is made, which may add rules of its own.
      bodies.set(name, '');
      known.set(body, name);
      bodies.set(name, typeof body === 'string' ? body : body(name, rules));
      return name;
    },
    text: () => [...bodies].map(([name, body]) => `${name} ::= ${body}`).join('\n'),
  };
  return rules;
}

function unusedName(hint: string, taken: ReadonlyMap<string, string>): string {
  const clean = hint.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'rule';
  for (let number = 0; ; number++) {
    const name = number === 0 ? clean : `${clean}-${String(number)}`;
    if (!taken.has(name)) return name;
  }
}

/** A literal. */
export function literal(text: string): string {
  return `"${Array.from(text, (character) => escaped(character, '"\\')).join('')}"`;
}

/** A class of characters, or of all others. */
export function characters(set: string, negated = false): string {
  return `[${negated ? '^' : ''}${[...new Set(set)].map((character) => escaped(character, '\\[]^-')).join('')}]`;
}

/** The empty text. llama.cpp takes nothing at all behind the last `|` for the next line. */
export const nothing = '""';

/** One of several expressions; nothing for none, since an empty group is no GBNF. */
export function either(options: readonly string[]): string {
  const [first = nothing, ...others] = new Set(options);
  return others.length === 0 ? first : `(${[first, ...others].join(' | ')})`;
}

function escaped(character: string, special: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (code < 32 || code === 127) return `\\x${code.toString(16).padStart(2, '0')}`;
  // Blanks that nobody could tell apart when reading a grammar.
  if (code > 127 && /\s/.test(character)) return `\\u${code.toString(16).padStart(4, '0')}`;
  if (character === '^' || character === '-') {
    return special.includes(character) ? `\\x${code.toString(16)}` : character;
  }
  return special.includes(character) ? `\\${character}` : character;
}

/** White space as JavaScript's `\s` has it, without the line feed. */
export const otherSpace =
  '\t\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** What may follow a beginning that means something in a text that is otherwise free. */
export interface Beginning {
  /** Such as `</path`; all begin with the same character, which stands nowhere else in them. */
  text: string;
  /** Characters after which the text is free again, as a class. */
  next: string;
  /** False if the text may not end here, and no other beginning may follow either. */
  open?: boolean;
  /** More that may follow, as an expression; the text is free after it. */
  or?: string;
}

/**
 * A rule for free text: any characters, but each of the `beginnings` goes on only as it says. The rules are the states
 * of the automaton that looks for all of them at once, so the text is read once, however long it is.
 */
export function freeText(rules: Rules, hint: string, beginnings: readonly Beginning[]): string {
  const first = beginnings[0]?.text.charAt(0) ?? '';
  const prefixes = new Set(
    beginnings.flatMap(({ text }) => Array.from(text, (_, at) => text.slice(0, at + 1))),
  );
  const special = new Map(beginnings.map((beginning) => [beginning.text, beginning]));

  return rules.add(hint, (free) => {
    const states = new Map<string, string>();
    const stateOf = (prefix: string): string => {
      const known = states.get(prefix);
      if (known !== undefined) return known;
      return rules.add(hint, (name) => {
        states.set(prefix, name);
        const longer = [...prefixes].filter(
          (other) => other.length === prefix.length + 1 && other.startsWith(prefix),
        );
        const options = longer.map((other) => `${literal(other.slice(-1))} ${stateOf(other)}`);
        const beginning = special.get(prefix);
        const restart = `${literal(first)} ${stateOf(first)}`;
        if (beginning) {
          options.push(`${beginning.next} ${free}`);
          if (beginning.or !== undefined) options.push(`${beginning.or} ${free}`);
          if (beginning.open !== false) options.push(restart, nothing);
        } else {
          const others = first + longer.map((other) => other.slice(-1)).join('');
          options.push(restart, `${characters(others, true)} ${free}`, nothing);
        }
        return options.join(' | ');
      });
    };
    return `${characters(first, true)} ${free} | ${literal(first)} ${stateOf(first)} | ${nothing}`;
  });
}

/** A JSON value that fits a schema: types, fixed values, items and members all the way down. */
export function jsonValue(rules: Rules, schema: unknown): string {
  if (!isRecord(schema)) return anyJson(rules);
  const { enum: listed, const: fixed } = schema as JsonSchema;
  if (fixed !== undefined) return literal(JSON.stringify(fixed));
  if (Array.isArray(listed)) return either(listed.map((value) => literal(JSON.stringify(value))));
  const { anyOf, oneOf, allOf, type } = schema as JsonSchema;
  const branches = anyOf ?? oneOf;
  if (type === undefined && Array.isArray(branches)) {
    return either(branches.map((branch) => jsonValue(rules, branch)));
  }
  const types = allOf === undefined ? typesOf(schema) : undefined;
  if (types === undefined) return anyJson(rules);
  return either(types.map((one) => jsonOfType(rules, one, schema)));
}

function jsonOfType(rules: Rules, type: string, schema: JsonSchema): string {
  switch (type) {
    case 'string':
      return jsonString(rules);
    case 'integer':
      return rules.add('integer', '"-"? ("0" | [1-9] [0-9]{0,39})');
    case 'number':
      return rules.add(
        'number',
        '"-"? ("0" | [1-9] [0-9]{0,39}) ("." [0-9]{1,40})? ([eE] [-+]? [0-9]{1,2})?',
      );
    case 'boolean':
      return rules.add('boolean', '"true" | "false"');
    case 'null':
      return '"null"';
    case 'array':
      return list(rules, jsonValue(rules, schema.items));
    case 'object':
      return jsonObject(rules, schema);
    default:
      return anyJson(rules);
  }
}

/** An object with the declared members in their declared order, each at most once, the required ones always. */
export function jsonObject(rules: Rules, schema: JsonSchema): string {
  const members = Object.entries(isRecord(schema.properties) ? schema.properties : {});
  if (members.length === 0) {
    if (schema.additionalProperties === false) return '"{}"';
    const value = jsonValue(rules, schema.additionalProperties);
    const member = `${jsonString(rules)} ":" ${blank(rules)} ${value}`;
    return rules.add('object', `"{" (${member} ("," ${blank(rules)} ${member})*)? "}"`);
  }
  const required = new Set(schema.required ?? []);
  const from = (index: number, isFirst: boolean): string => {
    const [key, value] = members[index] ?? [];
    if (key === undefined) return nothing;
    const comma = isFirst ? '' : `"," ${blank(rules)} `;
    const given = `${comma}${literal(`${JSON.stringify(key)}:`)} ${blank(rules)} ${jsonValue(rules, value)}`;
    const rest = from(index + 1, false);
    const body = `${given} ${rest}`;
    return rules.add('members', required.has(key) ? body : `${body} | ${from(index + 1, isFirst)}`);
  };
  return rules.add('object', `"{" ${from(0, true)} "}"`);
}

function list(rules: Rules, item: string): string {
  return rules.add('array', `"[" (${item} ("," ${blank(rules)} ${item})*)? "]"`);
}

function jsonString(rules: Rules): string {
  return rules.add(
    'string',
    String.raw`"\"" ([^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""`,
  );
}

function blank(rules: Rules): string {
  return rules.add('blank', '" "?');
}

function anyJson(rules: Rules): string {
  return rules.add('json', anyJsonBody);
}

function anyJsonBody(json: string, rules: Rules): string {
  const member = `${jsonString(rules)} ":" ${blank(rules)} ${json}`;
  const scalars = ['number', 'boolean', 'null'].map((type) => jsonOfType(rules, type, {}));
  return [
    jsonString(rules),
    ...scalars,
    list(rules, json),
    `"{" (${member} ("," ${blank(rules)} ${member})*)? "}"`,
  ].join(' | ');
}
