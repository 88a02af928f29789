import { targetsIn, usersOf, usesElsewhere, usesInFile } from '../context/uses';
import type { ContextSpan, LineRange, SourceFile } from '../protocol/indexer';
import type { FileFacts } from '../syntax/file-facts';
import { languageIdOf } from '../syntax/languages';
import type { WorkspaceIndex } from './workspace-index';

/** Files that take long to read are no help while somebody waits. UTF-16 units. */
const longestFile = 200_000;

/** Code that uses what lines of a file define: of the file itself, and with an index of a few other files. */
export async function findUses(
  file: SourceFile,
  range: LineRange,
  factsOf: (file: SourceFile) => Promise<FileFacts>,
  index: WorkspaceIndex | undefined,
): Promise<ContextSpan[]> {
  const facts = await factsOf(file);
  const targets = targetsIn(facts, range);
  if (targets.length === 0) return [];
  const spans = usesInFile(file, facts, targets);
  if (!index) return spans;
  for (const path of usersOf(file, targets, index.table())) {
    const text = await index.textOf(path);
    if (text === undefined || text.length > longestFile) continue;
    const user = { path, languageId: languageIdOf(path), text };
    spans.push(...usesElsewhere(user, await factsOf(user), targets, file, index.table()));
  }
  return spans;
}
