import { type Outcome, type ParseContext, giveTruncated } from '../context';
import { readFunctions } from '../function-block';
import { readJsonEnvelope } from '../json-envelope';
import { type Source, type Wait, accept, peek, peekTag, skipSpace, startsWith } from '../source';
import { functionName } from '../frame-tags';
import type { Dialect, Marker } from './dialect';

/** `<tool_call>` around `<function=…>` blocks or around JSON: the strict envelope of the Qwen and Hermes families. */
export const toolCallMarker: Marker = {
  opens: '<tool_call>',
  place: 'anywhere',
  *read(context, start) {
    const { source, output } = context;
    // In inline code it is a mention.
    if (output.lastCharacter === '`') return 'text';
    source.pos += '<tool_call>'.length;
    yield* skipSpace(source);
    const fenced = yield* acceptFence(source);
    const next = yield* peek(source);
    if (next === '{' || next === '[') {
      return yield* readJsonEnvelope(context, start, {
        open: '<tool_call>',
        close: '</tool_call>',
        certainty: 'strict',
        fenced,
      });
    }
    if (fenced) {
      // The fence shows something else: all of it is read again, as text.
      source.rewind(start);
      source.keep();
      return 'text';
    }
    if (next === '') {
      giveTruncated(context, start, source.taken());
      return 'given';
    }
    return yield* readFunctions(context, start, 'strict');
  },
};

/** Consumes the line that opens a Markdown fence. */
function* acceptFence(source: Source): Wait<boolean> {
  if (!(yield* accept(source, '```'))) return false;
  yield* accept(source, 'json');
  yield* skipSpace(source);
  return true;
}

/** A `<function=NAME>` block, or `<function name="NAME">` around JSON, without an envelope. */
const bareFunction: Marker = {
  opens: '<function',
  place: 'line-start',
  recovery: true,
  *read(context, start) {
    const { source } = context;
    const tag = yield* peekTag(source);
    if (tag === '<function>') return yield* readTagged(context, start, 'function');
    const opener = tag === null ? undefined : functionName(tag);
    if (!opener || !context.tools.declares(opener.name)) return yield* readHyphenated(context, start);
    return yield* readFunctions(context, start, 'recovered');
  },
};

function* readHyphenated(context: ParseContext, start: number): Wait<Outcome> {
  for (const name of ['function_call', 'function-call']) {
    if (yield* startsWith(context.source, `<${name}>`)) return yield* readTagged(context, start, name);
  }
  return 'text';
}

/** `<parameter=TOOL>` as the opener of a block. */
const bareParameter: Marker = {
  opens: '<parameter=',
  place: 'line-start',
  recovery: true,
  read: (context, start) => readFunctions(context, start, 'recovered'),
};

/** A tag that models put around JSON instead of their envelope. */
function taggedJson(name: string): Marker {
  return {
    opens: `<${name}>`,
    ignoreCase: true,
    place: 'line-start',
    recovery: true,
    read: (context, start) => readTagged(context, start, name),
  };
}

function* readTagged(context: ParseContext, start: number, name: string): Wait<Outcome> {
  const { source } = context;
  const open = source.take(source.pos + name.length + 2);
  yield* skipSpace(source);
  const next = yield* peek(source);
  const close = open.replace('<', '</');
  if (next === '<' && name === 'tools')
    return yield* readFunctions(context, start, 'recovered', [`tag-${name}`], close);
  if (next !== '{' && next !== '[') return 'text';
  return yield* readJsonEnvelope(context, start, {
    open,
    close,
    certainty: 'recovered',
    tolerance: `tag-${name}`,
  });
}

const tagNames = ['tools', 'tool', 'response', 'json', 'xml'];

const markers = (): Marker[] => [toolCallMarker, bareFunction, bareParameter, ...tagNames.map(taggedJson)];

export const qwen3Coder: Dialect = { name: 'qwen3-coder', markers, bareJson: false };
export const qwen35: Dialect = { name: 'qwen3.5', markers, bareJson: false };
export const hermes: Dialect = { name: 'hermes', markers, bareJson: true };
export const hermesLenient: Dialect = { name: 'hermes-lenient', markers, bareJson: true };
