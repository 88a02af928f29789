import { type Certainty, type ParseContext, type WrittenCall, giveCall } from './context';
import type { Outcome } from './context';
import { type JsonCall, readJsonCalls } from './json-call';
import { JsonExtent } from './json-extent';
import { repairQuotes } from './repair-quotes';
import { type Wait, accept, peek, peekTag, skipSpace, startsWith } from './source';

/** The tags around a JSON call. */
export interface JsonFrame {
  /** Opening tag, consumed already. */
  open: string;
  close: string;
  certainty: Certainty;
  /** Reported if the frame is no strict one. */
  tolerance?: string;
}

/** How far the JSON text reaches. */
interface Body {
  /** Offsets of the text, and of what follows its closer. */
  from: number;
  to: number;
  state: 'balanced' | 'closed' | 'opener' | 'end';
  /** Offset of the first closer that stood inside a string. */
  fallback: number;
}

/** Reads the JSON of an envelope, from its first bracket on, and its closer. `start` is where the envelope began. */
export function* readJsonEnvelope(context: ParseContext, start: number, frame: JsonFrame): Wait<Outcome> {
  const { source } = context;
  const body = yield* readBody(context, frame);
  if (body.state === 'balanced') {
    const text = source.taken().slice(body.from - start, body.to - start);
    const calls = readJsonCalls(text);
    if ('problem' in calls) {
      // Balanced but unreadable: an unescaped quote may have moved the end, so the closer decides.
      yield* scanToCloser(context, frame, body);
    } else {
      const closing = yield* readClosing(context, frame, body);
      if (closing.kind !== 'garbage') return giveClosed(context, start, frame, calls, closing);
    }
  }
  return giveBroken(context, start, frame, body);
}

/** Follows the brackets to their end, or to where they cannot be right. */
function* readBody(context: ParseContext, frame: JsonFrame): Wait<Body> {
  const { source } = context;
  const extent = new JsonExtent();
  const body: Body = { from: source.offset, to: -1, state: 'end', fallback: -1 };
  for (;;) {
    source.pos = extent.scan(source.text, source.pos);
    if (extent.done) return { ...body, to: source.offset, state: 'balanced' };
    if (source.pos >= source.text.length) {
      if (source.closed) return { ...body, to: source.offset };
      yield;
      continue;
    }
    if (yield* startsWith(source, frame.close)) {
      if (extent.quote === '') return closeBody(context, frame, body);
      if (body.fallback < 0) body.fallback = source.offset;
    } else if (extent.quote === '') {
      if (yield* startsWith(source, frame.open)) return { ...body, to: source.offset, state: 'opener' };
    }
    source.pos++;
  }
}

function closeBody(context: ParseContext, frame: JsonFrame, body: Body): Body {
  const to = context.source.offset;
  context.source.pos += frame.close.length;
  return { ...body, to, state: 'closed' };
}

/** Goes on to the closer of an envelope whose JSON is beyond following. */
function* scanToCloser(context: ParseContext, frame: JsonFrame, body: Body): Wait<void> {
  const { source } = context;
  for (;;) {
    const next = source.text.indexOf('<', source.pos);
    source.pos = next < 0 ? source.text.length : next;
    if (next < 0) {
      if (source.closed) break;
      yield;
      continue;
    }
    if (yield* startsWith(source, frame.close)) {
      Object.assign(body, closeBody(context, frame, body));
      return;
    }
    if (yield* startsWith(source, frame.open)) {
      body.to = source.offset;
      body.state = 'opener';
      return;
    }
    source.pos++;
  }
  body.to = source.offset;
  body.state = 'end';
}

/** What stands behind a complete JSON value. */
interface Closing {
  kind: 'closed' | 'missing' | 'garbage';
  /** Offset behind what closes the envelope, and white space consumed after that. */
  end: number;
  space: string;
  tolerances: string[];
}

/**
 * Behind a complete JSON value: consumes the closer as far as it is there, doubled brackets and closers of other names
 * included. `garbage` if the closer stands on the same line behind something else.
 */
function* readClosing(context: ParseContext, frame: JsonFrame, body: Body): Wait<Closing> {
  const { source } = context;
  const tolerances = new Set<string>();
  const closing = { end: source.offset, space: '' };
  const consumed = (): void => {
    closing.end = source.offset;
    closing.space = '';
  };
  for (;;) {
    closing.space += yield* skipSpace(source);
    if (yield* accept(source, frame.close)) {
      consumed();
      return { ...closing, kind: 'closed', tolerances: [...tolerances] };
    }
    const next = yield* peek(source);
    if (next === '}' || next === ']') {
      source.pos++;
      tolerances.add('doubled-close');
    } else if (yield* acceptOtherCloser(context)) tolerances.add('drifted-close');
    else if (next === '' || next === '<' || !(yield* closesOnThisLine(context, frame, body))) {
      return { ...closing, kind: 'missing', tolerances: [...tolerances] };
    } else return { ...closing, kind: 'garbage', tolerances: [] };
    consumed();
  }
}

