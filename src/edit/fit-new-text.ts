import { diffLineRuns } from './line-diff';
import { linesOf } from './lines';

/**
 * The new text as it is written into the file in place of `inFile`: a line that the edit leaves as the old text has
 * it keeps the file's own bytes; a changed line keeps the line end of the line it stands for; further lines get the
 * file's line end.
 *
 * @param inFile the file's text that is replaced
 * @param stated the same passage as the edit states it (line by line the same, but for what was forgiven)
 */
export function fitNewText(inFile: string, stated: string, newText: string, eol: '\n' | '\r\n'): string {
  const fileLines = linesOf(inFile);
  const newLines = linesOf(newText);
  const runs = diffLineRuns(
    linesOf(stated).map((line) => line.text),
    newLines.map((line) => line.text),
  );
  const parts: string[] = [];
  for (const run of runs) {
    for (let i = 0; i < run.newCount; i++) {
      const line = newLines[run.newStart + i];
      if (!line) continue;
      const counterpart = i < run.oldCount ? fileLines[run.oldStart + i] : undefined;
      const end = line.eol === '' ? '' : (counterpart?.eol ?? '') || eol;
      parts.push((run.equal && counterpart ? counterpart.text : line.text) + end);
    }
  }
  return parts.join('');
}
