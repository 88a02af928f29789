import { type PromptExcerpt } from '../prompt/agent-prompts';
import { explainErrorPrompt } from '../prompt/micro-prompts';
import type { MicroAgent } from './micro-agent';

export interface ErrorInput {
  /** What a tool or a program wrote, shortened to what tells. */
  error: string;
  /** The code that it points at. */
  excerpts: readonly PromptExcerpt[];
  /** What the user asks about it; may be empty. */
  note: string;
}

/** Longest explanation, in UTF-16 units: a longer one has lost its way. */
const longestExplanation = 900;

/** Explains an error: in a few sentences that name what it is about and say more than the error does. */
export const explainError: MicroAgent<ErrorInput, string> = {
  job: 'explain-error',
  prompt: ({ error, excerpts, note }) => explainErrorPrompt(error, excerpts, note),
  prefill: () => '',
  stop: ['\n```', '\n\n\n'],
  maxTokens: () => 200,
  check: ({ text, complete }, { error, excerpts }) => {
    const explanation = withoutRepeats(complete ? text.trim() : wholeSentences(text.trim()));
    if (explanation === '') return { ok: false, problem: 'it was empty' };
    if (explanation.length > longestExplanation) return { ok: false, problem: 'it was too long' };
    const said = explanation.toLowerCase();
    const subjects = subjectsOf(error);
    if (subjects.length > 0 && !subjects.some((name) => said.includes(name.toLowerCase())))
      return {
        ok: false,
        problem: `it named nothing of what the error is about (${subjects.slice(0, 3).join(', ')})`,
      };
    if (isRepetition(explanation, [error, ...excerpts.map((excerpt) => excerpt.text)]))
      return { ok: false, problem: 'it only repeated the error' };
    return { ok: true, value: explanation };
  },
};

/** Names that an error is about: what it quotes, its names in code, and the kind of error; where it names nothing, its words. */
export function subjectsOf(error: string): string[] {
  const quoted = [...error.matchAll(/[‘'"`“]([^‘’'"`“”\n]{1,60})[’'"`”]/g)].map(
    (match) => match[1]?.trim() ?? '',
  );
  const named = quoted.flatMap((text) => (/\.\w{1,5}$/.test(text) && text.includes('/') ? [] : text));
  const kinds = [...error.matchAll(/\b([A-Z][A-Za-z]*(?:Error|Exception|Warning))\b/g)].map(
    (match) => match[1] ?? '',
  );
  const inCode = [...error.matchAll(/\b([a-z]+[A-Z]\w*|[a-z]+_\w+)\b/g)].map((match) => match[1] ?? '');
  // “list index out of range” quotes nothing.
  const words = [...error.matchAll(/^[\w.]*(?:Error|Exception|panic)\b:? (.+)$/gm)].flatMap(
    ([, message = '']) => message.match(/\b[a-z]{5,}\b/g) ?? [],
  );
  const names = [...named, ...inCode];
  return [...new Set([...names, ...kinds, ...(names.length === 0 ? words : [])])].filter((name) =>
    /[\p{L}\p{N}]/u.test(name),
  );
}

/** A text that was cut off, up to its last whole sentence. */
function wholeSentences(text: string): string {
  return /^[\s\S]*[.!?](?=\s|$)/.exec(text)?.[0] ?? '';
}

/** Without the sentences that were said before: a model that loops says the same again and again. */
function withoutRepeats(text: string): string {
  const seen = new Set<string>();
  return text
    .split(/(?<=[.!?])(?=\s)/)
    .filter((sentence) => {
      const key = sentence.trim().toLowerCase();
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .join('')
    .trim();
}

/** True where nearly all words stand in the texts already. */
function isRepetition(explanation: string, texts: readonly string[]): boolean {
  const known = new Set(texts.flatMap(wordsOf));
  const words = wordsOf(explanation);
  return words.filter((word) => !known.has(word)).length < 4;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}_]{2,}/gu) ?? [];
}
