import { codeOnly } from './code-only';

/** Lines that only stand where code is still to come, in the languages whose stubs look alike. */
const placeholder =
  /^(pass|\.\.\.|return( None| null| nil| undefined)?;?|raise NotImplementedError\b.*|throw new (Error|NotImplementedException)\b.*|todo!\(.*\);?|unimplemented!\(.*\);?|panic\(.*\))$/;
/** Lines that declare something and do nothing. */
const declaration =
  /^(async def |def |class |@|import |from |export |module\.exports|exports\.|const \w+ = (async )?\(.*\) *=> *\{$|(async )?function\b|(public |private |static |async )*[\w$]+\(.*\) *\{$|func |fn |pub |package |use |[)}\]]+[;,]?$|['"]use strict['"])/;

/** True if a file declares functions or classes whose bodies are all still to be written. */
export function isStub(text: string): boolean {
  const lines = codeOnly(text);
  const one = lines.flatMap((line) => {
    // A body on the line of its header, as in `def f(): pass` or `function f() {}`.
    const inline = /^(?:async def|def|class)\b.*:\s*(pass|\.\.\.|raise NotImplementedError.*)$/.exec(line);
    if (inline?.[1] !== undefined) return [inline[1]];
    return /^(export )?(async )?function\b.*\{\s*\}$/.test(line) ? ['pass'] : [line];
  });
  const bodies = one.filter((line) => !declaration.test(line) && !/^[A-Z_]+ = /.test(line));
  return bodies.length > 0 && bodies.every((line) => placeholder.test(line));
}
