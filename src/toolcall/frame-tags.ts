import { type Source, type Wait, peek, peekTag } from './source';

/** Closing tag of a block in the form that templates teach. */
export const functionClose = '</function>';

/** What an opening tag names. */
interface NamedTag {
  name: string;
  /** `<word=NAME>` with nothing in quotes, as templates teach it. */
  taught: boolean;
  selfClosing: boolean;
}

/** The name in `<word=NAME>`, `<word name="NAME">` or `<word NAME>`. */
function namedTag(pattern: RegExp, tag: string): NamedTag | undefined {
  const match = pattern.exec(tag);
  if (!match) return undefined;
  const [, equals, written = '', slash] = match;
  const name = written.replace(quoted, '$2').trim();
  const selfClosing = slash === '/';
  return { name, taught: equals?.trim() === '=' && name === written && !selfClosing, selfClosing };
}

const patternOf = (word: string): RegExp =>
  new RegExp(`^<${word}(\\s*=\\s*|\\s+name\\s*=\\s*|\\s+)("[^"]*"|'[^']*'|[^\\s<>"'=/]+)\\s*(/?)>$`);
const parameterTag = patternOf('parameter');
const functionTag = patternOf('function');
const quoted = /^(["'])(.*)\1$/;

/** The key of a parameter's opening tag: `<parameter=KEY>`, `<parameter name="KEY">` or `<parameter KEY>`. */
export function parameterKey(tag: string): { key: string; tolerances: string[] } | undefined {
  const named = namedTag(parameterTag, tag);
  if (!named || named.selfClosing) return undefined;
  return { key: named.name, tolerances: named.taught ? [] : ['parameter-tag'] };
}

/** The name in a function's opening tag: `<function=NAME>`, `<function NAME>` or `<function name="NAME">`. */
export function functionName(
  tag: string,
): { name: string; tolerances: string[]; selfClosing: boolean } | undefined {
  const named = namedTag(functionTag, tag);
  if (!named) return undefined;
  const { name, taught, selfClosing } = named;
  return { name, tolerances: taught ? [] : ['function-tag'], selfClosing };
}

/** Openers of a block by other words, `<call=NAME>`. */
export const otherWords = /^<(call|tool|invoke)=([\w.-]+)>$/;

/** True if another block opens here. Consumes nothing. */
export function* opensBlock(source: Source, enveloped: boolean): Wait<boolean> {
  if ((yield* peek(source)) !== '<') return false;
  const tag = yield* peekTag(source);
  return tag !== null && (tag.startsWith('<function=') || (enveloped && otherWords.test(tag)));
}
