import { blankAfter } from './output';
import type { ParseContext } from './context';
import { functionClose, functionName, opensBlock, parameterKey } from './frame-tags';
import {
  type Passing,
  type Source,
  type Wait,
  accept,
  peek,
  peekElement,
  peekTag,
  skipSpace,
  startsWith,
} from './source';

/** How a value ended. */
export type ValueEnd =
  /** By its own closer, or by the opener of the next parameter. */
  | { kind: 'closed'; raw: string; tolerances: string[] }
  /** By the block's closer, which is consumed; `space` is what was consumed behind it, `end` the offset before that. */
  | { kind: 'function-closed'; raw: string; tolerances: string[]; end: number; space: string }
  /** By the opener of another call, in the second reading only. */
  | { kind: 'broken' }
  /** By the end of the input. `nested`: openers inside the value were counted, so a second reading may find its end. */
  | { kind: 'end'; nested: boolean };

/** What stands around a value. */
export interface ValueFrame {
  /** Closing tag of the block. */
  close: string;
  /** True for a key whose opener ends a value that was left open. */
  declares: (key: string) => boolean;
  /** The values stand behind elements that hold their keys, so they have no closers of their own. */
  nameless: boolean;
}

/**
 * Reads one parameter's raw value, from behind its opening tag. A closer counts only if what follows it can follow a
 * parameter; blocks inside the value are counted, so that a value may hold whole calls.
 */
export function* readValue(
  context: ParseContext,
  frame: ValueFrame,
  onDelta: (delta: string) => void,
): Wait<ValueEnd> {
  const { source } = context;
  const multiLine = (yield* peek(source)) === '\n';
  if (multiLine) source.pos++;
  const value = new ValueText(source, onDelta);
  const passing: Passing = { stops: tagStart, take: (text) => value.add(text) };
  // A frame that is written in one line has no line starts to look for.
  const mayEnd = (): boolean => value.blankLine || (frame.nameless && !multiLine);
  let parameters = 0;
  let functions = 0;
  let nested = false;
  for (;;) {
    // Only what can begin one of the frame's tags stops the scan.
    tagStart.lastIndex = source.pos;
    const next = tagStart.exec(source.text)?.index ?? -1;
    value.add(source.take(next < 0 ? source.text.length : next));
    if (next < 0) {
      if (source.closed) return { kind: 'end', nested };
      source.pass(passing);
      yield;
      continue;
    }
    while (source.pos + 1 >= source.text.length && !source.closed) yield;
    const second = source.text.charAt(source.pos + 1);
    if (second === '/') {
      if (yield* startsWith(source, '</parameter')) {
        const tag = yield* peekTag(source);
        if (tag === null || !parameterCloser.test(tag)) {
          value.add(source.take(source.pos + 1));
        } else if (context.countNested && (parameters > 0 || functions > 0)) {
          parameters = Math.max(0, parameters - 1);
          value.add(source.take(source.pos + tag.length));
        } else {
          const end = yield* closeParameter(context, tag, frame);
          if (end.tolerances) return value.closed(end.tolerances);
          value.add(end.literal);
        }
        continue;
      }
      if (context.countNested && functions > 0) {
        if (yield* startsWith(source, functionClose)) {
          functions--;
          parameters = 0;
          value.add(source.take(source.pos + functionClose.length));
          continue;
        }
      } else if (yield* startsWith(source, frame.close)) {
        const ownLine = value.blankLine;
        const ended = yield* closeFunction(context, frame.close, ownLine && !context.countNested);
        if (ended.end !== undefined) {
          const { raw } = value.closed([], true);
          const { end, space } = ended;
          const tolerances = frame.nameless ? [] : ['missing-parameter-close'];
          return { kind: 'function-closed', raw, tolerances, end, space };
        }
        // In its own line it may have ended the value after all, which only the whole input tells.
        nested ||= ownLine;
        value.add(ended.literal);
        continue;
      }
    } else if (second === 'p' && (yield* startsWith(source, '<parameter'))) {
      const tag = yield* peekTag(source);
      const opener = tag === null ? undefined : parameterKey(tag);
      const top = parameters === 0 && functions === 0 && mayEnd();
      if (top && frame.nameless) {
        const element = yield* peekElement(source, 'parameter');
        if (element && frame.declares(element.content)) return value.closed([], true);
      }
      if (tag !== null && opener) {
        if (top && tag.startsWith('<parameter=') && frame.declares(opener.key)) {
          return value.closed(frame.nameless ? [] : ['missing-parameter-close'], true);
        }
        parameters++;
        nested = true;
        value.add(source.take(source.pos + tag.length));
        continue;
      }
    } else if (second === 'f' && (yield* startsWith(source, '<function'))) {
      const tag = yield* peekTag(source);
      if (tag !== null && functionName(tag)) {
        functions++;
        nested = true;
        value.add(source.take(source.pos + tag.length));
        continue;
      }
    } else if (second === 't' && !context.countNested && value.blankLine) {
      // The second reading has the whole input: a call that opens here means that this one was never finished.
      nextCall.lastIndex = source.pos;
      if (nextCall.test(source.text)) return { kind: 'broken' };
    }
    value.add(source.take(source.pos + 1));
  }
}

