import { documentPrompt, docSlotMeanings } from '../prompt/micro-prompts';
import {
  canDocument,
  docOf,
  type DocTexts,
  isDocumentedByComments,
  listsParameters,
  missingIn,
  withNewDoc,
} from './doc-comment';
import { withExtendedDoc } from './extended-doc';
import { fitNewText } from '../edit/fit-new-text';
import { indentOf } from '../edit/lines';
import { type AskModel, type Checked, type MicroAgent, runMicroAgent } from './micro-agent';
import { parametersOf, returnsValue } from './parameters';

export interface CodeToDocument {
  path: string;
  languageId: string;
  /** Whole lines as the file has them, without the last one's end. */
  text: string;
  /** The line end of new lines. */
  eol: '\n' | '\r\n';
  /** The definition that the code is; undefined for mere lines. */
  symbol: { name: string; kind: string; signature: string; doc: string } | undefined;
  /** What the user says about it; may be empty. */
  note: string;
}

/** What documentation is asked for: `summary`, a parameter's name or `returns`, in the order of the answer's lines. */
interface DocInput extends CodeToDocument {
  /** The text without the indentation of its first line; `\n` line ends. */
  code: string;
  slots: readonly Slot[];
}

interface Slot {
  kind: 'summary' | 'parameter' | 'returns';
  name: string;
}

/** Longest line of an answer, in UTF-16 units. */
const longestLine = 200;

const withSlots = {
  prompt: ({ path, code, symbol, note, slots }: DocInput): string =>
    documentPrompt({ path, code, note, what: whatOf(symbol), slots }),
  prefill: ({ slots }: DocInput): string => `${slots[0]?.name ?? 'summary'}:`,
  stop: ['\n\n'],
  // The names of the lines are the program's; only what stands behind them is the model's.
  grammar: ({ slots }: DocInput): string => {
    const further = slots.slice(1).map(({ name }) => `${JSON.stringify(`\n${name}:`)} line`);
    return `root ::= ${['line', ...further].join(' ')} "\\n"?\nline ::= " " [^ \\n] [^\\n]{1,${longestLine - 2}}\n`;
  },
  maxTokens: ({ slots }: DocInput): number => 60 * slots.length + 20,
  check: ({ text }: { text: string }, { slots, symbol }: DocInput): Checked<DocTexts> =>
    checkTexts(text, slots, symbol?.name),
};

/** Documents a definition that has no documentation: what it does, what it takes, what it gives back. */
export const documentSymbol: MicroAgent<DocInput, DocTexts> = { job: 'document', ...withSlots };

/** Adds to documentation what it lacks, and leaves what it says. */
export const completeDocstring: MicroAgent<DocInput, DocTexts> = { job: 'docstring', ...withSlots };

/** What there is to do for a piece of code. */
export type DocJob =
  | { job: 'document' | 'docstring'; input: DocInput }
  /** `complete`: nothing is left out; else the language's form is not known. */
  | { job: 'none'; complete: boolean; why: string };

/** Tells what documentation the code lacks. */
export function docJobFor(given: CodeToDocument): DocJob {
  const { symbol, languageId } = given;
  const code = dedented(given.text);
  if (!canDocument(languageId)) {
    const why = `How ${languageId} is documented is not known here.`;
    return { job: 'none', complete: false, why };
  }
  const isFunction = symbol !== undefined && /^(?:function|method|constructor)$/.test(symbol.kind);
  const lists = isFunction && listsParameters(languageId);
  const wanted = {
    parameters: lists ? parametersOf(symbol.signature, symbol.name, languageId) : [],
    returns: lists && symbol.kind !== 'constructor' && returnsValue(code, languageId),
  };
  const doc = symbol && docOf(code, languageId);
  const isSaid = symbol !== undefined && symbol.doc !== '' && isDocumentedByComments(code, languageId);
  if (!doc && isSaid)
    return { job: 'none', complete: true, why: 'It is documented by the comment above it.' };
  if (!doc)
    return { job: 'document', input: { ...given, code, slots: slotsOf({ summary: true, ...wanted }) } };
  const slots = slotsOf({ summary: false, ...missingIn(doc.text, wanted) });
  if (slots.length === 0) {
    const why = 'It is documented: no parameter and no result is left out.';
    return { job: 'none', complete: true, why };
  }
  return { job: 'docstring', input: { ...given, code, slots } };
}

