/**
 * Finds the end of a bracketed JSON text that arrives in pieces. It follows strings and brackets only, so it goes on
 * over most mistakes; `scan` stops at every `<` as well, because there the envelope may end.
 */
export class JsonExtent {
  done = false;
  /** The quote of the string that the scan stands in. */
  quote = '';
  private depth = 0;
  private escaped = false;

  /** `careful` stops at characters that stand in no JSON text, too. */
  constructor(private readonly careful = false) {}

  /** Scans from `from`; answers the index behind the last bracket (`done`), of a `<`, or the text's length. */
  scan(text: string, from: number): number {
    let index = from;
    while (index < text.length) {
      if (this.quote !== '') {
        index = this.scanString(text, index);
        if (text.charCodeAt(index) === lessThan && this.quote !== '') return index;
        continue;
      }
      const code = text.charCodeAt(index);
      if (code === lessThan || (this.careful && !outsideStrings.test(text.charAt(index)))) return index;
      index++;
      if (code === doubleQuote || code === singleQuote) this.quote = String.fromCharCode(code);
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
}

/** What may stand outside strings, Python's literals and unquoted keys included. */
const outsideStrings = /[\s\w{}[\],:"'.+-]/;

const lessThan = 0x3c;
const doubleQuote = 0x22;
const singleQuote = 0x27;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
