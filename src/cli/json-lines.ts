import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { reportOf, UserError } from '../base/errors';
import { isRecord, readWholeJson, stringifyExact } from '../toolcall/json-reader';
import type { JsonValue } from '../toolcall/types';

/** Streams of a command, so that tests can hand in their own. */
export interface CommandStreams {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  /** Ends the reading before the input ends: nobody reads the answers any longer, or Ctrl-C. */
  signal?: AbortSignal;
}

/** The lines of the input, until it ends or the streams' signal aborts. */
export async function* linesOf({ input, signal }: CommandStreams): AsyncGenerator<string, void> {
  for await (const line of createInterface({ input, crlfDelay: Infinity, ...(signal ? { signal } : {}) })) {
    // Lines that were read before the signal are still handed out.
    if (signal?.aborted) return;
    yield line;
  }
}

/**
 * One JSON object a line in, one out, same `id` with all its digits, in order. A line that is no valid request gives
 * `{id, error}`; the end of the input ends it. `answer` may reject: then that line's answer is its error. `stringify`
 * writes what `answer` gives, for answers that JSON's own writer cannot write.
 */
export async function serveJsonLines<Reply extends object>(
  streams: CommandStreams,
  answer: (request: Record<string, unknown>) => Promise<Reply>,
  stringify: (reply: Reply) => string = JSON.stringify,
): Promise<void> {
  for await (const line of linesOf(streams)) {
    if (line.trim() === '') continue;
    streams.output.write(`${await answerLine(line, answer, stringify)}\n`);
  }
}

async function answerLine<Reply extends object>(
  line: string,
  answer: (request: Record<string, unknown>) => Promise<Reply>,
  stringify: (reply: Reply) => string,
): Promise<string> {
  let id: JsonValue = null;
  try {
    // Windows shells put a byte order mark before the first line.
    const text = line.replace(/^\ufeff/, '');
    const request: unknown = JSON.parse(text);
    if (!isRecord(request)) throw new UserError('bad-request', 'A request is a JSON object on one line.');
    id = idOf(request, text);
    return withId(id, stringify(await answer(request)));
  } catch (error) {
    const happened =
      error instanceof SyntaxError ? `Not valid JSON: ${error.message}` : reportOf(error).happened;
    return withId(id, JSON.stringify({ error: happened }));
  }
}

/** The identifier of a request; the line is read again, exactly, where a number may have lost digits. */
function idOf({ id = null }: Record<string, unknown>, line: string): JsonValue {
  if (id === null || typeof id === 'string' || Number.isSafeInteger(id)) return id as JsonValue;
  const exact = readWholeJson(line);
  return 'problem' in exact || !isRecord(exact.value) ? null : (exact.value['id'] ?? null);
}

/** An object's JSON with `id` before its other members. */
function withId(id: JsonValue, json: string): string {
  return `{"id":${stringifyExact(id)}${json === '{}' ? '' : ','}${json.slice(1)}`;
}

/** The records of a file with one JSON object a line. */
export async function readLines<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T);
}
