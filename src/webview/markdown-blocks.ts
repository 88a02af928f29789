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
// The alignment of a table's cells comes as a style, which the page's policy forbids; the old attribute does the same.
for (const rule of ['th_open', 'td_open']) {
  md.renderer.rules[rule] = (tokens, index, options, _env, renderer) => {
    const token = tokens[index];
    const align = /^text-align:(\w+)$/.exec(String(token?.attrGet('style') ?? ''))?.[1];
    if (token) token.attrs = align ? [['align', align]] : null;
    return renderer.renderToken(tokens, index, options);
  };
}

/**
 * The blocks of `text`. When `previous` holds a beginning of it, only what follows its settled blocks is parsed again.
 * The HTML is not sanitised yet.
 */
export function growMarkdown(previous: GrowingMarkdown, text: string): GrowingMarkdown {
  if (text === previous.text) return previous;
  const start = text.startsWith(previous.text) ? previous : emptyMarkdown;
  const rest = text.slice(start.tailStart);
  const blocks = parseBlocks(rest);
  const settledNow = blocks.slice(0, settledCount(rest, blocks));
  const tail = blocks.slice(settledNow.length);
  return {
    text,
    settled:
      settledNow.length > 0 ? [...start.settled, ...settledNow.map(({ block }) => block)] : start.settled,
    tailStart: start.tailStart + (settledNow.length > 0 ? (tail[0]?.start ?? 0) : 0),
    tail: tail.map(({ block }) => block),
  };
}

const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** The words of a block that is a paragraph without any markup in it; undefined for every other block. */
export function textOfParagraph(html: string): string | undefined {
  const inner = /^<p>([^<]*)<\/p>\n?$/.exec(html)?.[1];
  return inner?.replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}

interface PlacedBlock {
  block: Block;
  /** Offset of its first line in the parsed text. */
  start: number;
}

/**
 * How many blocks can no longer change: all before the last one, and one less while the first line of the last one is
 * not complete, since `3` may still become the item `3.` of the list before it.
 */
function settledCount(text: string, blocks: PlacedBlock[]): number {
  const last = blocks.at(-1);
  if (!last) return 0;
  return Math.max(0, blocks.length - (text.includes('\n', last.start) ? 1 : 2));
}

function parseBlocks(text: string): PlacedBlock[] {
  const env = {};
  const tokens = md.parse(text, env);
  const lines = lineOffsets(text);
  const blocks: PlacedBlock[] = [];
  let first = 0;
  tokens.forEach((token, index) => {
    if (token.level !== 0 || token.nesting === 1) return;
    const line = (tokens[first] ?? token).map?.[0] ?? 0;
    const block: Block =
      token.type === 'fence' || token.type === 'code_block'
        ? { kind: 'code', language: languageOf(token.info), code: token.content.replace(/\n$/, '') }
        : { kind: 'html', html: md.renderer.render(tokens.slice(first, index + 1), md.options, env) };
    blocks.push({ block, start: lines[line] ?? 0 });
    first = index + 1;
  });
  return blocks;
}

function languageOf(info: string): string {
  return info.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
}

function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) offsets.push(at + 1);
  return offsets;
}