const parameterCloser = /^<\/parameter\w*\s*>$/;
const tagStart = /<(?=[/pft]|$)/g;
const nextCall = /<tool_call>\s*<function/y;

/** Collects a value; holds the last newline back, which may be the one before the closer. */
export class ValueText {
  blankLine = true;
  private readonly from: number;
  private length = 0;
  private held = '';

  /** The value begins at the source's next character. */
  constructor(
    private readonly source: Source,
    private readonly onDelta: (delta: string) => void,
  ) {
    this.from = source.offset;
  }

  add(text: string): void {
    this.blankLine = blankAfter(this.blankLine, text);
    this.length += text.length;
    // The newline before an unclosed parameter's successor may have indentation behind it.
    const lineEnd = this.blankLine ? text.lastIndexOf('\n') : -1;
    if (this.blankLine && lineEnd < 0) {
      this.held += text;
      return;
    }
    const visible = this.held + (lineEnd < 0 ? text : text.slice(0, lineEnd));
    this.held = lineEnd < 0 ? '' : text.slice(lineEnd);
    this.onDelta(visible);
  }

  /** The finished value without the newline before its closer; `unclosed` takes indentation with it. */
  closed(tolerances: string[], unclosed = false): { kind: 'closed'; raw: string; tolerances: string[] } {
    const rest = unclosed ? this.held.replace(/^\n[ \t\r]*$/, '') : this.held.replace(/\n$/, '');
    this.onDelta(rest);
    const raw = this.source.kept(this.from, this.from + this.length - this.held.length) + rest;
    return { kind: 'closed', raw, tolerances };
  }
}

/** At `</parameter>`: consumes it and decides from what follows whether it closes the value. */
function* closeParameter(
  context: ParseContext,
  tag: string,
  frame: ValueFrame,
): Wait<{ tolerances: string[]; literal?: never } | { literal: string; tolerances?: never }> {
  const { source } = context;
  const tolerances = tag === '</parameter>' ? [] : ['drifted-close'];
  let literal = source.take(source.pos + tag.length);
  for (;;) {
    literal += yield* skipSpace(source);
    if ((yield* peek(source)) === '') return { tolerances };
    if (yield* startsWith(source, frame.close)) return { tolerances };
    if (yield* startsWith(source, '</tool_call>')) return { tolerances };
    if (yield* startsWith(source, '<parameter')) {
      const opener = yield* peekTag(source);
      if (opener !== null && parameterKey(opener)) return { tolerances };
      const element = frame.nameless ? yield* peekElement(source, 'parameter') : undefined;
      if (element && frame.declares(element.content)) return { tolerances };
    }
    if (!(yield* accept(source, '</parameter>'))) return { literal };
    literal += '</parameter>';
    tolerances.push('doubled-close');
  }
}

/** At the block's closer: consumes it and decides whether it closes a parameter that was left open; `certain` if it must. */
function* closeFunction(
  context: ParseContext,
  close: string,
  certain: boolean,
): Wait<{ end: number; space: string; literal?: never } | { literal: string; end?: never }> {
  const { source } = context;
  yield* accept(source, close);
  const end = source.offset;
  const space = yield* skipSpace(source);
  if (certain || (yield* peek(source)) === '') return { end, space };
  for (const follower of ['</tool_call>', close, '<tool_call>']) {
    if (yield* startsWith(source, follower)) return { end, space };
  }
  if (yield* opensBlock(source, close !== functionClose)) return { end, space };
  return { literal: close + space };
}
