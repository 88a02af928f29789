import type { ParseContext } from './context';
import { dialectOf } from './dialects';
import type { Marker } from './dialects/dialect';
import type { Outcome } from './context';
import { readBareJson, readFencedJson } from './json-tail';
import { Output } from './output';
import { readReasoning } from './reasoning';
import { type Passing, Source, type Wait, accept } from './source';
import { toolTable } from './tools';
import type { ToolCallEvent, ToolCallParser, ToolCallParserOptions } from './types';

/**
 * A streaming parser of one message in a dialect. It looks at every character once, holds back only what may open a
 * call, and never throws: what is no call comes out as text.
 */
export function createToolCallParser(options: ToolCallParserOptions): ToolCallParser {
  const dialect = dialectOf(options.dialect);
  const tools = toolTable(options.tools);
  const output = new Output();
  const source = new Source();
  const context: ParseContext = {
    source,
    output,
    tools,
    strictCalls: 0,
    nextIndex: 0,
    countNested: true,
    recoverJson: options.recoveries?.bareJson ?? dialect.bareJson,
    noJsonBefore: 0,
    promote: (text) =>
      parseToolCalls(text, {
        ...options,
        think: undefined,
        recoveries: { bareJson: false, bareEnvelope: false },
      }),
    recoverEnvelopes: options.recoveries?.bareEnvelope ?? true,
  };
  const markers = dialect
    .markers(tools.names)
    .filter((marker) => context.recoverEnvelopes || marker.recovery !== true)
    // The longest first, so that none hides another one that begins with it.
    .sort((a, b) => b.opens.length - a.opens.length);
  const machine = readMessage(context, markers, options.think === 'open');
  machine.next();
  return {
    push(chunk) {
      if (chunk === '' || source.closed) return [];
      if (!source.passOver(chunk)) {
        source.push(chunk);
        machine.next();
      }
      return output.drain();
    },
    finish() {
      if (source.closed) return [];
      source.closed = true;
      machine.next();
      return output.drain();
    },
  };
}

/** Parses a whole text at once. */
export function parseToolCalls(text: string, options: ToolCallParserOptions): ToolCallEvent[] {
  const parser = createToolCallParser(options);
  return [...parser.push(text), ...parser.finish()];
}

/** The whole message: text with candidates, fences and reasoning in it. */
function* readMessage(context: ParseContext, markers: Marker[], thinking: boolean): Wait<void> {
  const { source, output } = context;
  const interesting = interestingCharacters(context, markers);
  const passing: Passing = { stops: interesting, take: (text) => output.text(text) };
  if (thinking) yield* readReasoning(context);
  for (;;) {
    interesting.lastIndex = source.pos;
    const match = interesting.exec(source.text);
    output.text(source.take(match ? match.index : source.text.length));
    if (match) {
      yield* readSpecial(context, markers, match[0]);
      continue;
    }
    if (source.closed) break;
    source.pass(passing);
    yield;
  }
  output.finish(source.offset, context.strictCalls === 0);
}

/**
 * Where text may stop being text: a first character of something, before a second one of it or at the end of the
 * window. Two characters suffice to pass over most of what only looks like a marker.
 */
function interestingCharacters(context: ParseContext, markers: Marker[]): RegExp {
  const starts = ['<think>', '</tool_call>', '``', '~~', ...(context.recoverJson ? bareStarts : [])];
  for (const { opens, ignoreCase } of markers) {
    starts.push(opens.slice(0, 2));
    if (ignoreCase !== true) continue;
    const [first = '', second = ''] = opens;
    for (const one of [first.toLowerCase(), first.toUpperCase()]) {
      starts.push(one + second.toLowerCase(), one + second.toUpperCase());
    }
  }
  const seconds = new Map<string, Set<string>>();
  for (const [first = '', second = ''] of starts) {
    seconds.set(first, (seconds.get(first) ?? new Set()).add(second));
  }
  const parts = [...seconds].map(
    ([first, follow]) => `${escaped(first)}(?=[${[...follow].map(escaped).join('')}]|$)`,
  );
  return new RegExp(parts.join('|'), 'g');
}

/** How JSON that may be a call goes on behind its first bracket. */
const bareStarts = ['{"', '{ ', '{\n', '{\r', '{\t', '[{', '[ ', '[\n', '[\r', '[\t'];

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** At a character that may begin something: reads it, or makes the one character text. */
function* readSpecial(context: ParseContext, markers: Marker[], character: string): Wait<void> {
  const { source, output } = context;
  if (character === '<' && (output.afterCall || !output.seenText)) {
    if (yield* accept(source, '<think>')) {
      output.skip(source.offset);
      yield* readReasoning(context);
      return;
    }
  }
  if (character === '<' && output.afterCall && (yield* skipStray(context))) return;
  const marker = yield* findMarker(context, markers);
  if (marker) {
    if (yield* readCandidate(context, marker.read)) return;
  }
  if ((character === '`' || character === '~') && output.atQuoteStart) {
    if (yield* readFence(context, character)) return;
  }
  const bracket = character === '{' || character === '[';
  if (bracket && context.recoverJson && output.atLineStart && source.offset >= context.noJsonBefore) {
    if (yield* readCandidate(context, readBareJson)) return;
  }
  output.text(source.take(source.pos + 1));
}

