import {
  type Outcome,
  type ParseContext,
  type WrittenArgument,
  dropPreview,
  giveCall,
  giveTruncated,
  setRaw,
  startPreview,
} from '../context';
import { type JsonCall, readJsonCalls } from '../json-call';
import { readJson } from '../json-reader';
import { ValueText } from '../parameter-value';
import { type Source, type Wait, peek, skipSpace } from '../source';
import type { Dialect, Marker } from './dialect';

/** Consumes a line with its end; undefined at the end of the input. */
function* readLine(context: ParseContext): Wait<string | undefined> {
  const { source } = context;
  if ((yield* peek(source)) === '') return undefined;
  let line = '';
  for (;;) {
    const end = source.text.indexOf('\n', source.pos);
    line += source.take(end < 0 ? source.text.length : end + 1);
    if (end >= 0 || source.closed) return line;
    yield;
  }
}

/** A fenced `tool_code` block of Gemma: a Python call, or the call as JSON. */
export const toolCodeMarker: Marker = {
  opens: '```tool_code',
  place: 'line-start',
  *read(context, start) {
    const { source } = context;
    yield* readLine(context);
    let body = '';
    let closed: boolean;
    for (;;) {
      const line = yield* readLine(context);
      closed = line !== undefined && /^\s*```\s*$/.test(line);
      if (line === undefined || closed) break;
      body += line;
    }
    const json = readJsonCalls(body);
    const calls = 'problem' in json ? readPythonCalls(body) : json;
    if (calls === undefined) return 'text';
    const raw = source.taken();
    const visible = raw.trimEnd();
    const end = start + visible.length;
    const unclosed = closed ? [] : ['missing-fence'];
    calls.forEach((call, place) => {
      // The first takes the range of the block, the others stand at its end.
      const range = place === 0 ? { start, end, raw: visible } : { start: end, end, raw: '' };
      giveCall(context, { ...call, ...range, tolerances: [...call.tolerances, ...unclosed] }, 'strict');
    });
    context.output.text(raw.slice(visible.length));
    return 'given';
  },
};

/** Calls below each other; undefined if there is none, or anything else. */
function readPythonCalls(text: string): JsonCall[] | undefined {
  const calls: JsonCall[] = [];
  const end = text.trimEnd().length;
  for (let pos = 0; pos < end;) {
    const read = readPythonCall(text, pos);
    if (!read) return undefined;
    calls.push(read.call);
    pos = read.end;
  }
  return calls.length === 0 ? undefined : calls;
}

/** `name(key='value', other=1)` from `from` on, perhaps in `print(…)`; `end` is the index behind it. */
function readPythonCall(text: string, from: number): { call: JsonCall; end: number } | undefined {
  let pos = from;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = pos;
    const found = pattern.exec(text);
    pos += found?.[0].length ?? 0;
    return found;
  };
  const head = match(/\s*(print\(\s*)?([A-Za-z_][\w.]*)\(\s*/y);
  if (!head) return undefined;
  const entries: WrittenArgument[] = [];
  while (!match(/\)/y)) {
    const key = match(/(\w+)\s*=\s*/y);
    if (!key) return undefined;
    const value = readJson(text, pos, true);
    if ('problem' in value) return undefined;
    entries.push({ key: key[1] ?? '', json: value.value });
    pos = value.end;
    match(/\s*,?\s*/y);
  }
  if (head[1] !== undefined && !match(/\s*\)/y)) return undefined;
  return { call: { name: head[2] ?? '', entries, tolerances: [], duplicates: [] }, end: pos };
}

/** A fenced `tool` block of Continue; its lines also count without the fence, at the start of a line. */
function codeblock(opens: string): Marker {
  return {
    opens,
    ignoreCase: true,
    place: 'line-start',
    read: (context, start) => readCodeblock(context, start, opens.startsWith('`')),
  };
}

function* readCodeblock(context: ParseContext, start: number, fenced: boolean): Wait<Outcome> {
  const { source, output } = context;
  if (fenced && ((yield* readLine(context)) ?? '').trim().toLowerCase() !== '```tool') return 'text';
  const nameLine = yield* readLine(context);
  const name = /^\s*TOOL_NAME:\s*(\S+)\s*$/i.exec(nameLine ?? '')?.[1];
  if (name === undefined) return 'text';
  const index = startPreview(context, name);
  const entries: WrittenArgument[] = [];
  const duplicates: string[] = [];
  let end = source.offset;
  let closed = false;
  for (;;) {
    yield* skipSpace(source);
    const next = yield* peek(source);
    const mayGoOn = next === '`' || next.toLowerCase() === 'b';
    if (!mayGoOn) break;
    const before = source.offset;
    const line = (yield* readLine(context)) ?? '';
    if (fenced && /^```\s*$/.test(line)) {
      closed = true;
      end = before + line.trimEnd().length;
      break;
    }
    const key = /^BEGIN_ARG:\s*(\S+)\s*$/i.exec(line)?.[1];
    if (key === undefined) break;
    const raw = yield* readCodeblockValue(context, (delta) => {
      output.delta(index, key, delta);
    });
    if (raw === undefined) {
      dropPreview(context, index);
      giveTruncated(context, start, source.taken(), name);
      return 'given';
    }
    setRaw({ entries, duplicates }, key, raw);
    end = source.offset;
  }
  const taken = source.taken();
  if (fenced && !closed) {
    dropPreview(context, index);
    if (!source.closed) return 'text';
    giveTruncated(context, start, taken, name);
    return 'given';
  }
  const raw = taken.slice(0, end - start).trimEnd();
  const tolerances = fenced ? [] : ['missing-fence'];
  const call = { name, index, entries, tolerances, duplicates, start, end: start + raw.length, raw };
  if (!giveCall(context, call, fenced ? 'strict' : 'recovered')) {
    dropPreview(context, index);
    return 'text';
  }
  output.text(taken.slice(raw.length));
  return 'given';
}

/** The lines up to END_ARG, less the last line end; undefined if the input ends first. */
function* readCodeblockValue(
  context: ParseContext,
  onDelta: (delta: string) => void,
): Wait<string | undefined> {
  const { source } = context;
  const value = new ValueText(source, onDelta);
  while (!(yield* acceptEnding(source))) {
    let lineEnds = false;
    while (!lineEnds) {
      const end = source.text.indexOf('\n', source.pos);
      lineEnds = end >= 0;
      value.add(source.take(lineEnds ? end + 1 : source.text.length));
      if (lineEnds) continue;
      if (source.closed) return undefined;
      yield;
    }
  }
  return value.closed([]).raw;
}

/** Consumes a line that says END_ARG and nothing else. */
function* acceptEnding(source: Source): Wait<boolean> {
  for (;;) {
    const line = source.text.slice(source.pos, source.pos + longestEnding);
    const [ending] = (source.closed ? endingOrEnd : wholeEnding).exec(line) ?? [];
    if (ending !== undefined) {
      source.pos += ending.length;
      return true;
    }
    if (source.closed || line.length === longestEnding || !endingBegins.test(line)) return false;
    yield;
  }
}

const longestEnding = 64;
const wholeEnding = /^[ \t]*END_ARG[ \t\r]*\n/i;
const endingOrEnd = /^[ \t]*END_ARG[ \t\r]*(?:\n|$)/i;
const endingBegins = /^[ \t]*(?:E(?:N(?:D(?:_(?:A(?:R(?:G[ \t\r]*)?)?)?)?)?)?)?$/i;

export const codeblockMarkers: Marker[] = [
  codeblock('```tool\n'),
  { ...codeblock('TOOL_NAME:'), recovery: true },
];

export const gemma: Dialect = { name: 'gemma', markers: () => [toolCodeMarker], bareJson: true };
export const continueCodeblock: Dialect = {
  name: 'continue-codeblock',
  markers: () => codeblockMarkers,
  bareJson: false,
};
