import { createInterface } from 'node:readline';
import { reportOf } from '../base/errors';

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
 * One JSON object a line in, one out, same `id`, in order. A line that is no valid request gives `{id, error}`; the
 * end of the input ends it. `answer` may reject: then that line's answer is its error.
 */
export async function serveJsonLines(
  streams: CommandStreams,
  answer: (request: Record<string, unknown>) => Promise<object>,
): Promise<void> {
  for await (const line of linesOf(streams)) {
    if (line.trim() === '') continue;
    const { id, reply } = await answerLine(line, answer);
    streams.output.write(`${JSON.stringify({ id, ...reply })}\n`);
  }
}

async function answerLine(
  line: string,
  answer: (request: Record<string, unknown>) => Promise<object>,
): Promise<{ id: unknown; reply: object }> {
  let id: unknown = null;
  try {
    const request: unknown = JSON.parse(line);
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
      return { id, reply: { error: 'A request is a JSON object on one line.' } };
    }
    id = (request as { id?: unknown }).id ?? null;
    return { id, reply: await answer(request as Record<string, unknown>) };
  } catch (error) {
    const happened =
      error instanceof SyntaxError ? `Not valid JSON: ${error.message}` : reportOf(error).happened;
    return { id, reply: { error: happened } };
  }
}
