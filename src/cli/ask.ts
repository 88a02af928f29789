import { createInterface, type Interface } from 'node:readline';
import type { ApprovalAnswer, ApprovalRequest, FileDiff, Taken } from '../protocol/agent';

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
  /** A person at a terminal, not a pipe. */
  readonly interactive: boolean;
  /** The next line, or undefined at the end of the input or when `signal` aborts. */
  line(question: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The same for a message: a line that ends with `\\` goes on in the next one, and lines pasted at once are one. */
  message(question: string, signal?: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** The prompt of a line that goes on. */
const continued = '… ';

/** A prompter on a terminal or a pipe; what is asked goes to `output`. */
export function createPrompter(
  input: NodeJS.ReadableStream & { isTTY?: boolean },
  output: NodeJS.WritableStream,
  /** Ctrl-C at a question, which a terminal that edits lines takes for itself. */
  interrupt: () => void = () => process.kill(process.pid, 'SIGINT'),
): Prompter {
  const lines = input.isTTY === true ? terminalLines(input, output, interrupt) : pipedLines(input, output);
  const message: Prompter['message'] = async (question, signal) => {
    const text = await lines.ask(question, signal, true);
    if (!text?.endsWith('\\')) return text;
    const rest = await message(continued, signal);
    return rest === undefined ? undefined : `${text.slice(0, -1)}\n${rest}`;
  };
  return {
    interactive: input.isTTY === true,
    line: (question, signal) => lines.ask(question, signal, false),
    message,
    close: () => lines.close(),
  };
}

interface Lines {
  /** The next line; of a `message`, all that were pasted with it, and Up brings earlier ones back. */
  ask(question: string, signal: AbortSignal | undefined, message: boolean): Promise<string | undefined>;
  close(): void;
}

/** Lines may come before they are asked for, so that answers can be piped in; no more is read than is needed. */
function pipedLines(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Lines {
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
    ask: async (question, signal) => {
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

/** Time in which the lines of one paste arrive. Milliseconds. */
const pasteMs = 30;

/**
 * Lines edited at a terminal. Each question has an interface of its own: between two of them the terminal is as it was
 * found, and Ctrl-C a signal.
 */
function terminalLines(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  interrupt: () => void,
): Lines {
  let history: string[] = [];
  return {
    ask: (question, signal, message) =>
      new Promise((resolve) => {
        const editor = createInterface({
          input,
          output,
          terminal: true,
          history: message ? [...history] : [],
        });
        const typed: string[] = [];
        const end = (): void => editor.close();
        // What stands before the prompt's last line is no part of it: the editor counts its columns.
        const border = question.lastIndexOf('\n') + 1;
        output.write(question.slice(0, border));
        editor.setPrompt(question.slice(border));
        editor.on('line', (line) => {
          typed.push(line);
          if (typed.length === 1) setTimeout(end, message ? pasteMs : 0);
        });
        // What the key ends aborts the signal, which ends the question.
        editor.on('SIGINT', interrupt);
        editor.on('close', () => {
          signal?.removeEventListener('abort', end);
          if (message) history = [...typed.filter((line) => line !== '').reverse(), ...history].slice(0, 100);
          const text = message ? typed.join('\n') : typed[0];
          resolve(signal?.aborted || typed.length === 0 ? undefined : text);
        });
        if (signal?.aborted) {
          end();
          return;
        }
        signal?.addEventListener('abort', end);
        editor.prompt();
      }),
    close: () => undefined,
  };
}

/** Asks on the terminal; an empty line, the end of the input and anything unclear are a no. */
export async function askApproval(
  request: ApprovalRequest,
  prompter: Prompter,
  signal: AbortSignal,
): Promise<ApprovalAnswer & Taken> {
  const diffs = request.diffs ?? [];
  const several = diffs.length > 1 ? `Make this change of ${diffs.length} files` : 'Make this change';
  const what = request.kind === 'edit' ? several : 'Run this command';
  const byFile = diffs.length > 1 ? '[f]ile by file, ' : '';
  const line = await prompter.line(
    `${what}? [y]es, [s]ession, ${byFile}[n]o, or say what to do instead: `,
    signal,
  );
  const answer = (line ?? '').trim();
  if (diffs.length > 1 && /^(f|file|files)$/i.test(answer)) return askByFile(diffs, prompter, signal);
  if (isYes(answer)) return { answer: 'once' };
  if (/^(s|session|a|always)$/i.test(answer)) return { answer: 'session' };
  return /^(n|no|nein|non)?$/i.test(answer) ? { answer: 'no' } : { answer: 'no', note: answer };
}

/** Which files of a change are taken; no file at all is a no. */
async function askByFile(
  diffs: readonly FileDiff[],
  prompter: Prompter,
  signal: AbortSignal,
): Promise<ApprovalAnswer & Taken> {
  const files: string[] = [];
  for (const { path } of diffs) {
    const line = await prompter.line(`  ${path}? [y]es, [n]o: `, signal);
    if (line === undefined) return { answer: 'no' };
    if (isYes(line)) files.push(path);
  }
  return files.length === 0 ? { answer: 'no' } : { answer: 'once', files };
}

function isYes(line: string): boolean {
  return /^(y|yes|j|ja|o|oui)$/i.test(line.trim());
}
