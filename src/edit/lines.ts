/** A line of a text: its content, its own line end (empty on an unfinished last line) and where it begins. */
export interface Line {
  text: string;
  eol: '' | '\n' | '\r\n';
  /** Offset in UTF-16 units. */
  start: number;
}

/** All lines of a text; joining `text + eol` gives the text back. An empty text has no line. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    if (newline < 0) {
      lines.push({ text: text.slice(start), eol: '', start });
      break;
    }
    const crlf = newline > start && text.charCodeAt(newline - 1) === 13;
    lines.push({ text: text.slice(start, crlf ? newline - 1 : newline), eol: crlf ? '\r\n' : '\n', start });
    start = newline + 1;
  }
  return lines;
}

/** The offset behind a line, its line end included. */
export function lineEndOffset(line: Line): number {
  return line.start + line.text.length + line.eol.length;
}

/** 1-based number of the line that holds an offset. */
export function lineNumberAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Content of the lines of a text, whatever their line ends; a final line end starts no further line. */
export function lineTexts(text: string): string[] {
  return linesOf(text).map((line) => line.text);
}

/** The white space that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}
