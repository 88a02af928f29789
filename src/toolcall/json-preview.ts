import { type ParseContext, dropPreview, startPreview } from './context';
import { maxDepth, simpleEscapes } from './json-reader';

/** A container that the preview stands in; `key` is the last key of an object. */
interface Level {
  object: boolean;
  key: string;
}

/** What becomes of a string. */
type Role = 'key' | 'name' | 'argument' | 'other';

/**
 * Follows a call that is written as JSON while it arrives: says its name as soon as that is read, and gives out the
 * string arguments, decoded, with the text that brought them. It reads strict JSON only and falls silent at anything
 * else, for it previews; what the call really says is decided when its end is there.
 */
export class JsonPreview {
  /** Calls whose previews have begun, by their place in the list. */
  private readonly begun = new Map<number, { name: string; index: number }>();
  private readonly levels: Level[] = [];
  private place = 0;
  private expects: 'value' | 'key' | 'colon' | 'next' | 'nothing' = 'value';
  /** Set inside a string. */
  private role: Role | undefined;
  private decoded = '';
  private escape = '';

  /** With `call` the text is the arguments alone, of a call whose preview has begun already. */
  constructor(
    private readonly context: ParseContext,
    private readonly call?: { index?: number | undefined },
  ) {}

  /** Takes the next piece of the text. */
  feed(text: string): void {
    if (this.expects === 'nothing') return;
    let at = 0;
    while (at < text.length && !this.silent())
      at = this.role === undefined ? this.step(text, at) : this.inString(text, at);
    if (this.role === 'argument') this.say();
  }

  /** The index of a call's previews, if there are any under its name; each can be had once. */
  claim(place: number, name: string | undefined): number | undefined {
    const begun = this.begun.get(place);
    if (begun === undefined || (name !== undefined && begun.name !== name)) return undefined;
    this.begun.delete(place);
    return begun.index;
  }

  /** Takes back what nobody has claimed. */
  drop(): void {
    for (const { index } of this.begun.values()) dropPreview(this.context, index);
    this.begun.clear();
    this.expects = 'nothing';
  }

  private silent(): boolean {
    return this.expects === 'nothing';
  }

  /** One character outside of strings; answers the index behind it. */
  private step(text: string, at: number): number {
    const character = text.charAt(at);
    const level = this.levels.at(-1);
    if (character === '"' && (this.expects === 'key' || this.expects === 'value')) this.openString();
    else if ((character === '{' || character === '[') && this.expects === 'value') {
      this.levels.push({ object: character === '{', key: '' });
      this.expects = this.levels.length > maxDepth ? 'nothing' : character === '{' ? 'key' : 'value';
    } else if ((character === '}' || character === ']') && level !== undefined) this.closeLevel();
    else if (character === ':' && this.expects === 'colon') this.expects = 'value';
    else if (character === ',' && this.expects === 'next')
      this.expects = level?.object === true ? 'key' : 'value';
    else if (/[\w.+-]/.test(character) && (this.expects === 'value' || this.expects === 'next'))
      this.expects = 'next';
    else if (!/\s/.test(character)) this.expects = 'nothing';
    return at + 1;
  }

  private closeLevel(): void {
    this.levels.pop();
    this.expects = 'next';
    const [outer] = this.levels;
    if (outer === undefined || (this.levels.length === 1 && !outer.object)) this.place++;
  }

  private openString(): void {
    this.decoded = '';
    this.role = this.expects === 'key' ? 'key' : this.roleOfValue();
  }

  private roleOfValue(): Role {
    if (this.levels.length > deepest) return 'other';
    const path = this.levels
      .filter(({ object }, depth) => object || depth > 0)
      .map(({ object, key }) => (object ? key : '[]'));
    if (this.call) return path.length === 1 && this.call.index !== undefined ? 'argument' : 'other';
    if (path[0] === 'function') path.shift();
    if (path.length === 1) return path[0] === 'name' && !this.begun.has(this.place) ? 'name' : 'other';
    const [word = ''] = path;
    const isArgument = path.length === 2 && argumentWords.has(word) && path[1] !== '[]';
    return isArgument && this.begun.has(this.place) ? 'argument' : 'other';
  }

  /** Characters of a string; answers the index behind what was taken. */
  private inString(text: string, at: number): number {
    if (this.escape !== '') return this.inEscape(text, at);
    const end = endOfPlain(text, at);
    if (this.role !== 'other') this.decoded += text.slice(at, end);
    if (end === text.length) return end;
    if (text.charAt(end) === '\\') this.escape = '\\';
    else this.closeString();
    return end + 1;
  }

  private inEscape(text: string, at: number): number {
    this.escape += text.charAt(at);
    const unicode = this.escape.startsWith('\\u');
    if (unicode && this.escape.length < 6) return at + 1;
    const value = unicode && hexadecimal.test(this.escape) ? Number.parseInt(this.escape.slice(2), 16) : NaN;
    const simple = simpleEscapes[this.escape.charAt(1)];
    if (unicode ? Number.isNaN(value) : simple === undefined) this.expects = 'nothing';
    else this.decoded += unicode ? String.fromCharCode(value) : (simple ?? '');
    this.escape = '';
    return at + 1;
  }

  private closeString(): void {
    const { role } = this;
    this.role = undefined;
    this.expects = role === 'key' ? 'colon' : 'next';
    const level = this.levels.at(-1);
    if (role === 'argument') this.say();
    else if (role === 'key' && level) level.key = this.decoded;
    else if (role === 'name') {
      const name = this.decoded;
      const index = startPreview(this.context, name);
      if (index !== undefined) this.begun.set(this.place, { name, index });
    }
  }

  private say(): void {
    const index = this.call ? this.call.index : this.begun.get(this.place)?.index;
    const key = this.levels.at(-1)?.key;
    if (key === undefined) return;
    this.context.output.delta(index, key, this.decoded);
    this.decoded = '';
  }
}

/** Index of the first quote or backslash from `from` on. */
function endOfPlain(text: string, from: number): number {
  let end = from;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === doubleQuote || code === backslash) break;
  }
  return end;
}

const hexadecimal = /^\\u[0-9A-Fa-f]{4}$/;
const doubleQuote = 0x22;
const backslash = 0x5c;
/** Levels around an argument: a list of calls, `{"function": {"arguments": {`. */
const deepest = 4;
const argumentWords = new Set(['arguments', 'parameters']);
