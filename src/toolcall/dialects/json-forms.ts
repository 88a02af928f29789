import { type ParseContext, giveCall } from '../context';
import { readExtent } from '../function-block';
import type { Outcome } from '../context';
import { type JsonCall, readJsonCalls } from '../json-call';
import { readWholeJson } from '../json-reader';
import { isRecord } from '../json-reader';
import { type Wait, accept, peek, skipSpace } from '../source';
import type { Dialect, Marker } from './dialect';

/** `[TOOL_CALLS]` before a list of calls, or before `NAME[ARGS]{…}` or `NAME{…}` as later models write it. */
export const mistralMarker: Marker = {
  opens: '[TOOL_CALLS]',
  place: 'anywhere',
  *read(context, start) {
    const { source } = context;
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
    const text = yield* readExtent(context);
    if (text === undefined) return truncatedOr(context, start);
    const reading = readWholeJson(text);
    const call: JsonCall =
      'problem' in reading || !isRecord(reading.value)
        ? { name, entries: [], tolerances: [], duplicates: [], problem: 'the arguments are no JSON object' }
        : {
            name,
            entries: Object.entries(reading.value).map(([key, json]) => ({ key, json: json })),
            tolerances: reading.tolerances,
            duplicates: reading.duplicates,
          };
    giveMarked(context, start, [call]);
    return 'given';
  },
};

/** `<|python_tag|>` before one or more calls; Llama 3 also writes them bare, at the end of the message. */
export const pythonTagMarker: Marker = {
  opens: '<|python_tag|>',
  place: 'anywhere',
  *read(context, start) {
    const { source } = context;
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
    const text = yield* readExtent(context);
    if (text === undefined) {
      output.text(source.taken().slice(from - start));
      output.add({ type: 'truncated', start: from, end: source.offset });
      return 'given';
    }
    const calls = readJsonCalls(text);
    const end = source.offset;
    if ('problem' in calls) {
      const raw = source.taken().slice(from - start);
      output.tile({ type: 'malformed', raw, reason: calls.problem, start: from, end }, from, end);
      context.strictCalls++;
    } else giveMarked(context, from, calls, source.taken().slice(from - start));
    const space = yield* skipSpace(source);
    if (!(yield* accept(source, separator))) {
      output.text(space);
      return 'given';
    }
    from = end;
    yield* skipSpace(source);
    const next = yield* peek(source);
    if (next === '{' || next === '[') continue;
    output.text(source.taken().slice(from - start));
    return 'given';
  }
}

function giveMarked(context: ParseContext, start: number, calls: JsonCall[], source?: string): void {
  const end = context.source.offset;
  const raw = source ?? context.source.taken();
  calls.forEach((call, index) => {
    const place = index === 0 ? { start, end, raw } : { start: end, end, raw: '' };
    giveCall(context, { ...call, ...place }, 'strict');
  });
}

function truncatedOr(context: ParseContext, start: number): Outcome {
  const { source, output } = context;
  if (!source.closed || source.pos < source.text.length) return 'text';
  output.text(source.taken());
  output.add({ type: 'truncated', start, end: source.offset });
  return 'given';
}

export const mistral: Dialect = { name: 'mistral', markers: () => [mistralMarker], bareJson: false };
export const llama3Json: Dialect = { name: 'llama3-json', markers: () => [pythonTagMarker], bareJson: true };
