import { UserError } from '../base/errors';
import { createToolCallParser } from '../toolcall/parser';
import { stringifyExact } from '../toolcall/json-reader';
import { normaliseTools } from '../toolcall/tools';
import type { DialectName, JsonObject, Recoveries, ToolCallEvent } from '../toolcall/types';
import { type CommandStreams, serveJsonLines } from './json-lines';

/** What holds for requests that do not say it themselves. */
export interface ParseDefaults {
  dialect?: string | undefined;
  profile?: string | undefined;
  think?: string | undefined;
}

/** What a profile says about tool calls; undefined for an unknown name. */
export type ProfileLookup = (name: string) => { dialect: DialectName; bareJsonCalls: boolean } | undefined;

/**
 * `thimble parse`: one message a line in, its calls a line out, in order. Integers keep all their digits. A line that is
 * no valid request gives `{id, error}`.
 */
export async function parseCommand(
  streams: CommandStreams,
  defaults: ParseDefaults,
  profile: ProfileLookup = () => undefined,
): Promise<void> {
  await serveJsonLines<JsonObject>(
    streams,
    (request) => Promise.resolve(answer(request, chunksOf(request), defaults, profile)),
    (reply) => stringifyExact(reply),
  );
}

function chunksOf(request: Record<string, unknown>): string[] {
  const { text, chunks } = request;
  if (typeof text === 'string') return [text];
  if (Array.isArray(chunks) && chunks.every((chunk) => typeof chunk === 'string')) return chunks;
  throw new UserError('bad-request', 'A request holds `text` or `chunks`, a list of strings.');
}

function answer(
  request: Record<string, unknown>,
  chunks: string[],
  defaults: ParseDefaults,
  profile: ProfileLookup,
): JsonObject {
  const named = stringOr(request['profile'], defaults.profile);
  const found = named === undefined ? undefined : profile(named);
  const dialect = stringOr(request['dialect'], defaults.dialect) ?? found?.dialect ?? 'auto';
  const recoveries: Recoveries = found ? { bareJson: found.bareJsonCalls } : {};
  const parser = createToolCallParser({
    dialect: dialect as DialectName,
    tools: normaliseTools(request['tools']),
    recoveries,
    think: stringOr(request['think'], defaults.think) === 'open' ? 'open' : undefined,
  });
  return summary([...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.finish()]);
}

function stringOr(value: unknown, otherwise: string | undefined): string | undefined {
  return typeof value === 'string' ? value : otherwise;
}

/** The events of a message as the command reports them. */
export function summary(events: readonly ToolCallEvent[]): JsonObject {
  let text = '';
  let reasoning = '';
  const calls: JsonObject[] = [];
  const flags: JsonObject[] = [];
  for (const event of events) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'reasoning') reasoning += event.text;
    else if (event.type === 'call') {
      calls.push({ name: event.name, arguments: event.arguments, start: event.start, end: event.end });
    } else if (flagKinds.has(event.type) && 'start' in event) {
      flags.push({
        kind: event.type,
        start: event.start,
        end: event.end,
        ...('reason' in event ? { reason: event.reason } : {}),
        ...('name' in event ? { name: event.name } : {}),
      });
    }
  }
  return { text, reasoning, calls, flags };
}

const flagKinds = new Set(['malformed', 'unknown-tool', 'truncated', 'duplicate-key', 'tolerated']);
