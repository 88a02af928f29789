/** How good a context is for an item: what of the definition is in it, and how much of it is of use. */
import { estimateTokens } from '../model/token-estimate';
import type { ContextItem, FoundDefinition } from './context-items';

/** A piece of context. `verbatim`: its text is these lines of the file, else something made from them. */
export interface Chunk {
  path: string;
  /** 1-based, both inclusive. */
  startLine: number;
  endLine: number;
  text: string;
  verbatim: boolean;
}

/** `signature` and `body` are 0 or 1; `useful` is the share of the context's tokens. */
export interface ContextScore {
  signature: number;
  body: number;
  useful: number;
  tokens: number;
}

/** Share of a body's lines that must be there. */
const enoughBody = 0.8;

export function scoreContext(item: ContextItem, source: string, chunks: readonly Chunk[]): ContextScore {
  const { path, symbol } = item.definition;
  const own = chunks.filter((chunk) => chunk.path === path);
  const signature = plain(symbol.signature.replace(/…$/, ''));
  const shown = new Set(own.flatMap((chunk) => chunk.text.split('\n').map((line) => line.trim())));
  const body = source
    .split('\n')
    .slice(symbol.startLine - 1, symbol.endLine)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const there = body.filter((line) => shown.has(line)).length;
  const tokens = chunks.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  const useful = chunks.reduce((sum, chunk) => sum + usefulTokens(chunk, item.useful), 0);
  return {
    signature: Number(own.some((chunk) => plain(chunk.text).includes(signature))),
    body: Number(there >= enoughBody * body.length),
    useful: tokens === 0 ? 0 : useful / tokens,
    tokens,
  };
}

function usefulTokens(chunk: Chunk, useful: readonly FoundDefinition[]): number {
  const wanted = useful.filter(({ path }) => path === chunk.path).map(({ symbol }) => symbol);
  if (wanted.length === 0) return 0;
  if (wanted.some((s) => s.startLine <= chunk.startLine && chunk.endLine <= s.endLine)) {
    return estimateTokens(chunk.text);
  }
  const signatures = wanted.map(({ signature }) => plain(signature));
  const lines = chunk.text
    .split('\n')
    .filter((line, at) =>
      chunk.verbatim
        ? wanted.some((s) => s.startLine <= chunk.startLine + at && chunk.startLine + at <= s.endLine)
        : signatures.some((signature) => plain(line).includes(signature)),
    );
  return estimateTokens(lines.join('\n'));
}

/** White space as signatures have it. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/([([]) /g, '$1')
    .replace(/,? ([)\]])/g, '$1')
    .trim();
}

/** The chunks that fit, in their order; the first that does not is cut at the end of a line. */
export function within(chunks: readonly Chunk[], budget: number): Chunk[] {
  const taken: Chunk[] = [];
  let left = budget;
  for (const chunk of chunks) {
    const tokens = estimateTokens(chunk.text);
    if (tokens <= left) taken.push(chunk);
    else {
      const lines = chunk.text.split('\n');
      while (lines.length > 0 && estimateTokens(lines.join('\n')) > left) lines.pop();
      const endLine = chunk.verbatim ? chunk.startLine + lines.length - 1 : chunk.endLine;
      if (lines.length > 0) taken.push({ ...chunk, endLine, text: lines.join('\n') });
      break;
    }
    left -= tokens;
  }
  return taken;
}