/** Closers that follow a call once more than they should. */
function* skipStray(context: ParseContext): Wait<boolean> {
  const { source, output } = context;
  for (const stray of ['</tool_call>', '</function>']) {
    const start = source.offset;
    if (yield* accept(source, stray)) {
      output.skip(source.offset);
      output.add({ type: 'tolerated', reason: 'doubled-close', start, end: source.offset });
      return true;
    }
  }
  return false;
}

function* findMarker(context: ParseContext, markers: Marker[]): Wait<Marker | undefined> {
  const { source, output } = context;
  for (;;) {
    let mayBecome = false;
    for (const marker of markers) {
      if (marker.place === 'line-start' && !output.atLineStart) continue;
      const have = source.text.slice(source.pos, source.pos + marker.opens.length);
      const [seen, wanted] =
        marker.ignoreCase === true ? [have.toLowerCase(), marker.opens.toLowerCase()] : [have, marker.opens];
      if (seen === wanted && !mayBecome) return marker;
      if (!source.closed && seen !== wanted && wanted.startsWith(seen)) mayBecome = true;
    }
    if (!mayBecome || source.closed) return undefined;
    yield;
  }
}

/** Runs a reader; what it refuses becomes text. Answers false if it refused without having consumed anything. */
function* readCandidate(
  context: ParseContext,
  read: (context: ParseContext, start: number) => Wait<Outcome>,
): Wait<boolean> {
  const { source, output } = context;
  source.keep();
  const start = source.offset;
  let outcome = yield* read(context, start);
  if (outcome === 'again') {
    source.keep();
    outcome = yield* read(context, start);
  }
  const refused = outcome === 'text' && source.offset === start;
  if (outcome === 'text') output.text(source.taken());
  source.release();
  return !refused;
}

/** A fenced block: a call at the end of the message if it holds nothing else, or text up to its closing fence. */
function* readFence(context: ParseContext, character: string): Wait<boolean> {
  const { source, output } = context;
  let length = 0;
  while (source.text.charAt(source.pos + length) === character || needMore(context, length)) {
    if (needMore(context, length)) yield;
    else length++;
  }
  if (length < 3) return false;
  const fence = character.repeat(length);
  source.keep();
  const start = source.offset;
  source.pos += length;
  const info = yield* readLine(context);
  if (context.recoverJson && start >= context.noJsonBefore && /^[\w+-]{0,24}\s*$/.test(info)) {
    if ((yield* readFencedJson(context, start, fence)) === 'given') {
      source.release();
      return true;
    }
    source.rewind(start + length + info.length);
  } else source.release();
  output.text(fence + info);
  // A line with more of them in it is inline code.
  if (!info.includes(character)) yield* readFenced(context, fence);
  return true;
}

function needMore(context: ParseContext, length: number): boolean {
  const { source } = context;
  return source.pos + length >= source.text.length && !source.closed;
}

/** Consumes the rest of a line without its end. */
function* readLine(context: ParseContext): Wait<string> {
  const { source } = context;
  let line = '';
  for (;;) {
    const end = source.text.indexOf('\n', source.pos);
    line += source.take(end < 0 ? source.text.length : end);
    if (end >= 0 || source.closed) return line;
    yield;
  }
}

/**
 * The inside of a fenced block, from the end of its first line on, is text up to the closing fence. A fence with a
 * language inside opens a block of its own, as models write Markdown in Markdown.
 */
function* readFenced(context: ParseContext, fence: string): Wait<void> {
  const { source, output } = context;
  const pattern = new RegExp(
    `^[ \\t>]*\\${fence.charAt(0)}{${String(fence.length)},}([^\\s\\${fence.charAt(0)}]*)\\s*$`,
  );
  let depth = 1;
  let line = '-';
  for (;;) {
    const end = source.text.indexOf('\n', source.pos);
    const part = source.take(end < 0 ? source.text.length : end);
    output.text(part);
    // Only a short line can be a fence.
    if (line.length < 64) line += part;
    if (end < 0 && !source.closed) {
      yield;
      continue;
    }
    const match = pattern.exec(line);
    if (match) depth += match[1] === '' ? -1 : 1;
    if (depth === 0 || end < 0) return;
    output.text(source.take(end + 1));
    line = '';
  }
}
