/** Cuts markdown into top-level blocks, so that a growing answer redraws only its last one. */
import MarkdownIt from 'markdown-it';

export type Block = { kind: 'code'; language: string; code: string } | { kind: 'html'; html: string };

/** A message as it grows: blocks that no longer change, and the offset (UTF-16 units) at which the rest starts. */
export interface GrowingMarkdown {
  text: string;
  settled: Block[];
  tailStart: number;
  tail: Block[];
}

export const emptyMarkdown: GrowingMarkdown = { text: '', settled: [], tailStart: 0, tail: [] };

const md = new MarkdownIt({ html: false, linkify: true, breaks: false });
// A picture would be fetched from somewhere, which an offline tool does not do; its text and link stay.
md.disable('image');

/**
 * The blocks of `text`. When `previous` holds a beginning of it, only what follows its settled blocks is parsed again.
 * The HTML is not sanitised yet.
 */
export function growMarkdown(previous: GrowingMarkdown, text: string): GrowingMarkdown {
  if (text === previous.text) return previous;
  const start = text.startsWith(previous.text) ? previous : emptyMarkdown;
  const rest = text.slice(start.tailStart);
  const { blocks, lastLine } = parseBlocks(rest);
  const settledNow = blocks.slice(0, -1);
  return {
    text,
    settled: settledNow.length > 0 ? [...start.settled, ...settledNow] : start.settled,
    tailStart: start.tailStart + offsetOfLine(rest, settledNow.length > 0 ? lastLine : 0),
    tail: blocks.slice(-1),
  };
}

/** The blocks, and the 0-based line at which the last one starts. */
function parseBlocks(text: string): { blocks: Block[]; lastLine: number } {
  const env = {};
  const tokens = md.parse(text, env);
  const blocks: Block[] = [];
  let lastLine = 0;
  let first = 0;
  tokens.forEach((token, index) => {
    if (token.level !== 0 || token.nesting === 1) return;
    const opening = tokens[first] ?? token;
    lastLine = opening.map?.[0] ?? lastLine;
    blocks.push(
      token.type === 'fence' || token.type === 'code_block'
        ? { kind: 'code', language: languageOf(token.info), code: token.content.replace(/\n$/, '') }
        : { kind: 'html', html: md.renderer.render(tokens.slice(first, index + 1), md.options, env) },
    );
    first = index + 1;
  });
  return { blocks, lastLine };
}

function languageOf(info: string): string {
  return info.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let n = 0; n < line; n++) offset = text.indexOf('\n', offset) + 1;
  return offset;
}
