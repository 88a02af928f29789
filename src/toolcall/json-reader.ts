import type { JsonObject, JsonValue } from './types';

/** What reading a JSON text gave. */
export interface JsonReading {
  value: JsonValue;
  /** Names of the leniencies that were needed; none for valid JSON. */
  tolerances: string[];
  /** Keys that occur twice in one object. */
  duplicates: string[];
  /** UTF-16 offset behind the value. */
  end: number;
}

/** Why a text is no JSON; `refused`: it may be, but holds a key that is never read. */
export interface JsonFailure {
  problem: string;
  refused?: boolean;
}

/** Keys that never become part of an object. */
export const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** True for a plain object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Thrown inside the reader only. */
class JsonProblem extends Error {
  constructor(
    message: string,
    readonly refused = false,
  ) {
    super(message);
  }
}

/** Deepest nesting that is read. */
export const maxDepth = 200;

/**
 * Reads one JSON value at `from`. Integers beyond 2^53 become bigints. `lenient` also takes raw control characters in
 * strings, trailing commas, single quotes, unquoted keys, comments and Python's literals. Answers the reason if it cannot.
 */
export function readJson(text: string, from = 0, lenient = false): JsonReading | JsonFailure {
  const reader = new JsonReader(text, from, lenient);
  try {
    const value = reader.value(0);
    return {
      value,
      tolerances: [...reader.tolerances],
      duplicates: reader.duplicates,
      end: reader.pos,
    };
  } catch (error) {
    if (error instanceof JsonProblem) return { problem: error.message, refused: error.refused };
    throw error;
  }
}

/** Reads a whole text as one value, strictly first. */
export function readWholeJson(text: string): JsonReading | JsonFailure {
  const strict = readJson(text);
  if (!('problem' in strict) && text.slice(strict.end).trim() === '') return strict;
  if ('problem' in strict && strict.refused === true) return strict;
  const lenient = readJson(text, 0, true);
  if ('problem' in lenient) return lenient;
  if (text.slice(lenient.end).trim() !== '') return { problem: 'text after the JSON value' };
  return lenient;
}

class JsonReader {
  pos: number;
  readonly tolerances = new Set<string>();
  readonly duplicates: string[] = [];

  constructor(
    private readonly text: string,
    from: number,
    private readonly lenient: boolean,
  ) {
    this.pos = from;
  }

  value(depth: number): JsonValue {
    if (depth > maxDepth) throw new JsonProblem('JSON nested too deeply');
    this.space();
    const character = this.text[this.pos];
    if (character === '{') return this.object(depth);
    if (character === '[') return this.array(depth);
    if (character === '"' || (character === "'" && this.tolerate('single-quotes'))) return this.string();
    return this.literal();
  }

  private object(depth: number): JsonObject {
    this.pos++;
    const result: JsonObject = {};
    this.space();
    while (this.text[this.pos] !== '}') {
      const key = this.key();
      this.space();
      this.expect(':');
      const value = this.value(depth + 1);
      if (refusedKeys.has(key)) throw new JsonProblem(`the key ${key} is refused`, true);
      if (Object.hasOwn(result, key)) this.duplicates.push(key);
      result[key] = value;
      this.separator('}');
    }
    this.pos++;
    return result;
  }

  private array(depth: number): JsonValue[] {
    this.pos++;
    const result: JsonValue[] = [];
    this.space();
    while (this.text[this.pos] !== ']') {
      result.push(this.value(depth + 1));
      this.separator(']');
    }
    this.pos++;
    return result;
  }

  /** A comma between members, or nothing before the closer. */
  private separator(closer: string): void {
    this.space();
    if (this.text[this.pos] === closer) return;
    this.expect(',');
    this.space();
    if (this.text[this.pos] === closer && !this.tolerate('trailing-comma')) this.fail();
  }

  private key(): string {
    const character = this.text[this.pos];
    if (character === '"' || (character === "'" && this.tolerate('single-quotes'))) return this.string();
    const bare = this.match(/[A-Za-z_$][\w$-]*/y);
    if (bare !== undefined && this.tolerate('unquoted-key')) return bare;
    return this.fail();
  }

