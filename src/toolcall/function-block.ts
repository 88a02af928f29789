import {
  type Certainty,
  type Outcome,
  type ParseContext,
  type WrittenArgument,
  dropPreview,
  giveCall,
  startPreview,
} from './context';
import { functionName, parameterKey, readValue } from './parameter-value';
import { readWholeJson } from './json-reader';
import { isRecord } from './json-reader';
import { JsonExtent } from './json-extent';
import { readTagValue } from './tag-block';
import { type Wait, accept, peek, peekTag, skipSpace, startsWith } from './source';

/** A function block as far as it was read. */
interface Block {
  name: string;
  index: number | undefined;
  entries: WrittenArgument[];
  tolerances: string[];
  duplicates: string[];
  problem?: string | undefined;
  /** `complete`; `broken` by something that cannot stand in it; `end` of the input. */
  state: 'complete' | 'broken' | 'end' | 'read-again';
  /** Offset behind the block, and white space consumed after that. */
  end: number;
  space: string;
}

/**
 * Reads `<function=…>` blocks up to the end of their envelope, from the first opener on. `start` is where the candidate
 * began (and where the source began to keep).
 */
export function* readFunctions(
  context: ParseContext,
  start: number,
  certainty: Certainty,
  tolerances: string[] = [],
): Wait<Outcome> {
  const { source, output } = context;
  let from = start;
  let given = false;
  const textFrom = (): Outcome => {
    if (!given) return 'text';
    output.text(source.taken().slice(from - start));
    return 'given';
  };
  for (;;) {
    const opener = yield* readOpener(context);
    if (!opener) return textFrom();
    const inherited = given ? ['several-in-one-envelope'] : tolerances;
    const block = yield* readBlock(context, opener, inherited);
    if (block.state !== 'complete') dropPreview(context, block.index);
    if (block.state === 'read-again') {
      source.rewind(from);
      context.countNested = false;
      return given ? 'given' : 'again';
    }
    if (block.state === 'end') {
      output.text(source.taken().slice(from - start));
      output.add({ type: 'truncated', name: block.name, start: from, end: source.offset });
      return 'given';
    }
    if (block.state === 'broken') {
      if (certainty === 'recovered') return textFrom();
      yield* skipBroken(context, start, from, block);
      return 'given';
    }
    const closing = yield* readClosers(context, block, certainty);
    const raw = source.taken().slice(from - start, closing.end - start);
    if (!giveCall(context, { ...block, start: from, end: closing.end, raw }, certainty)) {
      dropPreview(context, block.index);
      output.text(raw);
    }
    given = true;
    output.text(closing.space);
    if (!closing.more) return 'given';
    from = closing.end + closing.space.length;
  }
}

interface Opener {
  name: string;
  tolerances: string[];
  selfClosing: boolean;
}

/** The opening tag of a function, in the spellings that models drift to. Consumes nothing if there is none. */
function* readOpener(context: ParseContext): Wait<Opener | undefined> {
  const { source, tools } = context;
  const tolerances: string[] = [];
  if (yield* accept(source, '<function_invocation>')) {
    tolerances.push('function-invocation');
    yield* skipSpace(source);
  }
  if ((yield* peek(source)) !== '<') return undefined;
  const tag = yield* peekTag(source);
  if (tag === null) return undefined;
  const parameter = parameterKey(tag);
  const opener = functionName(tag);
  if (opener) {
    source.pos += tag.length;
    return { ...opener, tolerances: [...tolerances, ...opener.tolerances] };
  }
  if (!parameter || !tools.known || !tools.declares(parameter.key)) return undefined;
  source.pos += tag.length;
  return { name: parameter.key, tolerances: [...tolerances, 'parameter-as-function'], selfClosing: false };
}

/** Reads a block from behind its opening tag. */
function* readBlock(context: ParseContext, opener: Opener, inherited: string[]): Wait<Block> {
  const { source, tools } = context;
  const { name } = opener;
  const block: Block = {
    name,
    index: startPreview(context, name),
    entries: [],
    tolerances: [...inherited, ...opener.tolerances],
    duplicates: [],
    state: 'complete',
    end: source.offset,
    space: '',
  };
  if (opener.selfClosing) return block;
  for (;;) {
    block.space = yield* skipSpace(source);
    const next = yield* peek(source);
    if (next === '') return { ...block, state: 'end' };
    if (next === '{' && block.entries.length === 0) {
      if (!(yield* readJsonArguments(context, block))) return block;
      continue;
    }
    if (next !== '<') return { ...block, state: 'broken' };
    if (yield* accept(source, '</function>')) {
      block.end = source.offset;
      block.space = '';
      return block;
    }
    if (yield* startsWith(source, '</tool_call>')) {
      block.tolerances.push('missing-function-close');
      block.end = source.offset - block.space.length;
      return block;
    }
    if (yield* accept(source, '</parameter>')) {
      block.tolerances.push('doubled-close');
      continue;
    }
    const tag = yield* peekTag(source);
    const parameter = tag === null ? undefined : parameterKey(tag);
    if (tag === null) return { ...block, state: source.closed ? 'end' : 'broken' };
    if (!parameter) {
      const state = yield* readKeyTag(context, block, tag);
      if (state === 'complete') continue;
      return { ...block, state };
    }
    source.pos += tag.length;
    block.tolerances.push(...parameter.tolerances);
    const { key } = parameter;
    const { index } = block;
    const value = yield* readValue(
      context,
      // The opener of a key that is there already is part of the value, not the end of it.
      (other) => other !== key && !isGiven(block, other) && tools.declaresKey(name, other),
      (delta) => {
        if (index !== undefined) context.output.add({ type: 'argument-delta', index, key, delta });
      },
    );
    if (value.kind === 'broken') return { ...block, state: 'end' };
    if (value.kind === 'end') {
      return { ...block, state: value.nested && context.countNested ? 'read-again' : 'end' };
    }
    setEntry(block, key, value.raw);
    block.tolerances.push(...value.tolerances);
    if (value.kind === 'function-closed') return { ...block, end: value.end, space: value.space };
  }
}

