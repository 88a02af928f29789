import { createParser } from 'eventsource-parser';
import { garbled } from './failures';

/** Longest event, in UTF-16 units: a token with its probabilities takes a few hundred. */
const maxEventLength = 4 * 1024 * 1024;

/** The JSON objects of an event stream, until its end or `[DONE]`. Throws a `UserError` for anything else. */
export async function* jsonEvents(chunks: AsyncIterable<string>, host: string): AsyncGenerator {
  let waiting: string[] = [];
  const buffer = { tooLong: false };
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: ({ data }) => waiting.push(data),
    onError: ({ type }) => (buffer.tooLong ||= type === 'max-buffer-size-exceeded'),
  });
  for await (const chunk of chunks) {
    parser.feed(chunk);
    const events = waiting;
    waiting = [];
    for (const data of events) {
      if (data.trim() === '[DONE]') return;
      const value = parsed(data);
      if (value === undefined) throw garbled(host, 'an event is no JSON');
      yield value;
    }
    if (buffer.tooLong) throw garbled(host, 'one event is too long');
  }
  // A server may leave out the last empty line; one that died leaves half an event, which counts for nothing.
  parser.reset({ consume: true });
  for (const data of waiting) {
    const value = parsed(data);
    if (value !== undefined) yield value;
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
