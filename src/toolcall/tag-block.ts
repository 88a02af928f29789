import {
  type Certainty,
  type ParseContext,
  type WrittenArgument,
  dropPreview,
  giveCallOrText,
  giveTruncated,
  setRaw,
  startPreview,
} from './context';
import type { Outcome } from './context';
import { ValueText } from './parameter-value';
import { type Wait, accept, peek, peekTag, skipSpace, startsWith } from './source';

/** A block whose parameters are tags, `<path>a.ts</path>`, up to the block's own closing tag. */
export interface TagBlock {
  name: string;
  /** Closes the block. */
  close: string;
  /** The key of a parameter's opening tag; undefined if the tag opens none. */
  keyOf: (tag: string) => { key: string; close: string } | undefined;
  certainty: Certainty;
  tolerances: string[];
}

/**
 * Reads a block of parameter tags from behind its opening tag. `tail` may consume what closes an envelope around it,
 * and answers whether it did.
 */
export function* readTagBlock(
  context: ParseContext,
  start: number,
  from: number,
  block: TagBlock,
  tail?: () => Wait<boolean>,
): Wait<Outcome> {
  const { source, output } = context;
  const index = startPreview(context, block.name);
  const entries: WrittenArgument[] = [];
  const duplicates: string[] = [];
  for (;;) {
    yield* skipSpace(source);
    if (yield* accept(source, block.close)) break;
    const tag = (yield* peek(source)) === '<' ? yield* peekTag(source) : null;
    const parameter = tag === null ? undefined : block.keyOf(tag);
    const value =
      tag !== null && parameter ? yield* readTagValue(context, block, tag, parameter, index) : undefined;
    if (parameter && value?.raw !== undefined) {
      setRaw({ entries, duplicates }, parameter.key, value.raw);
      continue;
    }
    dropPreview(context, index);
    if (value?.again === true) {
      context.countNested = false;
      source.rewind(start);
      return 'again';
    }
    const cut = source.closed && (value !== undefined || source.pos >= source.text.length || tag === null);
    if (!cut) return 'text';
    source.pos = source.text.length;
    giveTruncated(context, from, source.kept(from), block.name);
    return 'given';
  }
  let end = source.offset;
  let space = yield* skipSpace(source);
  if (tail !== undefined && (yield* tail())) {
    end = source.offset;
    space = '';
  }
  const raw = source.kept(from, end);
  const { name, tolerances, certainty } = block;
  giveCallOrText(context, { name, index, entries, duplicates, tolerances, start: from, end, raw }, certainty);
  output.text(space);
  return 'given';
}

/**
 * One value. Its closer counts only if another parameter, the block's closer or the end follows; a nested pair of its
 * own tags is counted.
 */
export function* readTagValue(
  context: ParseContext,
  block: Pick<TagBlock, 'close' | 'keyOf'>,
  tag: string,
  parameter: { key: string; close: string },
  index: number | undefined,
): Wait<{ raw?: string; again?: boolean }> {
  const { source, output } = context;
  const { key, close } = parameter;
  source.pos += tag.length;
  if ((yield* peek(source)) === '\n') source.pos++;
  const value = new ValueText(source, (delta) => {
    output.delta(index, key, delta);
  });
  let depth = 0;
  let nested = false;
  for (;;) {
    const next = source.text.indexOf('<', source.pos);
    value.add(source.take(next < 0 ? source.text.length : next));
    if (next < 0) {
      if (source.closed) return { again: nested && context.countNested };
      yield;
    } else if (yield* accept(source, close)) {
      let literal = close;
      if (depth === 0 || !context.countNested) {
        literal += yield* skipSpace(source);
        if (yield* mayFollow(context, block)) return { raw: value.closed([]).raw };
      } else depth--;
      value.add(literal);
    } else if (yield* accept(source, tag)) {
      depth++;
      nested = true;
      value.add(tag);
    } else value.add(source.take(source.pos + 1));
  }
}

function* mayFollow(context: ParseContext, block: Pick<TagBlock, 'close' | 'keyOf'>): Wait<boolean> {
  const { source } = context;
  const next = yield* peek(source);
  if (next === '') return true;
  if (next !== '<') return false;
  if (yield* startsWith(source, block.close)) return true;
  const tag = yield* peekTag(source);
  return tag !== null && block.keyOf(tag) !== undefined;
}
