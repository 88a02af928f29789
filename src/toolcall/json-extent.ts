import type { ParseContext } from './context';
import type { JsonPreview } from './json-preview';
import { type Wait, startsWith } from './source';

/**
 * Finds the end of a bracketed JSON text that arrives in pieces. It follows strings, comments and brackets only, so it
 * goes on over most mistakes; `scan` stops at every `<` as well, because there the envelope may end.
 */
export class JsonExtent {
  done = false;
  /** The quote of the string that the scan stands in, or what opened the comment; empty outside of both. */
  quote = '';
  private depth = 0;
  private escaped = false;
  /** The last character was a slash that may open a comment, or an asterisk that may close one. */
  private half = false;

  /** `careful` stops at characters that stand in no JSON text, too. */
  constructor(private readonly careful = false) {}

  /** Scans from `from`; answers the index behind the last bracket (`done`), of a `<`, or the text's length. */
  scan(text: string, from: number): number {
    let index = from;
    while (index < text.length) {
      if (this.quote !== '') {
        const comment = this.quote === '//' || this.quote === '/*';
        index = comment ? this.scanComment(text, index) : this.scanString(text, index);
        if (text.charCodeAt(index) === lessThan && this.quote !== '') return index;
        continue;
      }
      const code = text.charCodeAt(index);
      if (code === lessThan || (this.careful && !outsideStrings.test(text.charAt(index)))) {
        this.half = false;
        return index;
      }
      index++;
      if (this.half && (code === slash || code === asterisk)) this.quote = code === slash ? '//' : '/*';
      this.half = code === slash && this.quote === '';
      if (code === doubleQuote) this.quote = '"';
      else if (code === singleQuote) this.quote = "'";
      else if (code === openBrace || code === openBracket) this.depth++;
      else if (code === closeBrace || code === closeBracket) {
        this.depth--;
        if (this.depth <= 0) {
          this.done = true;
          return index;
        }
      }
    }
    return index;
  }

  /** Scans inside a string; stops behind its closing quote, at a `<`, or at the end. */
  private scanString(text: string, from: number): number {
    let index = from;
    if (this.escaped && index < text.length) {
      this.escaped = false;
      index++;
    }
    const closing = this.quote.charCodeAt(0);
    for (; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code === lessThan) return index;
      if (code === backslash) {
        index++;
        if (index >= text.length) this.escaped = true;
      } else if (code === closing) {
        this.quote = '';
        return index + 1;
      }
    }
    return Math.min(index, text.length);
  }

  /** Scans inside a comment; stops behind its end, at a `<`, or at the end of the text. */
  private scanComment(text: string, from: number): number {
    for (let index = from; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code === lessThan) {
        this.half = false;
        return index;
      }
      const ends =
        this.quote === '//' ? code === lineFeed || code === carriageReturn : this.half && code === slash;
      this.half = this.quote === '/*' && code === asterisk;
      if (!ends) continue;
      this.quote = '';
      this.half = false;
      return index + 1;
    }
    return text.length;
  }
}

/**
 * Consumes a bracketed JSON text and returns it; undefined if the input ends first, at one of the tags `before` outside of
 * a string, or with `careful` at any character that cannot stand in JSON.
 */
export function* readExtent(
  context: ParseContext,
  preview: JsonPreview,
  { careful = false, before = [] }: { careful?: boolean; before?: readonly string[] } = {},
): Wait<string | undefined> {
  const { source } = context;
  const extent = new JsonExtent(careful);
  const from = source.offset;
  const take = (end: number): void => {
    preview.feed(source.take(end));
  };
  for (;;) {
    take(extent.scan(source.text, source.pos));
    if (extent.done) return source.kept(from);
    if (source.pos >= source.text.length) {
      if (source.closed) return undefined;
      yield;
    } else {
      if (extent.quote === '') {
        if (careful) return undefined;
        for (const tag of before) if (yield* startsWith(source, tag)) return undefined;
      }
      take(source.pos + 1);
    }
  }
}

/** What may stand outside strings, Python's literals and unquoted keys included. */
const outsideStrings = /[\s\w{}[\],:"'.+-]/;

const lessThan = 0x3c;
const slash = 0x2f;
const asterisk = 0x2a;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const doubleQuote = 0x22;
const singleQuote = 0x27;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
