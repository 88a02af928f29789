import { type Source, type Wait, peek, peekTag } from './source';

/** Closing tag of a block in the form that templates teach. */
export const functionClose = '</function>';

/** The key of a parameter's opening tag: `<parameter=KEY>`, `<parameter name="KEY">` or `<parameter KEY>`. */
export function parameterKey(tag: string): { key: string; tolerances: string[] } | undefined {
  const match = /^<parameter(?:\s*=\s*|(\s+name\s*=\s*)|(\s+))("[^"]*"|'[^']*'|[^\s<>"'=/]+)\s*>$/.exec(tag);
  if (!match) return undefined;
  const [, attribute, missingEquals, name = ''] = match;
  const key = name.replace(/^(["'])(.*)\1$/, '$2').trim();
  const clean = attribute === undefined && missingEquals === undefined && key === name;
  return { key, tolerances: clean ? [] : ['parameter-tag'] };
}

/** The name in a function's opening tag: `<function=NAME>`, `<function NAME>` or `<function name="NAME">`. */
export function functionName(
  tag: string,
): { name: string; tolerances: string[]; selfClosing: boolean } | undefined {
  const match = /^<function(?:\s*=\s*|(\s+name\s*=\s*)|(\s+))("[^"]*"|'[^']*'|[^\s<>"'=/]+)\s*(\/?)>$/.exec(
    tag,
  );
  if (!match) return undefined;
  const [, attribute, missingEquals, written = '', slash] = match;
  const name = written.replace(/^(["'])(.*)\1$/, '$2').trim();
  const clean = attribute === undefined && missingEquals === undefined && name === written && slash === '';
  return { name, tolerances: clean ? [] : ['function-tag'], selfClosing: slash === '/' };
}

/** Openers of a block by other words, `<call=NAME>`. */
export const otherWords = /^<(call|tool|invoke)=([\w.-]+)>$/;

/** True if another block opens here. Consumes nothing. */
export function* opensBlock(source: Source, enveloped: boolean): Wait<boolean> {
  if ((yield* peek(source)) !== '<') return false;
  const tag = yield* peekTag(source);
  return tag !== null && (tag.startsWith('<function=') || (enveloped && otherWords.test(tag)));
}
