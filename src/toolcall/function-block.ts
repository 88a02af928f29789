import {
  type Certainty,
  type Outcome,
  type ParseContext,
  type WrittenCall,
  dropPreview,
  giveCall,
  giveCallOrText,
  giveTruncated,
  setRaw,
  startPreview,
} from './context';
import { functionClose, opensBlock, parameterKey } from './frame-tags';
import { type Opener, readOpener } from './function-opener';
import { readJsonArguments } from './json-call';
import { readExtent } from './json-extent';
import { JsonPreview } from './json-preview';
import { isRecord } from './json-reader';
import { readValue } from './parameter-value';
import { type Wait, accept, findTag, peek, peekElement, peekTag, skipSpace, startsWith } from './source';
import { readTagValue } from './tag-block';

/** A function block as far as it was read; `end` is the offset behind it, without white space. */
interface Block extends WrittenCall {
  /** Its spelling leaves doubt, so that it counts only as a complete call of a declared tool. */
  drifted: boolean;
  /** `complete`; `broken` by something that cannot stand in it; `end` of the input. */
  state: 'complete' | 'broken' | 'end' | 'read-again';
  /** White space consumed behind it. */
  space: string;
}

/**
 * Reads function blocks up to the end of their envelope, from the first opener on. `start` is where the candidate began
 * (and where the source began to keep); `certainty` is strict inside a strict envelope, `close` the envelope's closer.
 */
export function* readFunctions(
  context: ParseContext,
  start: number,
  certainty: Certainty,
  tolerances: string[] = [],
  close = '</tool_call>',
): Wait<Outcome> {
  const { source, output } = context;
  const enveloped = certainty === 'strict';
  let from = start;
  let given = false;
  const textFrom = (): Outcome => {
    if (!given) return 'text';
    output.text(source.kept(from));
    return 'given';
  };
  for (;;) {
    const opener = yield* readOpener(context, enveloped);
    if (!opener) return textFrom();
    const inherited = given ? ['several-in-one-envelope'] : tolerances;
    const block = yield* readBlock(context, opener, inherited, from);
    const own = block.drifted ? 'recovered' : certainty;
    if (block.state !== 'complete') dropPreview(context, block.index);
    if (block.state === 'read-again') {
      source.rewind(from);
      context.countNested = false;
      return given ? 'given' : 'again';
    }
    if (block.state === 'end') {
      giveTruncated(context, from, source.kept(from), block.name);
      return 'given';
    }
    if (block.state === 'broken') {
      if (own === 'recovered') return textFrom();
      yield* skipBroken(context, start, block);
      return 'given';
    }
    const closing = yield* readClosers(context, block, enveloped, close);
    block.end = closing.end;
    block.raw = source.kept(from, closing.end);
    giveCallOrText(context, block, own);
    given = true;
    output.text(closing.space);
    if (!closing.more) return 'given';
    from = closing.end + closing.space.length;
  }
}