/** Consumes a closing tag of another name, or one that the end of the input cut off. */
function* acceptOtherCloser(context: ParseContext): Wait<boolean> {
  const { source } = context;
  if (!(yield* startsWith(source, '</'))) return false;
  const tag = yield* peekTag(source);
  const rest = source.closed ? source.text.slice(source.pos, source.pos + maxCloser) : '';
  const closer = tag !== null && otherCloser.test(tag) ? tag : cutCloser.test(rest) ? rest : '';
  source.pos += closer.length;
  return closer !== '';
}

const otherCloser = /^<\/[\w-]*>$/;
const cutCloser = /^<\/[\w-]*$/;
const maxCloser = 32;

/** Whether the closer stands before the end of the line; then consumes up to behind it. */
function* closesOnThisLine(context: ParseContext, frame: JsonFrame, body: Body): Wait<boolean> {
  const { source } = context;
  let ahead = 0;
  for (;;) {
    lineOrTag.lastIndex = source.pos + ahead;
    const next = lineOrTag.exec(source.text)?.index ?? -1;
    if (next >= 0 && source.text.startsWith(frame.close, next)) {
      source.pos = next;
      Object.assign(body, closeBody(context, frame, body));
      return true;
    }
    const undecided = next < 0 || frame.close.startsWith(source.text.slice(next));
    if (undecided && !source.closed) {
      ahead = (next < 0 ? source.text.length : next) - source.pos;
      yield;
    } else if (next < 0 || source.text.charAt(next) === '\n') return false;
    else ahead = next + 1 - source.pos;
  }
}

const lineOrTag = /[\n<]/g;

/** Gives complete calls out. A recovered envelope without its closer counts only before another tag or the end. */
function giveClosed(
  context: ParseContext,
  start: number,
  frame: JsonFrame,
  calls: JsonCall[],
  closing: Closing,
): Outcome {
  const { source, output } = context;
  const { kind, end, space } = closing;
  const tolerances = [...(frame.tolerance === undefined ? [] : [frame.tolerance]), ...closing.tolerances];
  if (kind === 'missing' && !closing.tolerances.includes('drifted-close')) {
    const next = source.text.charAt(source.pos);
    if (frame.certainty === 'recovered' && next !== '' && next !== '<') return 'text';
    tolerances.push('missing-envelope-close');
  }
  const raw = source.taken().slice(0, end - start);
  giveAll(context, start, end, raw, calls, tolerances, frame.certainty);
  output.text(space);
  return 'given';
}

/** Several calls in one envelope share its range between them: the first takes it, the others stand at its end. */
function giveAll(
  context: ParseContext,
  start: number,
  end: number,
  raw: string,
  calls: JsonCall[],
  tolerances: string[],
  certainty: Certainty,
): void {
  calls.forEach((call, index) => {
    const several = calls.length > 1 ? ['several-in-one-envelope'] : [];
    const place = index === 0 ? { start, end, raw } : { start: end, end, raw: '' };
    const written: WrittenCall = {
      ...call,
      ...place,
      tolerances: [...tolerances, ...call.tolerances, ...several],
    };
    if (!giveCall(context, written, certainty) && index === 0) context.output.text(raw);
  });
}

/** An envelope whose JSON did not read as it stands: repaired, malformed, or truncated. */
function giveBroken(context: ParseContext, start: number, frame: JsonFrame, body: Body): Outcome {
  const { source, output, tools } = context;
  const fallback = body.fallback >= 0 && body.state !== 'closed' && body.state !== 'balanced';
  const to = fallback ? body.fallback : body.to;
  const end = fallback ? body.fallback + frame.close.length : source.offset;
  const raw = source.taken().slice(0, end - start);
  const text = raw.slice(body.from - start, to - start);
  const complete = fallback || body.state === 'closed' || body.state === 'opener';
  const calls = readJsonCalls(text);
  const repaired = !('problem' in calls)
    ? calls
    : calls.refused === true
      ? undefined
      : repairQuotes(text, tools);
  if (!complete) {
    output.text(source.taken());
    output.add({ type: 'truncated', start, end: source.offset });
    return 'given';
  }
  if (frame.certainty === 'recovered' && repaired === undefined) return 'text';
  if (fallback) source.rewind(end);
  const tolerances = [
    ...(frame.tolerance === undefined ? [] : [frame.tolerance]),
    ...(body.state === 'opener' && !fallback ? ['missing-envelope-close'] : []),
  ];
  if (repaired !== undefined) giveAll(context, start, end, raw, repaired, tolerances, frame.certainty);
  else {
    const reason = 'problem' in calls ? calls.problem : 'no call';
    const name = /"name"\s*:\s*"([^"]*)"/.exec(text)?.[1];
    context.strictCalls++;
    const named = name === undefined ? {} : { name };
    output.tile({ type: 'malformed', raw, reason, ...named, start, end }, start, end);
  }
  return 'given';
}
