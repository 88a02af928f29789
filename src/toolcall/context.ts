import { convertJson, convertRaw } from './convert';
import { refusedKeys } from './json-reader';
import type { Output } from './output';
import { fit, typesOf } from './schema';
import type { Source } from './source';
import type { ToolTable } from './tools';
import type { JsonObject, JsonValue, ToolCallEvent } from './types';

/** What every reader of a parse shares. */
export interface ParseContext {
  source: Source;
  output: Output;
  tools: ToolTable;
  /** Strict calls so far: fenced and bare JSON count only in a turn without. */
  strictCalls: number;
  /** Index of the next call. */
  nextIndex: number;
  /** False in the second reading of an input that ended inside a nested literal block. */
  countNested: boolean;
  recoverJson: boolean;
  /** Offset up to which bare and fenced JSON was tried in vain. */
  noJsonBefore: number;
  /** Parses a whole text for strict calls. */
  promote: (text: string) => ToolCallEvent[];
  recoverEnvelopes: boolean;
}

/** An argument as its dialect wrote it: raw XML text, or a value that was JSON already. */
export type WrittenArgument = { key: string; raw: string } | { key: string; json: JsonValue };

/** A call whose source is read; not yet checked. */
export interface WrittenCall {
  name: string;
  /** Index that its previews carry, if there were any. */
  index?: number | undefined;
  entries: WrittenArgument[];
  start: number;
  end: number;
  raw: string;
  tolerances: string[];
  duplicates: string[];
  /** Set if the source cannot be read as arguments. */
  problem?: string | undefined;
  /** In place of entries: arguments that are no object. */
  whole?: JsonValue | undefined;
}

/** What became of a candidate: all given out, not a call (nothing given out), or read once more from its start. */
export type Outcome = 'given' | 'text' | 'again';

/** How much of a call's source is beyond doubt. */
export type Certainty = 'strict' | 'recovered';

/** What a written call comes to. */
type Judgement =
  | { kind: 'call'; arguments: JsonValue; tolerances: string[] }
  | { kind: 'malformed'; reason: string }
  | { kind: 'unknown-tool' }
  | { kind: 'text' };

/**
 * Checks a call against the declared tools and gives out its events. Answers false, having given out nothing, if it
 * counts as no call at all, which happens to recovered ones only.
 */
export function giveCall(context: ParseContext, call: WrittenCall, certainty: Certainty): boolean {
  const judgement = judge(context.tools, call, certainty);
  if (judgement.kind === 'text') return false;
  const { output } = context;
  const { name, start, end, raw } = call;
  const range = { start, end };
  if (certainty === 'strict') context.strictCalls++;
  if (judgement.kind === 'malformed') {
    giveMalformed(context, { raw, reason: judgement.reason, name, index: call.index, ...range });
    return true;
  }
  if (judgement.kind === 'unknown-tool') {
    output.tile({ type: 'unknown-tool', raw, name, ...range }, start, end);
    return true;
  }
  const index = call.index ?? context.nextIndex++;
  if (call.index === undefined) output.add({ type: 'call-started', index, name });
  output.tile({ type: 'call', index, name, arguments: judgement.arguments, ...range }, start, end);
  for (const reason of new Set([...call.tolerances, ...judgement.tolerances])) {
    output.add({ type: 'tolerated', reason, ...range });
  }
  for (const key of new Set(call.duplicates)) output.add({ type: 'duplicate-key', name: key, ...range });
  return true;
}

/** Gives out a call that cannot be executed. */
export function giveMalformed(
  context: ParseContext,
  {
    raw,
    reason,
    name,
    index,
    start,
    end,
  }: Pick<WrittenCall, 'raw' | 'start' | 'end' | 'index'> & {
    reason: string;
    name: string | undefined;
  },
): void {
  const known = { ...(name === undefined ? {} : { name }), ...(index === undefined ? {} : { index }) };
  context.output.tile({ type: 'malformed', raw, reason, ...known, start, end }, start, end);
}

/** Gives out a call whose source is consumed, or its source as text where it counts as none. */
export function giveCallOrText(context: ParseContext, call: WrittenCall, certainty: Certainty): void {
  if (giveCall(context, call, certainty)) return;
  dropPreview(context, call.index);
  context.output.text(call.raw);
}

