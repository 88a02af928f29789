import type { SourceFile } from '../protocol/indexer';
import type { SyntaxService } from '../syntax/syntax-service';
import { packWithin } from './pack';

/** A file with the cursor in it. `offset` in UTF-16 units of its text. */
export interface ContextPlace {
  file: SourceFile;
  offset: number;
}

/** Code of one other file, in source order. */
export interface ContextPart {
  path: string;
  text: string;
}

/**
 * Code of other files that is worth reading before a place, by path. Never rejects: without an index, or when it does
 * not answer in time, there is none. While the cursor stays on a line and nothing else changes, the answer is the
 * same to the byte, so that a keystroke leaves the beginning of a prompt as it was.
 */
export type ContextProvider = (place: ContextPlace, signal: AbortSignal) => Promise<readonly ContextPart[]>;

export interface ContextProviderOptions {
  /** With an index of the workspace. */
  syntax: SyntaxService;
  countTokens: (texts: string[]) => Promise<number[]>;
  /** Tokens. */
  budget: number;
  /** Milliseconds that an answer is waited for. */
  limitMs: number;
}

export function createContextProvider(options: ContextProviderOptions): ContextProvider {
  const { syntax, countTokens, budget, limitMs } = options;
  let last: { key: string; parts: readonly ContextPart[] } | undefined;
  return async ({ file, offset }, signal) => {
    const lineStart = file.text.lastIndexOf('\n', offset - 1) + 1;
    const lineEnd = file.text.indexOf('\n', offset);
    const behind = lineEnd < 0 ? '' : file.text.slice(lineEnd);
    const key = [file.path, file.text.slice(0, lineStart), behind].join('\0');
    if (last?.key === key) return last.parts;
    const line = file.text.slice(0, lineStart).split('\n').length;
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      const position = { line, column: offset - lineStart + 1 };
      const spans = await syntax.request('context', { file, position }, limited);
      const parts = byPath((await packWithin(spans, budget, countTokens)).spans);
      last = { key, parts };
      return parts;
    } catch {
      return [];
    }
  };
}

/** Spans of one path as one part; they come ordered by path. */
function byPath(spans: readonly ContextPart[]): ContextPart[] {
  const parts: ContextPart[] = [];
  for (const { path, text } of spans) {
    const open = parts.at(-1);
    if (open?.path === path) open.text = `${open.text}\n${text}`;
    else parts.push({ path, text });
  }
  return parts;
}
