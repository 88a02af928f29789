import type { SymbolInfo } from '../protocol/indexer';

interface Heading {
  level: number;
  title: string;
  signature: string;
  start: number;
  line: number;
}

/**
 * The headings of a Markdown text as symbols; each reaches to the next heading of its level or above.
 * ATX (`# Title`) and setext (`Title` over `===`) headings as in CommonMark, none inside fences or front matter.
 */
export function markdownOutline(text: string): SymbolInfo[] {
  const { headings, lastLine } = readHeadings(text);
  const open: Heading[] = [];
  return headings.map((heading, index) => {
    while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
    const containers = open.map((outer) => outer.title);
    open.push(heading);
    const next = headings.slice(index + 1).find((other) => other.level <= heading.level);
    const section = text.slice(heading.start, next?.start ?? text.length);
    const trailing = section.length - section.trimEnd().length;
    const blankLines = section.slice(section.length - trailing).split('\n').length - 1;
    return {
      name: heading.title,
      kind: 'heading',
      containers,
      startLine: heading.line,
      endLine: (next ? next.line : lastLine) - blankLines,
      start: heading.start,
      end: heading.start + section.length - trailing,
      signature: heading.signature,
      doc: '',
    };
  });
}

function readHeadings(text: string): { headings: Heading[]; lastLine: number } {
  const headings: Heading[] = [];
  let fence = '';
  let offset = 0;
  let paragraph: { text: string; start: number; line: number } | undefined;
  const lines = text.split('\n');
  const frontMatterEnd = /^---\s*$/.test(lines[0] ?? '')
    ? lines.findIndex((l, i) => i > 0 && /^---\s*$/.test(l))
    : -1;
  lines.forEach((raw, index) => {
    const start = offset;
    offset += raw.length + 1;
    if (index <= frontMatterEnd) return;
    const line = raw.trimEnd();
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence !== '') {
      if (marker.startsWith(fence) && line.trim() === marker) fence = '';
      return;
    }
    if (marker !== '') {
      fence = marker;
      paragraph = undefined;
      return;
    }
    const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?$/.exec(line);
    const underline = /^ {0,3}(=+|-+)$/.exec(line)?.[1];
    if (atx) {
      const title = atx[2] ?? '';
      const level = (atx[1] ?? '').length;
      headings.push({ level, title, signature: line.trim(), start, line: index + 1 });
      paragraph = undefined;
    } else if (underline && paragraph) {
      const level = underline.startsWith('=') ? 1 : 2;
      const title = paragraph.text;
      headings.push({
        level,
        title,
        signature: `${'#'.repeat(level)} ${title}`,
        start: paragraph.start,
        line: paragraph.line,
      });
      paragraph = undefined;
    } else if (/^\s*$|^ {0,3}[>|]|^ {0,3}(?:[-*+]|\d+[.)])\s|^ {4}/.test(line)) {
      paragraph = undefined;
    } else {
      paragraph = paragraph
        ? { ...paragraph, text: `${paragraph.text} ${line.trim()}` }
        : { text: line.trim(), start, line: index + 1 };
    }
  });
  return { headings, lastLine: lines.length };
}