/** Reads a block from behind its opening tag. */
function* readBlock(context: ParseContext, opener: Opener, inherited: string[], start: number): Wait<Block> {
  const { source, tools } = context;
  const { name, close } = opener;
  const block: Block = {
    name,
    index: startPreview(context, name),
    entries: [],
    tolerances: [...inherited, ...opener.tolerances],
    duplicates: [],
    start,
    end: source.offset,
    raw: '',
    drifted: opener.drifted,
    state: 'complete',
    space: '',
  };
  const stop = (state: Block['state']): Block => {
    block.state = state;
    return block;
  };
  if (opener.selfClosing) return block;
  for (;;) {
    block.space = yield* skipSpace(source);
    const next = yield* peek(source);
    if (next === '') return stop('end');
    if (next === '{' && block.entries.length === 0) {
      if (!(yield* readJsonBody(context, block))) return block;
      continue;
    }
    if (next !== '<') return stop('broken');
    if (yield* accept(source, close)) {
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
    if (tag === null) return stop(source.closed ? 'end' : 'broken');
    if (/^<parameter\s*\/>$/.test(tag)) {
      source.pos += tag.length;
      block.tolerances.push('empty-parameter');
      continue;
    }
    const parameter = yield* readParameter(context, block, tag);
    if (!parameter) {
      const state = yield* readKeyTag(context, block, tag, close);
      if (state === 'complete') continue;
      return stop(state);
    }
    const { key, nameless } = parameter;
    const { index } = block;
    // The opener of a key that is there already is part of the value, not the end of it.
    const declares = (other: string): boolean =>
      other !== key && !isGiven(block, other) && tools.declaresKey(name, other);
    const value = yield* readValue(context, { close, declares, nameless }, (delta) => {
      context.output.delta(index, key, delta);
    });
    if (value.kind === 'broken') return stop('end');
    if (value.kind === 'end') {
      return stop(value.nested && context.countNested ? 'read-again' : 'end');
    }
    setRaw(block, key, value.raw);
    block.tolerances.push(...value.tolerances);
    if (value.kind === 'function-closed') {
      block.end = value.end;
      block.space = value.space;
      return block;
    }
  }
}

/** Consumes a parameter's opening: its tag, or `<parameter>KEY</parameter>`, behind which the value stands. */
function* readParameter(
  context: ParseContext,
  block: Block,
  tag: string,
): Wait<{ key: string; nameless: boolean } | undefined> {
  const { source, tools } = context;
  const parameter = parameterKey(tag);
  if (parameter) {
    source.pos += tag.length;
    block.tolerances.push(...parameter.tolerances);
    return { key: parameter.key, nameless: false };
  }
  const named = tag === '<parameter>' && !(tools.known && isRecord(tools.schema(block.name, 'parameter')));
  const element = named ? yield* peekElement(source, 'parameter') : undefined;
  if (!element || !tools.declaresKey(block.name, element.content)) return undefined;
  source.pos += element.length;
  block.tolerances.push('key-as-element');
  return { key: element.content, nameless: true };
}

/** A parameter whose tag is its key, `<path>a.ts</path>`, as Qwen2.5 drifts to. */
function* readKeyTag(
  context: ParseContext,
  block: Block,
  tag: string,
  blockClose: string,
): Wait<Block['state']> {
  const { tools } = context;
  const keyOf = (opening: string): { key: string; close: string } | undefined => {
    const key = tagKey.exec(opening)?.[1];
    // Only a key that the schema names: where it leaves others open, any tag would be one.
    const named = key !== undefined && tools.known && isRecord(tools.schema(block.name, key));
    return named ? { key, close: `</${key}>` } : undefined;
  };
  const parameter = keyOf(tag);
  if (!parameter) return 'broken';
  const value = yield* readTagValue(context, { close: blockClose, keyOf }, tag, parameter, block.index);
  if (value.raw === undefined) return value.again === true ? 'read-again' : 'end';
  setRaw(block, parameter.key, value.raw);
  block.tolerances.push('key-as-tag');
  return 'complete';
}

const tagKey = /^<([\w.-]+)>$/;

function isGiven(block: Block, key: string): boolean {
  return block.entries.some((entry) => entry.key === key);
}

/** Reads a JSON object in place of parameters. Answers false when the block ends here, with its state set. */
function* readJsonBody(context: ParseContext, block: Block): Wait<boolean> {
  const { source } = context;
  const before = [functionClose, '</tool_call>', '<tool_call>'];
  const text = yield* readExtent(context, new JsonPreview(context, block), { before });
  if (text === undefined) {
    block.state = source.pos < source.text.length ? 'broken' : 'end';
    return false;
  }
  const tolerances = [...block.tolerances, 'json-in-function'];
  const read = readJsonArguments(text);
  Object.assign(block, read, { tolerances: [...tolerances, ...read.tolerances] });
  return true;
}

interface Closing {
  end: number;
  space: string;
  /** Another block follows in the same envelope. */
  more: boolean;
}

/** Consumes what closes the envelope, doubled closers included. */
function* readClosers(context: ParseContext, block: Block, enveloped: boolean, close: string): Wait<Closing> {
  const { source } = context;
  let { end, space } = block;
  if (!enveloped && close === '</tool_call>') block.tolerances.push('bare-function');
  for (;;) {
    space += yield* skipSpace(source);
    if (yield* accept(source, close)) return { end: source.offset, space: '', more: false };
    const stray = (yield* accept(source, '</function_invocation>'))
      ? 'function-invocation'
      : (yield* accept(source, functionClose))
        ? 'doubled-close'
        : undefined;
    if (stray === undefined) break;
    block.tolerances.push(stray);
    end = source.offset;
    space = '';
  }
  const more = yield* opensBlock(source, enveloped);
  if (enveloped && !more) block.tolerances.push('missing-envelope-close');
  return { end, space, more };
}

/** Gives a broken block out as malformed, up to its closer or the next call. */
function* skipBroken(context: ParseContext, start: number, block: Block): Wait<void> {
  const { source } = context;
  const found = yield* findTag(source, ['</tool_call>', '<tool_call>']);
  if (found === '</tool_call>') source.pos += found.length;
  block.raw = source.kept(block.start);
  block.end = source.offset;
  block.index = undefined;
  block.problem = 'text between the parameters';
  if (found === undefined) giveTruncated(context, block.start, block.raw, block.name);
  else giveCall(context, block, 'strict');
}
