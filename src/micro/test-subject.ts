import type { FileSnapshot, Workspace } from '../base/ports';
import type { LineRange, SymbolInfo } from '../protocol/indexer';
import type { TestSubject } from './test-frame';

/** Definitions of a file that one test file loads at most. */
const mostLoaded = 4;

/**
 * What tests of some lines are about: the definition that they are, or the definitions among them. Reads what tells how
 * tests are written here. Never rejects: what cannot be read is not there.
 */
export async function testSubjectOf(
  {
    file,
    range,
    symbol,
    outline,
  }: {
    file: FileSnapshot;
    range: LineRange;
    symbol: SymbolInfo | undefined;
    outline: readonly SymbolInfo[];
  },
  workspace: Pick<Workspace, 'exists' | 'read'>,
): Promise<{ subject: TestSubject; names: string[] }> {
  const within = outline.filter(
    ({ containers, kind, startLine, endLine }) =>
      containers.length === 0 &&
      /^(?:function|class)$/.test(kind) &&
      startLine >= range.startLine &&
      endLine <= range.endLine,
  );
  const loads = symbol
    ? [symbol.containers[0] ?? symbol.name]
    : within.slice(0, mostLoaded).map(({ name }) => name);
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const packageJson = await workspace.read('package.json').then(
    ({ text }) => text,
    () => undefined,
  );
  return {
    subject: {
      path: file.path,
      languageId: file.languageId,
      fileText: file.text,
      loads,
      isPackage: folder !== '' && (await workspace.exists(`${folder}__init__.py`).catch(() => false)),
      packageJson,
    },
    names: symbol ? [symbol.name] : loads,
  };
}
