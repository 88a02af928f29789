import { type JsonCall, readJsonCalls } from './json-call';
import type { ToolTable } from './tools';

/** Most steps of the search before a text counts as beyond repair. */
const maxSteps = 300;

/**
 * Reads a call whose string values hold unescaped quotes. Every quote that could close a value is tried; the call counts
 * only if exactly one reading is complete and has declared keys alone. What looks like a further key never becomes part
 * of a value, declared or not: a value that swallowed a key would be a guess.
 */
export function repairQuotes(text: string, tools: ToolTable): JsonCall[] | undefined {
  const name = /"name"\s*:\s*"([^"\\]+)"/.exec(text)?.[1];
  if (name === undefined || !tools.declares(name)) return undefined;
  const found = new Map<string, JsonCall[]>();
  let steps = 0;
  const explore = (from: number, done: string): void => {
    if (++steps > maxSteps || found.size > 1) return;
    const opening = text.indexOf('"', from);
    if (opening < 0) {
      const reading = done + text.slice(from);
      const calls = readJsonCalls(reading);
      if (!('problem' in calls) && calls.every((call) => isDeclared(call, tools))) found.set(reading, calls);
      return;
    }
    for (const closing of closingQuotes(text, opening + 1)) {
      const inner = text.slice(opening + 1, closing);
      if (furtherKey.test(inner)) continue;
      const quoted = inner.replace(/\\.|"/gs, (part) => (part === '"' ? '\\"' : part));
      explore(closing + 1, `${done}${text.slice(from, opening + 1)}${quoted}"`);
      if (steps > maxSteps || found.size > 1) return;
    }
  };
  explore(0, '');
  const [only] = found.values();
  if (found.size !== 1 || steps > maxSteps || only === undefined) return undefined;
  return only.map((call) => ({ ...call, tolerances: [...call.tolerances, 'unescaped-quote'] }));
}

const furtherKey = /,\s{0,64}"[^"\\\n]{1,64}"\s{0,64}:/;

/** Unescaped quotes from `from` on behind which JSON could go on. */
function* closingQuotes(text: string, from: number): Generator<number> {
  const quote =
    /\\.|"(?:(?=\s{0,64}(:|[}\]]|$))|(?=\s{0,64}(,)\s{0,64}(?:"[^"\\\n]{1,64}"\s{0,64}(:)|[["{\dtfn-]))|)/gs;
  quote.lastIndex = from;
  let first = true;
  for (let match = quote.exec(text); match; match = quote.exec(text)) {
    if (!match[0].startsWith('"')) continue;
    const [, after, comma, key] = match;
    // A key ends at the first quote there is; only values hold quotes.
    if (after === ':') {
      if (first) yield match.index;
      if (first) return;
    } else if (after !== undefined || comma !== undefined) yield match.index;
    if (key !== undefined) return;
    first = false;
  }
}

function isDeclared(call: JsonCall, tools: ToolTable): boolean {
  return (
    call.problem === undefined &&
    tools.declares(call.name) &&
    call.entries.every(({ key }) => tools.declaresKey(call.name, key))
  );
}
