import { type ParseContext, type WrittenCall, counts, giveCall } from './context';
import { readExtent } from './function-block';
import type { Outcome } from './context';
import { type JsonCall, readJsonCalls } from './json-call';
import type { TailCall } from './output';
import { type Wait, accept, peek, skipSpace } from './source';

/** Reads bare JSON at the start of a line: held back, for it counts only at the end of the message. */
export function* readBareJson(context: ParseContext, start: number): Wait<Outcome> {
  const text = yield* readCallText(context);
  const calls =
    text === undefined ? undefined : tailCalls(context, text, start, context.source.offset, 'bare-json');
  if (calls === undefined) {
    giveBack(context, start);
    return 'text';
  }
  context.output.holdTail(context.source.taken(), calls);
  return 'given';
}

/** Reads all but the first bracket again, as text: it may hold strict calls. */
function giveBack(context: ParseContext, start: number): void {
  context.noJsonBefore = context.source.offset;
  context.source.rewind(start);
  context.source.keep();
}

/**
 * Reads what stands in a fenced block, from behind the line that opens it: JSON, perhaps in a tag, and the closing
 * fence. Answers `text` as soon as it is anything else.
 */
export function* readFencedJson(context: ParseContext, start: number, fence: string): Wait<Outcome> {
  const { source } = context;
  yield* skipSpace(source);
  const tag = yield* acceptTag(context, false);
  yield* skipSpace(source);
  const text = yield* readCallText(context);
  if (text === undefined) {
    context.noJsonBefore = source.offset;
    return 'text';
  }
  yield* skipSpace(source);
  if (tag && !(yield* acceptTag(context, true))) return 'text';
  yield* skipSpace(source);
  if (!(yield* accept(source, fence))) return 'text';
  const end = source.offset;
  const calls = tailCalls(context, text, start, end, 'fenced-json');
  if (calls === undefined) return 'text';
  context.output.holdTail(source.taken(), calls);
  return 'given';
}

const fencedTags = [
  'tool_call',
  'tools',
  'tool',
  'response',
  'function_call',
  'function-call',
  'function',
  'json',
  'xml',
];

function* acceptTag(context: ParseContext, closing: boolean): Wait<boolean> {
  if ((yield* peek(context.source)) !== '<') return false;
  for (const name of fencedTags) {
    if (yield* accept(context.source, `${closing ? '</' : '<'}${name}>`)) return true;
  }
  return false;
}

/** How a call that is written as JSON begins. */
const callStart = /^\[?\s*\{\s*"(?:name|arguments|parameters|function|type|id)"\s*:/;
const callStartLimit = 120;

/** A bracketed JSON text that begins like a call; undefined as soon as it does not, or cannot be JSON. */
function* readCallText(context: ParseContext): Wait<string | undefined> {
  const { source } = context;
  const next = yield* peek(source);
  if (next !== '{' && next !== '[') return undefined;
  while (!callStart.test(source.text.slice(source.pos, source.pos + callStartLimit))) {
    const seen = source.text.slice(source.pos, source.pos + callStartLimit);
    if (source.closed || seen.length === callStartLimit || !/^\[?\s*(?:\{\s*(?:"\w*"?\s*)?)?$/.test(seen)) {
      return undefined;
    }
    yield;
  }
  return yield* readExtent(context, true);
}

function tailCalls(
  context: ParseContext,
  text: string,
  start: number,
  end: number,
  tolerance: string,
): TailCall[] | undefined {
  const read = readJsonCalls(text);
  if ('problem' in read) return undefined;
  const written = read.map((call, index) => place(call, index, text, start, end, tolerance));
  if (!written.every((call) => counts(context, call))) return undefined;
  return written.map((call) => ({
    start: call.start,
    give: () => {
      giveCall(context, call, 'recovered');
    },
  }));
}

function place(
  call: JsonCall,
  index: number,
  raw: string,
  start: number,
  end: number,
  tolerance: string,
): WrittenCall {
  return { ...call, raw, start: index === 0 ? start : end, end, tolerances: [tolerance, ...call.tolerances] };
}
