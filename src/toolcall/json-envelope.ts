import { type Certainty, type Outcome, type ParseContext, giveMalformed, giveTruncated } from './context';
import { type JsonCall, giveCalls, readJsonCalls } from './json-call';
import { JsonExtent } from './json-extent';
import { JsonPreview } from './json-preview';
import { repairQuotes } from './repair-quotes';
import {
  type Source,
  type Wait,
  accept,
  findTag,
  isSpace,
  peek,
  peekTag,
  skipSpace,
  startsWith,
} from './source';

/** The tags around a JSON call. */
export interface JsonFrame {
  /** Opening tag, consumed already. */
  open: string;
  close: string;
  certainty: Certainty;
  /** Reported if the frame is no strict one. */
  tolerance?: string;
  /** A Markdown fence stands inside the tags, around the JSON. */
  fenced?: boolean;
}

/** A frame that is being read. */
interface Reading extends JsonFrame {
  /** Offset of the envelope. */
  start: number;
  preview: JsonPreview;
  /** Another object follows in the envelope. */
  more: boolean;
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
  const reading: Reading = { ...frame, start, preview: new JsonPreview(context), more: false };
  const outcome = yield* readEnvelope(context, reading);
  reading.preview.drop();
  if (reading.more) yield* readFurther(context, frame);
  return outcome;
}

/** A further object in the same envelope, perhaps behind a comma: a call if it is one beyond doubt, or text. */
function* readFurther(context: ParseContext, frame: JsonFrame): Wait<void> {
  const { source, output } = context;
  const from = source.offset;
  yield* accept(source, ',');
  yield* skipSpace(source);
  const recovered = { ...frame, certainty: 'recovered', tolerance: 'several-in-one-envelope' } as const;
  const outcome = yield* readJsonEnvelope(context, from, recovered);
  if (outcome === 'text') output.text(source.kept(from));
}

function* readEnvelope(context: ParseContext, frame: Reading): Wait<Outcome> {
  const body = yield* readBody(context, frame);
  if (body.state === 'balanced') {
    const text = context.source.kept(body.from, body.to);
    const calls = readJsonCalls(text);
    if ('problem' in calls) {
      // Balanced but unreadable: an unescaped quote may have moved the end, so the closer decides.
      yield* scanToCloser(context, frame, body);
    } else {
      const closing = yield* readClosing(context, frame, body);
      if (closing.kind !== 'garbage') return giveClosed(context, frame, calls, closing);
    }
  }
  return giveBroken(context, frame, body);
}

/** Follows the brackets to their end, or to where they cannot be right. */
function* readBody(context: ParseContext, frame: Reading): Wait<Body> {
  const { source } = context;
  const extent = new JsonExtent();
  const body: Body = { from: source.offset, to: -1, state: 'end', fallback: -1 };
  const moveTo = (end: number): void => frame.preview.feed(source.take(end));
  for (;;) {
    moveTo(extent.scan(source.text, source.pos));
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
    moveTo(source.pos + 1);
  }
}

function closeBody(context: ParseContext, frame: JsonFrame, body: Body): Body {
  const to = context.source.offset;
  context.source.pos += frame.close.length;
  return { ...body, to, state: 'closed' };
}

/** Goes on to the closer of an envelope whose JSON is beyond following. */
function* scanToCloser(context: ParseContext, frame: JsonFrame, body: Body): Wait<void> {
  const found = yield* findTag(context.source, [frame.close, frame.open]);
  if (found === frame.close) Object.assign(body, closeBody(context, frame, body));
  else {
    body.to = context.source.offset;
    body.state = found === undefined ? 'end' : 'opener';
  }
}