/** A parameter whose tag is its key, `<path>a.ts</path>`, as Qwen2.5 drifts to. */
function* readKeyTag(context: ParseContext, block: Block, tag: string): Wait<Block['state']> {
  const { tools } = context;
  const keyOf = (opening: string): { key: string; close: string } | undefined => {
    const key = /^<([\w.-]+)>$/.exec(opening)?.[1];
    if (key === undefined || !tools.known || tools.schema(block.name, key) === undefined) return undefined;
    return { key, close: `</${key}>` };
  };
  const parameter = keyOf(tag);
  if (!parameter) return 'broken';
  const value = yield* readTagValue(context, { close: '</function>', keyOf }, tag, parameter, block.index);
  if (value.raw === undefined) return value.again === true ? 'read-again' : 'end';
  setEntry(block, parameter.key, value.raw);
  block.tolerances.push('key-as-tag');
  return 'complete';
}

function isGiven(block: Block, key: string): boolean {
  return block.entries.some((entry) => entry.key === key);
}

function setEntry(block: Block, key: string, raw: string): void {
  const earlier = block.entries.findIndex((entry) => entry.key === key);
  if (earlier >= 0) {
    block.entries.splice(earlier, 1);
    block.duplicates.push(key);
  }
  block.entries.push({ key, raw });
}

/** Reads a JSON object in place of parameters. Answers false when the block ends here, with its state set. */
function* readJsonArguments(context: ParseContext, block: Block): Wait<boolean> {
  const extent = yield* readExtent(context);
  if (extent === undefined) {
    block.state = 'end';
    return false;
  }
  block.tolerances.push('json-in-function');
  const reading = readWholeJson(extent);
  if ('problem' in reading) block.problem = reading.problem;
  else if (isRecord(reading.value)) {
    block.entries = Object.entries(reading.value).map(([key, json]) => ({ key, json }));
    block.tolerances.push(...reading.tolerances);
    block.duplicates.push(...reading.duplicates);
  }
  return true;
}

/**
 * Consumes a bracketed JSON text and returns it; undefined if the input ends first, or with `careful` at a character
 * that cannot stand in JSON.
 */
export function* readExtent(context: ParseContext, careful = false): Wait<string | undefined> {
  const { source } = context;
  const extent = new JsonExtent(careful);
  let text = '';
  for (;;) {
    text += source.take(extent.scan(source.text, source.pos));
    if (extent.done) return text;
    if (source.pos >= source.text.length) {
      if (source.closed) return undefined;
      yield;
    } else if (careful && extent.quote === '') return undefined;
    else text += source.take(source.pos + 1);
  }
}

interface Closing {
  end: number;
  space: string;
  /** Another block follows in the same envelope. */
  more: boolean;
}

/** Consumes what closes the envelope, doubled closers included. */
function* readClosers(context: ParseContext, block: Block, certainty: Certainty): Wait<Closing> {
  const { source } = context;
  let { end, space } = block;
  for (;;) {
    space += yield* skipSpace(source);
    if (yield* accept(source, '</tool_call>')) {
      if (certainty === 'recovered') block.tolerances.push('bare-function');
      return { end: source.offset, space: '', more: false };
    }
    const stray = (yield* accept(source, '</function_invocation>'))
      ? 'function-invocation'
      : (yield* accept(source, '</function>'))
        ? 'doubled-close'
        : undefined;
    if (stray === undefined) break;
    block.tolerances.push(stray);
    end = source.offset;
    space = '';
  }
  const more = yield* startsWith(source, '<function=');
  if (certainty === 'recovered') block.tolerances.push('bare-function');
  else if (!more) block.tolerances.push('missing-envelope-close');
  return { end, space, more };
}

/** Gives a broken block out as malformed, up to its closer or the next call. */
function* skipBroken(context: ParseContext, start: number, from: number, block: Block): Wait<void> {
  const { source, output } = context;
  for (;;) {
    const next = source.text.indexOf('<', source.pos);
    source.pos = next < 0 ? source.text.length : next;
    if (next < 0) {
      if (source.closed) break;
      yield;
      continue;
    }
    if (yield* accept(source, '</tool_call>')) break;
    if (yield* startsWith(source, '<tool_call>')) break;
    source.pos++;
  }
  const raw = source.taken().slice(from - start);
  const end = source.offset;
  if (source.closed && source.pos >= source.text.length && !raw.endsWith('</tool_call>')) {
    output.text(raw);
    output.add({ type: 'truncated', name: block.name, start: from, end });
    return;
  }
  const reason = 'text between the parameters';
  giveCall(context, { ...block, problem: reason, index: undefined, start: from, end, raw }, 'strict');
}
