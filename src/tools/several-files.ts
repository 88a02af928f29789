/** One change of several files: shown by file, written whole or not at all. */
import type { FileSnapshot } from '../base/ports';
import { diffTexts } from '../edit/diff';
import type { PreparedTool, ToolPorts } from './tool-types';

/** A file with the text that it is to have. */
export interface ChangedText {
  file: FileSnapshot;
  text: string;
}

/**
 * Prepares a change of several files that is asked about and carried out as one. Of the files that the user takes, all are
 * written or none: one that was changed meanwhile keeps the others from being written, too.
 */
export function prepareFiles(
  title: { verb: string; object: string },
  changes: readonly ChangedText[],
  ports: Pick<ToolPorts, 'workspace'>,
): PreparedTool {
  const all = changes.map(({ file, text }) => ({
    diff: diffTexts(file.path, file.languageId, file.text, text),
    write: { path: file.path, text, expectedHash: file.hash },
  }));
  return {
    ok: true,
    step: { tool: 'edit', ...title },
    approval: { kind: 'edit', diffs: all.map(({ diff }) => diff) },
    writes: all.map(({ write }) => write),
    execute: async ({ files }) => {
      const taken = all.filter(({ write }) => files?.includes(write.path) ?? true);
      const detail = { kind: 'diffs' as const, diffs: taken.map(({ diff }) => diff) };
      if (taken.length === 0) {
        const forModel = 'The user accepted no file of the change; all are as they were.';
        return { ok: false, forModel, detail, result: 'nothing accepted' };
      }
      await ports.workspace.write(
        taken.map(({ write }) => write),
        `${title.verb} ${title.object}`,
      );
      const count = `${taken.length} of ${all.length} files`;
      const left = taken.length < all.length;
      return { ok: true, forModel: `Changed ${count}.`, detail, ...(left ? { result: count } : {}) };
    },
  };
}
