/** What a declaration takes and whether it gives something back, read from its text. */

/** Words before a parameter's name that are no part of it. */
const modifiers =
  /^(?:(?:public|private|protected|readonly|override|final|const|ref|out|in|this|params|mut|volatile|register|struct|unsigned|static)\s+)+/;

/** Languages that write the type before the name. */
const typeFirst = new Set(['java', 'c', 'cpp', 'csharp']);

/**
 * Names of a function's parameters in their order, from its signature on one line. The receiver (`self`, `this`) is none,
 * nor is a parameter that is taken apart and so has no name.
 */
export function parametersOf(signature: string, name: string, languageId: string): string[] {
  const list = parameterList(signature, name);
  if (list === undefined) return [];
  const names = splitTopLevel(list).flatMap((part) => nameOf(part.trim(), languageId) ?? []);
  return [...new Set(names)].filter((each) => !/^(?:self|cls|this|void)$/.test(each));
}

/** What stands in the parentheses behind the name. */
function parameterList(signature: string, name: string): string | undefined {
  const at = signature.indexOf(name);
  const open = signature.indexOf('(', at < 0 ? 0 : at + name.length);
  if (open < 0) {
    // `const twice = x => …`
    return /(?:=|\basync)\s*([A-Za-z_$][\w$]*)\s*=>/.exec(signature)?.[1];
  }
  let depth = 0;
  for (let index = open; index < signature.length; index++) {
    const character = signature.charAt(index);
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth === 0) return signature.slice(open + 1, index);
  }
  return undefined;
}

/** The parts between the commas that are in no brackets and no string. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === quote && text.charAt(index - 1) !== '\\') quote = '';
    } else if (character === '"' || character === "'" || character === '`') quote = character;
    else if ('([{<'.includes(character)) depth++;
    // The arrow of a function type closes nothing.
    else if (')]}>'.includes(character) && text.charAt(index - 1) !== '=' && text.charAt(index - 1) !== '-')
      depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, index));
      from = index + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function nameOf(part: string, languageId: string): string | undefined {
  const plain = part.replace(/^(?:@\w+(?:\([^)]*\))?\s+)+/, '').replace(modifiers, '');
  if (typeFirst.has(languageId)) {
    return /([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*(?:=.*)?$/.exec(plain)?.[1];
  }
  if (languageId === 'php') return /\$([A-Za-z_]\w*)/.exec(plain)?.[1];
  return /^(?:\.\.\.|\*{1,2}|&(?:mut\s+)?)?([A-Za-z_$][\w$]*)/.exec(plain)?.[1];
}

/** True if a function's code gives a value back. */
export function returnsValue(code: string, languageId: string): boolean {
  if (languageId === 'python')
    return /^\s*(?:return\b(?!\s*(?:None\b\s*)?(?:#.*)?$)|.*\byield\b)/m.test(code);
  return /\breturn\b\s*[^;\s}]|=>\s*[^{\s]/.test(code);
}
