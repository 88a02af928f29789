import type { ParseContext } from './context';
import { functionClose, functionName, otherWords, parameterKey } from './frame-tags';
import { type Wait, accept, longestWord, peek, peekElement, peekTag, skipSpace } from './source';

/** How a function block begins, and what ends it. */
export interface Opener {
  name: string;
  tolerances: string[];
  selfClosing: boolean;
  /** The block's closing tag. */
  close: string;
  /** Spelled so that only a complete call of a declared tool is beyond doubt, in a strict envelope too. */
  drifted: boolean;
}

/** An opening in a spelling that leaves doubt. */
function drifted(name: string, close: string, tolerance: string): Opener {
  return { name, tolerances: [tolerance], selfClosing: false, close, drifted: true };
}

/**
 * The opening of a function block in the spellings that models drift to, consumed. `enveloped`: it stands in a strict
 * envelope, where more of them are read. Answers undefined if there is none; then at most a word was consumed.
 */
export function* readOpener(context: ParseContext, enveloped: boolean): Wait<Opener | undefined> {
  const { source, tools } = context;
  const tolerances: string[] = [];
  if (yield* accept(source, '<function_invocation>')) {
    tolerances.push('function-invocation');
    yield* skipSpace(source);
  }
  if ((yield* peek(source)) !== '<') return enveloped ? yield* readUntagged(context) : undefined;
  const tag = yield* peekTag(source);
  if (tag === null) return undefined;
  const opener = functionName(tag);
  if (opener) {
    source.pos += tag.length;
    const { name, selfClosing } = opener;
    tolerances.push(...opener.tolerances);
    return { name, tolerances, selfClosing, close: functionClose, drifted: false };
  }
  if (enveloped) {
    const [, word, name] = otherWords.exec(tag) ?? [];
    if (word !== undefined && name !== undefined) {
      source.pos += tag.length;
      return drifted(name, `</${word}>`, 'call-tag');
    }
    const named = tag === '<function>' ? yield* peekElement(source, 'function') : undefined;
    if (named) {
      source.pos += named.length;
      return drifted(named.content, functionClose, 'name-as-element');
    }
  }
  const parameter = parameterKey(tag);
  if (!parameter || !tools.known || !tools.declares(parameter.key)) return undefined;
  source.pos += tag.length;
  tolerances.push('parameter-as-function');
  return { name: parameter.key, tolerances, selfClosing: false, close: functionClose, drifted: false };
}

/** `function=NAME>` that lost its `<`, or a tool's bare name before tags that are its keys. */
function* readUntagged(context: ParseContext): Wait<Opener | undefined> {
  const { source, tools } = context;
  const word = yield* readWord(context);
  const name = /^function=(.+)$/.exec(word)?.[1];
  if (name !== undefined) {
    if (!(yield* accept(source, '>'))) return undefined;
    return drifted(name, functionClose, 'missing-tag-start');
  }
  if (!tools.known || !tools.declares(word)) return undefined;
  yield* skipSpace(source);
  if ((yield* peek(source)) !== '<') return undefined;
  return drifted(word, `</${word}>`, 'bare-name');
}

function* readWord(context: ParseContext): Wait<string> {
  const { source } = context;
  let word = '';
  while (word.length < longestWord && /[\w.=-]/.test(yield* peek(source)))
    word += source.take(source.pos + 1);
  return word;
}
