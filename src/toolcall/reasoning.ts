import type { ParseContext } from './context';
import { type Wait, accept, isSpace, peek, skipSpace, startsWith } from './source';

/**
 * Reasoning, from behind `<think>` up to `</think>`. Calls in it are reasoning, except that at the end of an input that
 * never closed it, complete strict calls are promoted; so what may be one is held until that is known.
 */
export function* readReasoning(context: ParseContext): Wait<void> {
  const { source, output } = context;
  yield* skipSpace(source);
  output.skip(source.offset);
  let untold = true;
  for (;;) {
    const next = source.text.indexOf('<', source.pos);
    untold &&= next === source.pos;
    yield* sayReasoning(context, next < 0 ? source.text.length : next, next < 0);
    if (next < 0) {
      if (source.closed) return;
      yield;
      continue;
    }
    if (yield* closeThinking(context)) return;
    if (yield* accept(source, '<think>')) {
      if (untold) yield* skipSpace(source);
      output.skip(source.offset);
      continue;
    }
    if (yield* startsWith(source, '<tool_call>')) {
      if (yield* holdCalls(context)) return;
      continue;
    }
    say(context, source.take(source.pos + 1));
  }
}

/** Consumes `</think>` and the white space behind it. */
function* closeThinking(context: ParseContext): Wait<boolean> {
  if (!(yield* accept(context.source, '</think>'))) return false;
  yield* skipSpace(context.source);
  context.output.skip(context.source.offset);
  return true;
}

/** Gives reasoning out up to a window index, less white space at the end of the reasoning. */
function* sayReasoning(context: ParseContext, end: number, more: boolean): Wait<void> {
  const { source } = context;
  let visible = end;
  while (visible > source.pos && isSpace(source.text.charCodeAt(visible - 1))) visible--;
  say(context, source.take(visible));
  if (more && !source.closed) return;
  const space = yield* skipSpace(source);
  if (space === '' || (yield* startsWith(source, '</think>')) || (yield* peek(source)) === '') return;
  say(context, space);
}

function say(context: ParseContext, text: string): void {
  if (text === '') return;
  const end = context.source.offset;
  const start = end - text.length;
  context.output.tile({ type: 'reasoning', text, start, end }, start, end);
}

/** Holds reasoning from a possible call on. Answers true if the reasoning ended. */
function* holdCalls(context: ParseContext): Wait<boolean> {
  const { source, output } = context;
  source.keep();
  yield* accept(source, '<tool_call>');
  yield* skipSpace(source);
  const next = yield* peek(source);
  const possible = next === '{' || next === '[' || next === '<';
  let closed = false;
  while (possible && !closed) {
    const end = source.text.indexOf('<', source.pos);
    source.pos = end < 0 ? source.text.length : end;
    if (end < 0) {
      if (source.closed) break;
      yield;
      continue;
    }
    closed = yield* accept(source, '</think>');
    if (!closed) source.pos++;
  }
  const held = source.taken();
  source.release();
  const end = source.offset;
  if (possible && !closed) {
    promote(context, held, end - held.length);
    return true;
  }
  const text = closed ? held.slice(0, -'</think>'.length).trimEnd() : held;
  const start = end - held.length;
  output.tile({ type: 'reasoning', text, start, end: start + text.length }, start, start + text.length);
  if (closed) output.skip(end);
  return closed;
}

/** Complete calls in reasoning that never ended become calls; the rest of it stays reasoning. */
function promote(context: ParseContext, held: string, offset: number): void {
  const { output } = context;
  let done = 0;
  const reason = (to: number): void => {
    const text = held.slice(done, to);
    const range = { start: offset + done, end: offset + to };
    if (text !== '') output.tile({ type: 'reasoning', text, ...range }, range.start, range.end);
  };
  for (const event of context.promote(held)) {
    if (event.type !== 'call') continue;
    reason(event.start);
    done = event.end;
    const index = context.nextIndex++;
    const range = { start: offset + event.start, end: offset + event.end };
    context.strictCalls++;
    output.add({ type: 'call-started', index, name: event.name });
    output.tile({ ...event, index, ...range }, range.start, range.end);
    output.add({ type: 'tolerated', reason: 'call-in-unclosed-reasoning', ...range });
  }
  reason(held.length);
}
