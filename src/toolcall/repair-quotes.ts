import { type JsonCall, readJsonCalls } from './json-call';
import type { ToolTable } from './tools';

/** Most steps of the search before a text counts as beyond repair. */
const maxSteps = 300;

/**
 * Reads a call whose string values hold unescaped quotes. Every quote that could close a string is tried; the call
 * counts only if exactly one reading is complete and has declared keys only.
 */
export function repairQuotes(text: string, tools: ToolTable): JsonCall[] | undefined {
  const found = new Map<string, JsonCall[]>();
  let steps = 0;
  const explore = (from: number, done: string): void => {
    if (++steps > maxSteps || found.size > 1) return;
    const opening = nextString(text, from);
    if (opening === undefined) {
      const reading = done + text.slice(from);
      const calls = readJsonCalls(reading);
      if (!('problem' in calls) && calls.every((call) => isDeclared(call, tools))) {
        found.set(reading, calls);
      }
      return;
    }
    for (const closing of closingQuotes(text, opening + 1)) {
      const inner = text.slice(opening + 1, closing).replace(/\\.|"/gs, (part) => (part === '"' ? '\\"' : part));
      explore(closing + 1, `${done}${text.slice(from, opening + 1)}${inner}"`);
      if (steps > maxSteps || found.size > 1) return;
    }
  };
  explore(0, '');
  const [only] = found.values();
  if (found.size !== 1 || steps > maxSteps || only === undefined) return undefined;
  return only.map((call) => ({ ...call, tolerances: [...call.tolerances, 'unescaped-quote'] }));
}

function nextString(text: string, from: number): number | undefined {
  const index = text.indexOf('"', from);
  return index < 0 ? undefined : index;
}

/** Unescaped quotes from `from` on behind which JSON could go on. */
function* closingQuotes(text: string, from: number): Generator<number> {
  const quote = /\\.|"(?=\s{0,64}(?:[:}\]]|$|,\s{0,64}["{[\dtfn-]))/gs;
  quote.lastIndex = from;
  for (let match = quote.exec(text); match; match = quote.exec(text)) {
    if (match[0] === '"') yield match.index;
  }
}

function isDeclared(call: JsonCall, tools: ToolTable): boolean {
  return (
    call.problem === undefined &&
    tools.declares(call.name) &&
    call.entries.every(({ key }) => tools.declaresKey(call.name, key))
  );
}
