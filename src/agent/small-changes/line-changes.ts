import type { Change, CodeView } from './code-view';

const condition = /^(\s*(?:if|elif|while)\s+)(\S.*?)(:\s*)$/;

/** Changes of whole lines: left out, swapped with the next, moved in or out, a condition turned round. */
export function lineChanges({ code, tokens, body, languageId }: CodeView): Change[] {
  const from = tokens[body]?.start ?? code.length;
  const changes: Change[] = [];
  let start = 0;
  const lines = code.split('\n').map((text) => {
    const line = { text, start, end: start + text.length };
    start = line.end + 1;
    return line;
  });
  lines.forEach((line, index) => {
    const text = line.text.trim();
    if (line.start < from || text === '' || /^[)\]}]+[;,]?$/.test(text)) return;
    const opensBlock = /[:{]$/.test(text);
    const add = (change: Omit<Change, 'rank'>): number => changes.push({ ...change, rank: 4 });
    const turned = condition.exec(line.text);
    if (languageId === 'python' && turned)
      add({
        start: line.start,
        end: line.end,
        text: `${turned[1] ?? ''}not (${turned[2] ?? ''})${turned[3] ?? ''}`,
      });
    if (!opensBlock) add({ start: line.start - 1, end: line.end, text: '' });
    const next = lines[index + 1];
    if (next && next.text.trim() !== '' && indent(next.text) === indent(line.text) && !opensBlock)
      add({ start: line.start, end: next.end, text: `${next.text}\n${line.text}` });
    if (languageId !== 'python') return;
    const unit = '    ';
    if (indent(line.text) >= 2 * unit.length)
      add({ start: line.start, end: line.end, text: line.text.slice(unit.length) });
    add({ start: line.start, end: line.end, text: unit + line.text });
  });
  return changes;
}

function indent(text: string): number {
  return text.length - text.trimStart().length;
}
