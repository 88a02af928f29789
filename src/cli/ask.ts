import { createInterface, type Interface } from 'node:readline';
import type { ApprovalAnswer, ApprovalRequest } from '../protocol/agent';

/** Which kinds pass without asking, from `--yes` or `--yes=edit,run`. */
export interface StandingYes {
  edit: boolean;
  run: boolean;
}

export function standingYes(value: string | boolean | undefined): StandingYes | undefined {
  if (value === undefined || value === false) return { edit: false, run: false };
  if (value === true) return { edit: true, run: true };
  const kinds = value.split(',').map((kind) => kind.trim());
  if (kinds.some((kind) => kind !== 'edit' && kind !== 'run')) return undefined;
  return { edit: kinds.includes('edit'), run: kinds.includes('run') };
}

/** Lines that the user types. Without a terminal there is nobody to ask. */
export interface Prompter {
  /** The next line, or undefined at the end of the input or when `signal` aborts. */
  line(question: string, signal?: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** Lines may come before they are asked for, so that answers can be piped in; no more is read than is needed. */
export function createPrompter(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Prompter {
  const waiting: string[] = [];
  let ended = false;
  let next: (() => void) | undefined;
  const lines: Interface = createInterface({ input });
  lines.on('line', (line) => {
    waiting.push(line);
    // `yes |` never ends: without this all of memory would hold its answers.
    lines.pause();
    next?.();
  });
  lines.on('close', () => {
    ended = true;
    next?.();
  });
  return {
    line: async (question, signal) => {
      output.write(question);
      if (waiting.length === 0 && !ended) lines.resume();
      while (waiting.length === 0 && !ended && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          next = resolve;
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      return signal?.aborted ? undefined : waiting.shift();
    },
    close: () => lines.close(),
  };
}

/** Asks on the terminal; an empty line, the end of the input and anything unclear are a no. */
export async function askApproval(
  request: ApprovalRequest,
  prompter: Prompter,
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
  const what = request.kind === 'edit' ? 'Make this change' : 'Run this command';
  const line = await prompter.line(`${what}? [y]es, [s]ession, [n]o, or say what to do instead: `, signal);
  const answer = (line ?? '').trim();
  if (/^(y|yes|j|ja|o|oui)$/i.test(answer)) return { answer: 'once' };
  if (/^(s|session|a|always)$/i.test(answer)) return { answer: 'session' };
  return /^(n|no|nein|non)?$/i.test(answer) ? { answer: 'no' } : { answer: 'no', note: answer };
}
