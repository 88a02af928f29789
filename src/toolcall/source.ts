import { TextBuffer } from './text-buffer';

/** A coroutine that yields whenever it needs more input than has arrived. */
export type Wait<T> = Generator<undefined, T, undefined>;

/** What a reader does with all that comes, until something in it needs a look. */
export interface Passing {
  stops: RegExp;
  take: (text: string) => void;
}

/**
 * The input of a coroutine parser: a short window of what is not consumed yet. Readers look at `text` from `pos`,
 * advance `pos`, and yield when they need more; a yield may move the window, so no index survives one. What a
 * candidate has consumed can be kept, so that it can be given back as text or read again.
 */
export class Source {
  text = '';
  pos = 0;
  closed = false;
  /** Characters consumed before the window. */
  private base = 0;
  private keptFrom = -1;
  private readonly buffer = new TextBuffer();
  private passing: Passing | undefined;

  /** Absolute offset of `pos` in UTF-16 units. */
  get offset(): number {
    return this.base + this.pos;
  }

  push(chunk: string): void {
    this.compact();
    this.text = this.text === '' ? chunk : this.text + chunk;
  }

  /**
   * Before a yield, with all consumed: chunks in which nothing stops are taken without waking the reader, which lies
   * under a number of others. It is woken by the first one that holds a stop, as if it had been asked for all of them.
   */
  pass(passing: Passing): void {
    this.passing = passing;
  }

  /** Takes a chunk for the reader that waits, if that reader said how; false if it must be woken. */
  passOver(chunk: string): boolean {
    const { passing } = this;
    if (!passing || this.pos < this.text.length || chunk.search(passing.stops) >= 0) {
      this.passing = undefined;
      return false;
    }
    this.compact();
    if (this.keptFrom >= 0) this.buffer.add(chunk);
    this.base += chunk.length;
    passing.take(chunk);
    return true;
  }

  /** Drops what is consumed from the window. */
  compact(): void {
    if (this.pos === 0) return;
    if (this.keptFrom >= 0) this.buffer.add(this.text.slice(0, this.pos));
    this.base += this.pos;
    this.text = this.text.slice(this.pos);
    this.pos = 0;
  }

  /** Starts keeping what is consumed from here on. */
  keep(): void {
    this.compact();
    this.keptFrom = this.base;
    this.buffer.clear();
  }

  /** What was consumed between two absolute offsets, the first one at or after the last {@link keep}. */
  kept(from: number, to = this.offset): string {
    this.compact();
    return this.buffer.slice(from - this.keptFrom, to - this.keptFrom);
  }

  /** All that was consumed since {@link keep}. */
  taken(): string {
    return this.kept(this.keptFrom);
  }

  release(): void {
    this.keptFrom = -1;
    this.buffer.clear();
  }

  /** Moves back to an absolute offset at or after the last {@link keep}, and stops keeping. */
  rewind(offset: number): void {
    this.text = this.kept(offset) + this.text;
    this.base = offset;
    this.release();
  }

  /** Consumes and returns the text up to a window index. */
  take(end: number): string {
    const taken = this.text.slice(this.pos, end);
    this.pos = end;
    return taken;
  }
}

/** True if the input goes on with `literal`; waits only while what has arrived is a prefix of it. Consumes nothing. */
export function* startsWith(source: Source, literal: string): Wait<boolean> {
  for (;;) {
    if (source.text.startsWith(literal, source.pos)) return true;
    const have = source.text.length - source.pos;
    if (have >= literal.length || source.closed) return false;
    if (!literal.startsWith(source.text.slice(source.pos))) return false;
    yield;
  }
}

/** Consumes `literal` if the input goes on with it. */
export function* accept(source: Source, literal: string): Wait<boolean> {
  if (!(yield* startsWith(source, literal))) return false;
  source.pos += literal.length;
  return true;
}

/** The next character without consuming it; empty at the end of the input. */
export function* peek(source: Source): Wait<string> {
  while (source.pos >= source.text.length) {
    if (source.closed) return '';
    yield;
  }
  return source.text.charAt(source.pos);
}

/** Consumes white space and returns it. */
export function* skipSpace(source: Source): Wait<string> {
  let space = '';
  for (;;) {
    let end = source.pos;
    while (end < source.text.length && isSpace(source.text.charCodeAt(end))) end++;
    space += source.take(end);
    if (end < source.text.length || source.closed) return space;
    yield;
  }
}

/** Longest tag that is waited for, in UTF-16 units. */
const tagLimit = 512;

/**
 * The tag that begins at the next character, with its `>`; null if a line end, another `<` or the end comes first.
 * Consumes nothing.
 */
export function* peekTag(source: Source): Wait<string | null> {
  let checked = 1;
  for (;;) {
    const { text, pos } = source;
    for (; pos + checked < text.length; checked++) {
      const character = text.charAt(pos + checked);
      if (character === '>') return text.slice(pos, pos + checked + 1);
      if (character === '<' || character === '\n' || checked > tagLimit) return null;
    }
    if (source.closed) return null;
    yield;
  }
}

/** Longest word that is waited for, in UTF-16 units. */
export const longestWord = 128;

/** The content of an element that holds one word, `<function>NAME</function>`, and the element's length. */
export function* peekElement(
  source: Source,
  element: string,
): Wait<{ content: string; length: number } | undefined> {
  const close = `</${element}>`;
  const limit = element.length + 2 + longestWord + close.length;
  const pattern = new RegExp(`<${element}>([\\w.-]+)</${element}>`, 'y');
  const beginning = new RegExp(`^<${element}>[\\w.-]*(<[/\\w]*)?$`);
  for (;;) {
    pattern.lastIndex = source.pos;
    const match = pattern.exec(source.text);
    if (match) return { content: match[1] ?? '', length: match[0].length };
    const seen = source.text.slice(source.pos, source.pos + limit);
    if (source.closed || seen.length === limit || !beginning.test(seen)) return undefined;
    yield;
  }
}

/**
 * Consumes up to the first of several tags, all of which begin with `<`, and answers which it is; undefined, with all
 * consumed, if the input ends before one.
 */
export function* findTag(source: Source, tags: readonly string[]): Wait<string | undefined> {
  for (;;) {
    const next = source.text.indexOf('<', source.pos);
    source.pos = next < 0 ? source.text.length : next;
    if (next < 0) {
      if (source.closed) return undefined;
      yield;
      continue;
    }
    for (const tag of tags) if (yield* startsWith(source, tag)) return tag;
    source.pos++;
  }
}

/** White space as tags and JSON know it. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
