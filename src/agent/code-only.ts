/**
 * The lines of a piece of code that do something: without comments, docstrings, empty lines and indentation. Two pieces
 * with the same ones differ in their documentation alone. Told by how lines begin, which documentation that stands in
 * lines of its own keeps to.
 */
export function codeOnly(code: string): string[] {
  const lines: string[] = [];
  let closing: string | undefined;
  for (const line of code.split(/\r?\n/).map((text) => text.trim())) {
    if (closing !== undefined) {
      if (line.includes(closing)) closing = undefined;
      continue;
    }
    const opening = /^(?:[rRuU]{0,2}("""|''')|(\/\*)|(<!--)|(=begin))/.exec(line);
    if (opening) {
      const end = opening[1] ?? (opening[2] ? '*/' : opening[3] ? '-->' : '=end');
      const behind = line.slice(opening[0].length);
      if (!behind.includes(end)) closing = end;
      // Code behind a comment of one line counts.
      const rest = behind.includes(end) ? behind.slice(behind.indexOf(end) + end.length).trim() : '';
      if (rest !== '') lines.push(rest);
    } else if (line !== '' && !/^(?:\/\/|#(?!\[|include|define|if|endif|else|pragma))/.test(line)) {
      lines.push(line.replace(/\s+/g, ' '));
    }
  }
  return lines;
}

/** True if two pieces of code do the same and only their documentation differs. */
export function sameCode(before: string, after: string): boolean {
  return codeOnly(before).join('\n') === codeOnly(after).join('\n');
}