  private string(): string {
    const quote = this.text.charAt(this.pos++);
    return (quote === '"' ? this.strictString() : undefined) ?? this.pieces(quote);
  }

  /** A string as JSON has it, decoded at one go: putting a long one together by its escapes costs a multiple. */
  private strictString(): string | undefined {
    const end = closingQuote(this.text, this.pos);
    try {
      const value = JSON.parse(this.text.slice(this.pos - 1, end + 1)) as string;
      this.pos = end + 1;
      return value;
    } catch {
      return undefined;
    }
  }

  private pieces(quote: string): string {
    let result = '';
    for (;;) {
      const end = endOfPlain(this.text, this.pos, quote.charCodeAt(0));
      result += this.text.slice(this.pos, end);
      this.pos = end;
      const character = this.text[end];
      if (character === undefined) throw new JsonProblem('a string does not end');
      if (character === quote) break;
      if (character === '\\') result += this.escape();
      else if (this.tolerate('raw-control-character')) {
        result += character;
        this.pos++;
      } else this.fail();
    }
    this.pos++;
    return result;
  }

  private escape(): string {
    const character = this.text.charAt(this.pos + 1);
    const simple = simpleEscapes[character];
    if (simple !== undefined) {
      this.pos += 2;
      return simple;
    }
    const hex = /^u([0-9A-Fa-f]{4})/.exec(this.text.slice(this.pos + 1, this.pos + 6))?.[1];
    if (hex !== undefined) {
      this.pos += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    if (character === "'" && this.tolerate('single-quotes')) {
      this.pos += 2;
      return character;
    }
    return this.fail();
  }

  private literal(): JsonValue {
    const number = this.match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y);
    if (number !== undefined) return exactNumber(number);
    const word = this.match(/[A-Za-z]+/y) ?? this.fail();
    if (word in jsonWords) return jsonWords[word] ?? null;
    if (word in pythonWords && this.tolerate('python-literal')) return pythonWords[word] ?? null;
    return this.fail();
  }

  private space(): void {
    this.match(/[ \t\r\n]+/y);
    while (this.text[this.pos] === '/' && this.lenient) {
      if (this.match(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y) === undefined) return;
      this.tolerate('comment');
      this.match(/[ \t\r\n]+/y);
    }
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.pos;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.pos += found.length;
    return found;
  }

  private expect(character: string): void {
    if (this.text[this.pos] !== character) this.fail();
    this.pos++;
  }

  private tolerate(name: string): boolean {
    if (this.lenient) this.tolerances.add(name);
    return this.lenient;
  }

  private fail(): never {
    const found = this.text[this.pos];
    throw new JsonProblem(
      found === undefined ? 'the JSON ends too early' : `unexpected ${JSON.stringify(found)} in the JSON`,
    );
  }
}

/** Index of the first character from `from` on that is a quote, a backslash or a control character. */
function endOfPlain(text: string, from: number, quote: number): number {
  let end = from;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === quote || code === backslash || code < firstPrintable) break;
  }
  return end;
}

/** Index of the quote that ends a string whose content begins at `from`, or the text's length. */
function closingQuote(text: string, from: number): number {
  for (let end = from; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === backslash) end++;
    else if (code === doubleQuote) return end;
  }
  return text.length;
}

const doubleQuote = 0x22;
const backslash = 0x5c;
const firstPrintable = 0x20;

/** What a character behind a backslash stands for. */
export const simpleEscapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const jsonWords: Record<string, JsonValue> = { true: true, false: false, null: null };
const pythonWords: Record<string, JsonValue> = { True: true, False: false, None: null };

/** A JSON number's value; an integer that a double would change is a bigint. */
export function exactNumber(text: string): number | bigint {
  const value = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value;
}

/** JSON text of a value with every digit of its integers; `indent` of 0 writes no white space. */
export function stringifyExact(value: JsonValue, separators = { item: ',', key: ':' }): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) {
    return `[${value.map((item) => stringifyExact(item, separators)).join(separators.item)}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}${separators.key}${stringifyExact(item, separators)}`,
    );
    return `{${members.join(separators.item)}}`;
  }
  return JSON.stringify(value);
}
