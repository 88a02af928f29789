import {
  type Outcome,
  type ParseContext,
  dropPreview,
  giveCall,
  giveMalformed,
  giveTruncated,
  startPreview,
} from '../context';
import { giveCalls, readJsonArguments, readJsonCalls } from '../json-call';
import { readExtent } from '../json-extent';
import { JsonPreview } from '../json-preview';
import { type Wait, accept, peek, skipSpace } from '../source';
import type { Dialect, Marker } from './dialect';

/** `[TOOL_CALLS]` before a list of calls, or before `NAME[ARGS]{…}` or `NAME{…}` as later models write it. */
export const mistralMarker: Marker = {
  opens: '[TOOL_CALLS]',
  place: 'anywhere',
  *read(context, start) {
    const { source, output } = context;
    // In inline code it is a mention.
    if (output.lastCharacter === '`') return 'text';
    source.pos += '[TOOL_CALLS]'.length;
    yield* skipSpace(source);
    const next = yield* peek(source);
    if (next === '[' || next === '{') return yield* readMarkedJson(context, start, ';');
    const name = yield* readName(context);
    if (name === '') return truncatedOr(context, start);
    if (yield* accept(source, '[CALL_ID]')) yield* readName(context);
    yield* accept(source, '[ARGS]');
    yield* skipSpace(source);
    if ((yield* peek(source)) !== '{') return truncatedOr(context, start);
    const index = startPreview(context, name);
    const text = yield* readExtent(context, new JsonPreview(context, { index }));
    if (text === undefined) {
      dropPreview(context, index);
      return truncatedOr(context, start);
    }
    const call = { ...readJsonArguments(text), name, index };
    giveCall(context, { ...call, start, end: source.offset, raw: source.taken() }, 'strict');
    return 'given';
  },
};

/** `<|python_tag|>` before one or more calls; Llama 3 also writes them bare, at the end of the message. */
export const pythonTagMarker: Marker = {
  opens: '<|python_tag|>',
  place: 'anywhere',
  *read(context, start) {
    const { source, output } = context;
    if (output.lastCharacter === '`') return 'text';
    source.pos += '<|python_tag|>'.length;
    yield* skipSpace(source);
    if ((yield* peek(source)) !== '{') return truncatedOr(context, start);
    return yield* readMarkedJson(context, start, ';');
  },
};

function* readName(context: ParseContext): Wait<string> {
  const { source } = context;
  let name = '';
  for (;;) {
    const next = yield* peek(source);
    if (!/[\w.-]/.test(next) || next === '') return name;
    name += source.take(source.pos + 1);
  }
}

/** Reads JSON values with `separator` between them, each a call or a list of calls. */
function* readMarkedJson(context: ParseContext, start: number, separator: string): Wait<Outcome> {
  const { source, output } = context;
  let from = start;
  for (;;) {
    const preview = new JsonPreview(context);
    const text = yield* readExtent(context, preview);
    const end = source.offset;
    const range = { start: from, end, raw: source.kept(from) };
    const calls = text === undefined ? undefined : readJsonCalls(text);
    if (calls === undefined) {
      preview.drop();
      giveTruncated(context, from, range.raw);
      return 'given';
    }
    if ('problem' in calls) {
      context.strictCalls++;
      const index = preview.claim(0, undefined);
      giveMalformed(context, { ...range, reason: calls.problem, name: undefined, index });
    } else giveCalls(context, calls, range, preview, { tolerances: [], certainty: 'strict' });
    preview.drop();
    const space = yield* skipSpace(source);
    if (!(yield* accept(source, separator))) {
      output.text(space);
      return 'given';
    }
    from = end;
    yield* skipSpace(source);
    const next = yield* peek(source);
    if (next === '{' || next === '[') continue;
    output.text(source.kept(from));
    return 'given';
  }
}

function truncatedOr(context: ParseContext, start: number): Outcome {
  const { source } = context;
  if (!source.closed || source.pos < source.text.length) return 'text';
  giveTruncated(context, start, source.taken());
  return 'given';
}

export const mistral: Dialect = { name: 'mistral', markers: () => [mistralMarker], bareJson: false };
export const llama3Json: Dialect = { name: 'llama3-json', markers: () => [pythonTagMarker], bareJson: true };
