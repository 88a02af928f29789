import { isAbort } from '../../base/errors';
import { prepareTool } from '../../tools/prepare-tool';
import { qualifiedName, symbolText, type Target } from '../locate';
import type { Run } from '../ports';

/** The file's text before a try and as the try left it. */
export interface TryTexts {
  before: string;
  written: string;
}

/**
 * Undoes a try: the file as it was before, where it still holds what the try wrote. Where the user changed it meanwhile
 * their text stays and only the symbol is put back. The yes to the try covers it, since it brings back what was there;
 * so does its step, and it is done for a task that is stopped, too. Answers false where it could not be done.
 */
export async function putBack(run: Run, target: Target, { before, written }: TryTexts): Promise<boolean> {
  const { path } = target.file;
  const { workspace } = run.ports;
  const unstopped = new AbortController().signal;
  try {
    const now = await workspace.read(path);
    if (now.text === before) return true;
    if (now.text === written) {
      await workspace.write([{ path, text: before, expectedHash: now.hash }], `Put back ${path}`);
      return true;
    }
    const name = qualifiedName(target.symbol);
    const edit = await prepareTool(
      { name: 'edit_file', arguments: { path, symbol: name, new_text: symbolText(target) } },
      run.ports,
      unstopped,
    );
    if (!edit.ok) return false;
    const { ok } = await edit.execute({ commandTimeoutMs: run.task.commandTimeoutMs }, unstopped);
    return ok;
  } catch (error) {
    if (isAbort(error)) throw error;
    return false;
  }
}
