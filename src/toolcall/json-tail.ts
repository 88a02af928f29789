import { type Outcome, type ParseContext, type WrittenCall, counts, dropPreview, giveCall } from './context';
import { readExtent } from './json-extent';
import { readJsonCalls } from './json-call';
import { JsonPreview } from './json-preview';
import type { TailCall } from './output';
import { type Wait, accept, peek, skipSpace } from './source';
import type { SourceRange } from './types';

/** Reads bare JSON at the start of a line: held back, for it counts only at the end of the message. */
export function* readBareJson(context: ParseContext, start: number): Wait<Outcome> {
  const preview = new JsonPreview(context);
  const text = yield* readCallText(context, preview);
  const end = context.source.offset;
  const calls =
    text === undefined ? undefined : tailCalls(context, text, { start, end }, 'bare-json', preview);
  preview.drop();
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
  const preview = new JsonPreview(context);
  const outcome = yield* readBlock(context, start, fence, preview);
  preview.drop();
  return outcome;
}

function* readBlock(
  context: ParseContext,
  start: number,
  fence: string,
  preview: JsonPreview,
): Wait<Outcome> {
  const { source } = context;
  yield* skipSpace(source);
  const tag = yield* acceptTag(context, false);
  yield* skipSpace(source);
  const text = yield* readCallText(context, preview);
  if (text === undefined) {
    context.noJsonBefore = source.offset;
    return 'text';
  }
  yield* skipSpace(source);
  if (tag && !(yield* acceptTag(context, true))) return 'text';
  yield* skipSpace(source);
  if (!(yield* accept(source, fence))) return 'text';
  const end = source.offset;
  const calls = tailCalls(context, text, { start, end }, 'fenced-json', preview);
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
function* readCallText(context: ParseContext, preview: JsonPreview): Wait<string | undefined> {
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
  return yield* readExtent(context, preview, { careful: true });
}

/** The calls in a text, if every one of them counts should the message end here. */
function tailCalls(
  context: ParseContext,
  raw: string,
  { start, end }: SourceRange,
  tolerance: string,
  preview: JsonPreview,
): TailCall[] | undefined {
  const read = readJsonCalls(raw);
  if ('problem' in read || read.some(({ argued }) => argued === false)) return undefined;
  const written = read.map((call, place): WrittenCall => {
    const tolerances = [tolerance, ...call.tolerances];
    return { ...call, raw, start: place === 0 ? start : end, end, tolerances };
  });
  if (!written.every((call) => counts(context, call))) return undefined;
  return written.map((call, place) => {
    const index = preview.claim(place, call.name);
    return {
      give: () => {
        giveCall(context, { ...call, index }, 'recovered');
      },
      drop: () => {
        dropPreview(context, index);
      },
    };
  });
}
