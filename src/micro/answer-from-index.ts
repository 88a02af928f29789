import { indexQuestionPrompt } from '../prompt/micro-prompts';
import type { MicroAgent } from './micro-agent';

/** A definition as the symbol index knows it. */
export interface KnownDefinition {
  path: string;
  startLine: number;
  /** With its containers, such as `Store.open`. */
  name: string;
  signature: string;
  /** First sentence of its documentation; may be empty. */
  doc: string;
}

export interface IndexQuestion {
  question: string;
  definitions: readonly KnownDefinition[];
}

/** Answers a question from the symbol index: only of definitions that are there, and of at least one of them. */
export const answerFromIndex: MicroAgent<IndexQuestion, string> = {
  job: 'index-answer',
  prompt: ({ question, definitions }) => indexQuestionPrompt(question, definitions.map(lineOf)),
  prefill: () => '',
  stop: ['\n\n', '\n```'],
  maxTokens: () => 140,
  check: ({ text, complete }, { definitions }) => {
    const answer = text.trim();
    if (answer === '') return { ok: false, problem: 'it was empty' };
    if (!complete) return { ok: false, problem: 'it did not come to an end' };
    const known = new Set(definitions.flatMap(({ path }) => [path, fileName(path)]));
    const paths = answer.match(/(?:[\w@.-]+\/)*[\w@-]+\.[A-Za-z]{1,5}(?![\w(])/g) ?? [];
    const members = new Set(definitions.map(({ name }) => name));
    const invented = paths.find((path) => looksLikeFile(path) && !known.has(path) && !members.has(path));
    if (invented !== undefined)
      return { ok: false, problem: `it named ${invented}, which is not among the definitions` };
    const names = definitions.flatMap(({ name, path }) => [name.split('.').at(-1) ?? name, fileName(path)]);
    return names.some((name) => answer.includes(name))
      ? { ok: true, value: answer }
      : { ok: false, problem: 'it named none of the definitions' };
  },
};

/** A definition on a line, as it stands in the prompt. */
export function lineOf({ path, startLine, name, signature, doc }: KnownDefinition): string {
  const owner = name.includes('.') ? ` (in ${name.split('.').slice(0, -1).join('.')})` : '';
  return `${path}:${startLine}: ${signature}${owner}${doc === '' ? '' : ` — ${doc}`}`;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Endings of source files; other words with a dot are members, versions and the like. */
function looksLikeFile(path: string): boolean {
  return /\.(?:py|[cm]?[jt]sx?|go|rs|java|c|h|cpp|hpp|cs|rb|php|json|md|toml|ya?ml|txt|html|css)$/i.test(
    path,
  );
}