/** What stands behind a complete JSON value. */
interface Closing {
  kind: 'closed' | 'more' | 'missing' | 'garbage';
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
    if (frame.fenced === true && (yield* accept(source, '```'))) continue;
    if (yield* accept(source, frame.close)) {
      consumed();
      return { ...closing, kind: 'closed', tolerances: [...tolerances] };
    }
    const next = yield* peek(source);
    if (next === '}' || next === ']') {
      source.pos++;
      tolerances.add('doubled-close');
    } else if (yield* acceptOtherCloser(context)) tolerances.add('drifted-close');
    else if (yield* objectFollows(source)) return { ...closing, kind: 'more', tolerances: [...tolerances] };
    else if (next === '' || next === '<' || !(yield* closesOnThisLine(context, frame, body))) {
      return { ...closing, kind: 'missing', tolerances: [...tolerances] };
    } else return { ...closing, kind: 'garbage', tolerances: [] };
    consumed();
  }
}

/** Whether a further object follows, perhaps behind a comma. Consumes nothing. */
function* objectFollows(source: Source): Wait<boolean> {
  let ahead = (yield* peek(source)) === ',' ? 1 : 0;
  for (;;) {
    while (isSpace(source.text.charCodeAt(source.pos + ahead))) ahead++;
    if (source.pos + ahead < source.text.length) return source.text.charAt(source.pos + ahead) === '{';
    if (source.closed) return false;
    yield;
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
function giveClosed(context: ParseContext, frame: Reading, calls: JsonCall[], closing: Closing): Outcome {
  const { source, output } = context;
  const { kind, end, space } = closing;
  const tolerances = [
    ...(frame.tolerance === undefined ? [] : [frame.tolerance]),
    ...(frame.fenced === true ? ['fence-in-envelope'] : []),
    ...closing.tolerances,
  ];
  frame.more = kind === 'more';
  if (kind === 'missing' && !closing.tolerances.includes('drifted-close')) {
    const next = source.text.charAt(source.pos);
    if (frame.certainty === 'recovered' && next !== '' && next !== '<') return 'text';
    tolerances.push('missing-envelope-close');
  }
  giveAll(context, frame, end, calls, tolerances);
  output.text(space);
  return 'given';
}

function giveAll(
  context: ParseContext,
  frame: Reading,
  end: number,
  calls: JsonCall[],
  tolerances: string[],
): void {
  const { start, certainty, preview } = frame;
  const raw = context.source.kept(start, end);
  const several = calls.length > 1 ? ['several-in-one-envelope'] : [];
  const how = { tolerances: [...tolerances, ...several], certainty };
  giveCalls(context, calls, { start, end, raw }, preview, how);
}

/** An envelope whose JSON did not read as it stands: repaired, malformed, or truncated. */
function giveBroken(context: ParseContext, frame: Reading, body: Body): Outcome {
  const { source, tools } = context;
  const { start } = frame;
  const fallback = body.fallback >= 0 && body.state !== 'closed' && body.state !== 'balanced';
  const to = fallback ? body.fallback : body.to;
  const end = fallback ? body.fallback + frame.close.length : source.offset;
  const complete = fallback || body.state === 'closed' || body.state === 'opener';
  if (!complete) {
    frame.preview.drop();
    giveTruncated(context, start, source.kept(start));
    return 'given';
  }
  const raw = source.kept(start, end);
  const text = raw.slice(body.from - start, to - start);
  const calls = readJsonCalls(text);
  const repaired = !('problem' in calls)
    ? calls
    : calls.refused === true
      ? undefined
      : repairQuotes(text, tools);
  if (frame.certainty === 'recovered' && repaired === undefined) return 'text';
  const tolerances = [
    ...(frame.tolerance === undefined ? [] : [frame.tolerance]),
    ...(body.state === 'opener' && !fallback ? ['missing-envelope-close'] : []),
  ];
  if (repaired !== undefined) giveAll(context, frame, end, repaired, tolerances);
  else {
    const reason = 'problem' in calls ? calls.problem : 'no call';
    const name = /"name"\s*:\s*"([^"]*)"/.exec(text)?.[1];
    context.strictCalls++;
    giveMalformed(context, { raw, reason, name, index: frame.preview.claim(0, name), start, end });
  }
  if (fallback) source.rewind(end);
  return 'given';
}