/** Makes a call that the input ends in text, from its start on. */
export function giveTruncated(context: ParseContext, start: number, text: string, name?: string): void {
  context.output.text(text);
  const named = name === undefined ? {} : { name };
  context.output.add({ type: 'truncated', ...named, start, end: context.source.offset });
}

/** Adds a raw argument; the last one of a key counts. */
export function setRaw(
  call: { entries: WrittenArgument[]; duplicates: string[] },
  key: string,
  raw: string,
): void {
  const earlier = call.entries.findIndex((entry) => entry.key === key);
  if (earlier >= 0) {
    call.entries.splice(earlier, 1);
    call.duplicates.push(key);
  }
  call.entries.push({ key, raw });
}

/** True if a recovered call would count: what {@link giveCall} answers, without giving anything out. */
export function counts(context: ParseContext, call: WrittenCall): boolean {
  return judge(context.tools, call, 'recovered').kind === 'call';
}

function judge(tools: ToolTable, call: WrittenCall, certainty: Certainty): Judgement {
  const { name, entries } = call;
  const recovered = certainty === 'recovered';
  if (!tools.declares(name)) return { kind: recovered ? 'text' : 'unknown-tool' };
  const refused = entries.find(({ key }) => refusedKeys.has(key));
  if (refused)
    return recovered ? { kind: 'text' } : { kind: 'malformed', reason: `the key ${refused.key} is refused` };
  if (call.problem !== undefined)
    return recovered ? { kind: 'text' } : { kind: 'malformed', reason: call.problem };
  if (call.whole !== undefined) return recovered ? { kind: 'text' } : convertWhole(tools, name, call.whole);
  if (recovered) {
    if (entries.some(({ key }) => !tools.declaresKey(name, key))) return { kind: 'text' };
    const given = new Set(entries.map(({ key }) => key));
    if (tools.required(name).some((key) => !given.has(key))) return { kind: 'text' };
  }
  return convertArguments(tools, name, entries);
}

/** Arguments that are no object count where the tool's schema takes them so. */
function convertWhole(tools: ToolTable, name: string, value: JsonValue): Judgement {
  const schema = tools.parameters(name);
  const converted = typesOf(schema) === undefined ? undefined : convertJson(value, schema);
  if (converted === undefined || 'problem' in converted)
    return { kind: 'malformed', reason: 'the arguments are no JSON object' };
  return { kind: 'call', arguments: converted.value, tolerances: converted.tolerances };
}

/** The arguments as the tool's schema wants them: each by its own schema, then all together. */
function convertArguments(tools: ToolTable, name: string, entries: WrittenArgument[]): Judgement {
  const given = new Set(entries.map(({ key }) => key));
  const result: JsonObject = {};
  const tolerances: string[] = [];
  for (const entry of entries) {
    let { key } = entry;
    if (tools.schema(name, key) === false) {
      const meant = tools.respelled(name, key);
      tolerances.push(meant === undefined || given.has(meant) ? 'forbidden-key-dropped' : 'respelled-key');
      if (meant === undefined || given.has(meant)) continue;
      key = meant;
    }
    const schema = tools.schema(name, key);
    const converted = 'raw' in entry ? convertRaw(entry.raw, schema) : convertJson(entry.json, schema);
    if ('problem' in converted) return { kind: 'malformed', reason: `${key}: ${converted.problem}` };
    result[key] = converted.value;
    tolerances.push(...converted.tolerances);
  }
  const notes = new Set(tolerances);
  // Missing keys are the tool's to report, unless they tell one form of the arguments from another.
  const fitted = fit(result, tools.parameters(name), notes, true);
  if (fitted === undefined) return { kind: 'malformed', reason: 'the arguments do not fit the schema' };
  return { kind: 'call', arguments: fitted, tolerances: [...notes] };
}

/** Says that a call's name is known, before the call is; answers the index for its other previews. */
export function startPreview(context: ParseContext, name: string): number | undefined {
  if (!context.tools.declares(name)) return undefined;
  const index = context.nextIndex++;
  context.output.add({ type: 'call-started', index, name });
  return index;
}

/** Takes a preview back. */
export function dropPreview(context: ParseContext, index: number | undefined): void {
  if (index !== undefined) context.output.add({ type: 'call-dropped', index });
}