function slotsOf(wanted: { summary: boolean; parameters: readonly string[]; returns: boolean }): Slot[] {
  return [
    ...(wanted.summary ? [{ kind: 'summary' as const, name: 'summary' }] : []),
    ...wanted.parameters.map((name) => ({ kind: 'parameter' as const, name })),
    ...(wanted.returns ? [{ kind: 'returns' as const, name: 'returns' }] : []),
  ];
}

/** The text with its documentation, or why there is none. Every line of the code stays as the file has it. */
export async function documented(
  { job, input }: Exclude<DocJob, { job: 'none' }>,
  ask: AskModel,
): Promise<{ ok: true; text: string } | { ok: false; problems: string[] }> {
  const agent = job === 'document' ? documentSymbol : completeDocstring;
  const result = await runMicroAgent(agent, input, ask);
  if (!result.ok) return result;
  const { text, eol, code, languageId, symbol } = input;
  const written =
    job === 'document'
      ? withNewDoc(code, languageId, symbol?.name ?? '', result.value)
      : withExtendedDoc(code, languageId, result.value);
  if (written === undefined) return { ok: false, problems: ['the code has no place for documentation'] };
  const indent = indentOf(text);
  return { ok: true, text: fitNewText(text, indented(code, indent), indented(written, indent), eol) };
}

function dedented(text: string): string {
  const indent = indentOf(text);
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n');
}

function indented(code: string, indent: string): string {
  return code
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n');
}

function whatOf(symbol: CodeToDocument['symbol']): string {
  return symbol ? `the ${symbol.kind} ${symbol.name}` : 'this code';
}

/** The texts behind the names; refused where a line is missing, says nothing, or says what another one does. */
export function checkTexts(
  answer: string,
  slots: readonly { kind: Slot['kind']; name: string }[],
  symbolName: string | undefined,
): Checked<DocTexts> {
  const [first] = slots;
  const lines = `${first?.name ?? ''}:${answer}`.split('\n');
  const texts: { slot: (typeof slots)[number]; text: string }[] = [];
  let at = 0;
  for (const slot of slots) {
    const found = lines.findIndex((line, index) => index >= at && lineName(line) === slot.name);
    if (found < 0) return { ok: false, problem: `it says nothing about ${slot.name}` };
    const text = plainText(lines[found] ?? '');
    const problem = problemOf(text, slot, symbolName);
    if (problem !== undefined) return { ok: false, problem };
    texts.push({ slot, text: sentence(text, slot.kind) });
    at = found + 1;
  }
  const different = new Set(texts.map(({ text }) => text.toLowerCase()));
  if (different.size < texts.length) return { ok: false, problem: 'it says the same of different things' };
  const textOf = (kind: Slot['kind']): string | undefined =>
    texts.find(({ slot }) => slot.kind === kind)?.text;
  const summary = textOf('summary');
  const returns = textOf('returns');
  return {
    ok: true,
    value: {
      ...(summary === undefined ? {} : { summary }),
      parameters: texts.flatMap(({ slot: { kind, name }, text }) =>
        kind === 'parameter' ? [{ name, text }] : [],
      ),
      ...(returns === undefined ? {} : { returns }),
    },
  };
}

function lineName(line: string): string {
  return /^[\s*`-]*([\w$]+)[`*]*\s*:/.exec(line)?.[1] ?? '';
}

function plainText(line: string): string {
  return line
    .slice(line.indexOf(':') + 1)
    .replace(/\*\/|"""|'''|<\|[a-z_]+\|>/g, '')
    .trim()
    .replace(/^["“](.*)["”]$/, '$1')
    .replace(/^(?:this|the) (?:function|method|class|code)\s+(?=[a-z]+s\b)/i, '')
    .trim();
}

function problemOf(text: string, { kind, name }: Slot, symbolName: string | undefined): string | undefined {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  if (words.length === 0 || /^(?:todo|tbd|none|n\/a)\b|^\.{3}/i.test(text))
    return `it says nothing about ${name}`;
  if (text.length > longestLine) return `what it says about ${name} is too long`;
  if (text.includes(docSlotMeanings[kind])) return `it repeats what was asked about ${name}`;
  const own = kind === 'summary' ? symbolName : name;
  if (words.length === 1 && words[0] === own) return `it only repeats the name ${name}`;
  if (kind === 'summary' && words.length < 3) return 'its summary is no sentence';
  return undefined;
}

function sentence(text: string, kind: Slot['kind']): string {
  const first = kind === 'summary' ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
