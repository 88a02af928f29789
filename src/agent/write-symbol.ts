import {
  fenceClosing,
  fenceOpening,
  rewriteSymbolPrompt,
  systemPrompt,
  type PromptExcerpt,
} from '../prompt/agent-prompts';
import type { ChatMessage } from '../protocol/chat';
import { modelTurn } from './model-turn';
import { dedented, essence } from './draft';
import { editFor, type SymbolEdit } from './draft-edit';
import { qualifiedName, symbolText, type Target } from './locate';
import type { Run } from './ports';

/** A rewrite that the model proposes; undefined means that none came that differs from what was there. */
export interface SymbolDraft {
  edit: SymbolEdit | undefined;
  /** The conversation of this one job, for a question about it afterwards. */
  messages: ChatMessage[];
}

export interface WriteTask {
  target: Target;
  request: string;
  related: readonly PromptExcerpt[];
  failure: { command: string; output: string } | undefined;
  /** What the failing assertion shows. */
  fact?: string | undefined;
  /** What the tests expect, one call and its value each. */
  examples: readonly string[];
  /** Rewrites that are not to come again. */
  tried: readonly string[];
  /** The rewrite that the model is shown as wrong; left out where it is to begin anew. */
  last?: { code: string; outcome: string } | undefined;
  /** Of the first draft; 0 leaves it to the profile and the user. */
  temperature: number;
}

/** Tries per call until a draft differs from the original and from what was tried. */
const maxDrafts = 3;

/** How much wider each further draft of a call is sampled. */
const wider = 0.2;

/**
 * Asks the model for one whole symbol in a code fence and answers the first draft that says something new. A copy
 * of the old code costs no more than its own tokens: nothing is shown or written for it.
 */
export async function writeSymbol(run: Run, task: WriteTask): Promise<SymbolDraft> {
  const original = symbolText(task.target);
  const { file, symbol } = task.target;
  // A comment may be the very thing that is asked for; it never makes a test pass.
  const formOf = (code: string): string =>
    task.failure ? essence(code, file.languageId) : dedented(code).trim();
  const known = new Set([original, ...task.tried].map(formOf));
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
        examples: task.examples,
        ...(task.fact === undefined ? {} : { fact: task.fact }),
        ...(task.last === undefined ? {} : { last: task.last }),
      }),
    },
  ];
  const prefill = fenceOpening(file.languageId);
  const [size = 0] = await run.ports.model.countTokens([original]);
  for (let draft = 0; draft < maxDrafts; draft++) {
    const level = task.temperature + draft * wider;
    const turn = await modelTurn(run, {
      messages,
      prefill,
      // Room to grow; a draft that needs more than this has lost its way.
      maxTokens: Math.min(1500, 120 + 2 * size),
      stop: [fenceClosing],
      ...(level === 0 ? {} : { temperature: Math.min(1, level) }),
    });
    if (turn.reason === 'length') continue;
    const text = turn.text.replace(/\s+$/, '');
    if (text === '') continue;
    const edit = await editFor(run, task.target, text);
    if (known.has(formOf(edit.code))) continue;
    return { edit, messages: [...messages, { role: 'assistant', content: prefill + text + fenceClosing }] };
  }
  return { edit: undefined, messages };
}
