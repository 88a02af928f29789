import { isSpace } from './source';
import type { ToolCallEvent } from './types';

/** A call at the end of the message so far, which counts only if nothing visible follows. */
export interface TailCall {
  /** Gives out the events of the call. */
  give: () => void;
  /** Takes back its previews. */
  drop: () => void;
}

/**
 * Collects events and owns the text between calls. It holds back what may turn out to be no text: trailing white space,
 * which goes if a call follows, and calls that count only at the end of the message.
 */
export class Output {
  /** Only spaces and tabs since the last line end, or nothing yet, or a call directly before. */
  atLineStart = true;
  /** The same, but with the `>` of a Markdown quotation before it. */
  atQuoteStart = true;
  /** The last character of the text so far. */
  lastCharacter = '\n';
  /** Only white space since the last call. */
  afterCall = false;
  /** Any visible text so far. */
  seenText = false;
  /** Offset up to which events tile the input. */
  private tiledTo = 0;
  private held = '';
  private tail: TailCall[] = [];
  private events: ToolCallEvent[] = [];

  drain(): ToolCallEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }

  add(event: ToolCallEvent): void {
    this.events.push(event);
  }

  /** A further part of a string argument; `index` is undefined for a call without previews. */
  delta(index: number | undefined, key: string, delta: string): void {
    if (index === undefined || delta === '') return;
    const last = this.events.at(-1);
    if (last?.type === 'argument-delta' && last.index === index && last.key === key) last.delta += delta;
    else this.add({ type: 'argument-delta', index, key, delta });
  }

  /** Text that directly follows everything said so far. */
  text(text: string): void {
    if (text === '') return;
    this.atLineStart = blankAfter(this.atLineStart, text);
    this.atQuoteStart = blankAfter(this.atQuoteStart, text, true);
    this.lastCharacter = text.charAt(text.length - 1);
    const visible = visibleLength(text);
    if (visible > 0) {
      this.flushHeld(this.held.length);
      this.emitText(text.slice(0, visible));
      this.seenText = true;
    }
    this.held += visible === 0 ? text : text.slice(visible);
  }

  /** An event that covers `start` to `end`; the white space before it is part of no text. */
  tile(event: ToolCallEvent, start: number, end: number): void {
    this.flushHeld(this.tail.length > 0 ? visibleLength(this.held) : 0);
    this.held = '';
    this.skipTo(start);
    this.add(event);
    this.tiledTo = end;
    this.afterCall = true;
    this.atLineStart = true;
    this.atQuoteStart = true;
    this.lastCharacter = '\n';
  }

  /** Leaves out what directly follows, up to `end`, without making it a call. */
  skip(end: number): void {
    this.flushHeld(this.held.length);
    this.skipTo(end);
  }

  /** Holds the source of calls that count only if the message ends after them. */
  holdTail(raw: string, calls: TailCall[]): void {
    this.held += raw;
    this.tail.push(...calls);
    this.atLineStart = true;
    this.atQuoteStart = true;
    this.lastCharacter = '\n';
  }

  /** Gives out what is held: as calls if `tailCounts`, else as text. */
  finish(end: number, tailCounts: boolean): void {
    if (tailCounts && this.tail.length > 0) {
      const calls = this.tail;
      this.tail = [];
      for (const call of calls) call.give();
      this.held = '';
      this.skipTo(end);
    } else if (this.tail.length > 0 || !this.afterCall) this.flushHeld(this.held.length);
    else this.skipTo(end);
  }

  /** Makes the first `length` characters of what is held text. */
  private flushHeld(length: number): void {
    for (const call of this.tail) call.drop();
    this.tail = [];
    if (length === 0) return;
    this.emitText(this.held.slice(0, length));
    this.held = this.held.slice(length);
  }

  private emitText(text: string): void {
    let from = 0;
    if (this.afterCall) {
      while (isSpace(text.charCodeAt(from))) from++;
      this.skipTo(this.tiledTo + from);
      if (from === text.length) return;
      this.afterCall = false;
    }
    const start = this.tiledTo;
    this.tiledTo += text.length - from;
    const last = this.events.at(-1);
    if (last?.type === 'text') {
      last.text += text.slice(from);
      last.end = this.tiledTo;
    } else this.add({ type: 'text', text: text.slice(from), start, end: this.tiledTo });
  }

  private skipTo(end: number): void {
    if (end <= this.tiledTo) return;
    const last = this.events.at(-1);
    if (last?.type === 'skipped') last.end = end;
    else this.add({ type: 'skipped', start: this.tiledTo, end });
    this.tiledTo = end;
  }
}

/** Length of the text without trailing white space. */
function visibleLength(text: string): number {
  let visible = text.length;
  while (visible > 0 && isSpace(text.charCodeAt(visible - 1))) visible--;
  return visible;
}

/**
 * Whether only spaces and tabs stand on the line that `text` ends in, given that for what stood before it; `quoted`
 * counts the marks of a Markdown quotation as blank.
 */
export function blankAfter(blankBefore: boolean, text: string, quoted = false): boolean {
  const lineEnd = text.lastIndexOf('\n');
  if (lineEnd < 0 && !blankBefore) return false;
  for (let index = lineEnd + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 32 && code !== 9 && code !== 13 && !(quoted && code === 62)) return false;
  }
  return true;
}
