import {
  fenceClosing,
  fenceOpening,
  rewriteSymbolPrompt,
  systemPrompt,
  type PromptExcerpt,
} from '../prompt/agent-prompts';
import type { ChatMessage } from '../protocol/chat';
import { modelTurn } from './model-turn';
import type { Run } from './ports';
import { qualifiedName, symbolText, type Target } from './locate';

/** A rewrite that the model proposes; undefined code means that none came that differs from what was there. */
export interface SymbolDraft {
  code: string | undefined;
  /** The conversation of this one job, for a question about it afterwards. */
  messages: ChatMessage[];
}

export interface WriteTask {
  target: Target;
  request: string;
  related: readonly PromptExcerpt[];
  failure: { command: string; output: string } | undefined;
  attempts: { code: string; outcome: string }[];
  /** What the failing assertion shows. */
  fact?: string;
  /** Leaves out what was tried, so that the model begins anew; it is still not taken twice. */
  afresh?: boolean;
}

/** Temperatures of the tries: careful first, then wider, since a small model repeats itself. */
const temperatures = [undefined, 0.5, 0.8, 1.0];

/** Tries per call until a draft differs from the original and from what was tried. */
const maxDrafts = 3;

/**
 * Asks the model for one whole symbol in a code fence and answers the first draft that says something new. A copy
 * of the old code costs no more than its own tokens: nothing is shown or written for it.
 */
export async function writeSymbol(run: Run, task: WriteTask): Promise<SymbolDraft> {
  const original = symbolText(task.target);
  const known = new Set([original, ...task.attempts.map((attempt) => attempt.code)].map(normalised));
  const { file, symbol } = task.target;
  const messages: ChatMessage[] = [
    { role: 'system', content: systemPrompt },
    {
      role: 'user',
      content: rewriteSymbolPrompt({
        request: task.request,
        path: file.path,
        kind: symbol.kind,
        symbol: qualifiedName(symbol),
        code: original,
        related: task.related,
        failure: task.failure,
        ...(task.fact === undefined ? {} : { fact: task.fact }),
        attempts: task.afresh ? [] : task.attempts,
      }),
    },
  ];
  const prefill = fenceOpening(file.languageId);
  const [size = 0] = await run.ports.model.countTokens([original]);
  for (let draft = 0; draft < maxDrafts; draft++) {
    const level = Math.min(draft + task.attempts.length, temperatures.length - 1);
    const temperature = temperatures[level];
    const turn = await modelTurn(run, {
      messages,
      prefill,
      // Room to grow; a draft that needs more than this has lost its way.
      maxTokens: Math.min(1500, 120 + 2 * size),
      stop: [fenceClosing],
      ...(temperature === undefined ? {} : { temperature }),
    });
    if (turn.reason === 'length') continue;
    const code = turn.text.replace(/\s+$/, '');
    if (code === '' || known.has(normalised(code))) continue;
    return { code, messages: [...messages, { role: 'assistant', content: prefill + code + fenceClosing }] };
  }
  return { code: undefined, messages };
}

/** Code without what does not count as a change: indentation as a whole, trailing space, empty lines at the ends. */
function normalised(code: string): string {
  const lines = code
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const indents = lines.map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join('\n');
}
