import { UserError } from '../base/errors';
import type { FileSnapshot, FileWrite } from '../base/ports';
import { applyEdit } from '../edit/apply-edit';
import { applyHunks, diffTexts } from '../edit/diff';
import type { Edit, EditResult } from '../edit/edit-types';
import type { FileDiff } from '../protocol/agent';
import { languageIdOf } from '../syntax/languages';
import { cleanPath, optionalText, requiredText, type Arguments } from './arguments';
import { applyChecked, outlineBoth } from './checked-edit';
import { chooseEdit } from './choose-edit';
import { similarPaths } from './find-path';
import { requireTrust } from './trust';
import type { ExecuteOptions, PreparedTool, ToolOutcome, ToolPorts } from './tool-types';

/** Finds out what an edit would do and whether it may; writes nothing. Throws a `UserError` for a refusal. */
export async function prepareEdit(
  args: Arguments,
  ports: ToolPorts,
  signal: AbortSignal,
): Promise<PreparedTool> {
  const path = cleanPath(requiredText(args, 'path'));
  const symbol = optionalText(args, 'symbol');
  const oldText = optionalText(args, 'old_text');
  const newText = optionalText(args, 'new_text') ?? '';
  requireTrust(ports.workspace);
  const file = await readIfThere(ports, path);
  if (!file) {
    if (symbol !== undefined || oldText !== undefined) throw await missing(ports, path);
    return prepareCreate(path, newText, ports);
  }
  if (file.readOnly) throw readOnly(file.path);

  const source = { path: file.path, languageId: file.languageId, text: file.text };
  const known = await outlineBoth(source, newText, ports.syntax, signal);
  const edit = chooseEdit({ symbol, oldText, newText }, file.text, known.symbols, known.newSymbols);
  const result = await applyChecked(source, edit, known, ports.syntax, signal);
  if (result.result === 'refused') throw refused(result);

  const named = edit.type === 'symbol' ? edit.name : undefined;
  const diff = diffTexts(file.path, file.languageId, file.text, result.content, named);
  const write: FileWrite = { path: file.path, text: result.content, expectedHash: file.hash };
  return prepared(diff, write, file.text, ports);
}

function prepareCreate(path: string, newText: string, ports: ToolPorts): PreparedTool {
  const languageId = languageIdOf(path);
  const edit: Edit = { type: 'file', new: newText };
  const result = applyEdit('', edit, [], { languageId });
  if (result.result === 'refused') {
    throw result.code === 'unchanged'
      ? new UserError('bad-arguments', `“${path}” does not exist, and new_text is empty.`, {
          next: 'Write the file’s text in new_text.',
        })
      : refused(result);
  }
  const text = result.content.endsWith('\n') ? result.content : `${result.content}\n`;
  const diff = diffTexts(path, languageId, null, text);
  return prepared(diff, { path, text, expectedHash: null }, null, ports);
}

function prepared(diff: FileDiff, write: FileWrite, oldText: string | null, ports: ToolPorts): PreparedTool {
  const verb = diff.kind === 'create' ? 'Create' : 'Edit';
  return {
    ok: true,
    step: {
      tool: 'edit',
      verb,
      object: diff.symbol === undefined ? diff.path : `${diff.path} › ${diff.symbol}`,
    },
    approval: { kind: 'edit', diff },
    writes: [write],
    execute: (options) => writeEdit(diff, write, oldText, options, ports),
  };
}

async function writeEdit(
  diff: FileDiff,
  write: FileWrite,
  oldText: string | null,
  { hunks }: ExecuteOptions,
  ports: ToolPorts,
): Promise<ToolOutcome> {
  const partly =
    hunks !== undefined && oldText !== null && write.text !== null && hunks.length < diff.hunks.length;
  const text = partly ? applyHunks(oldText, write.text ?? '', hunks) : write.text;
  if (partly && text === oldText) {
    const forModel = `The user accepted no part of the change; ${diff.path} is as it was.`;
    return { ok: false, forModel, detail: { kind: 'diff', diff }, result: 'nothing accepted' };
  }
  const shown = partly ? diffTexts(diff.path, diff.languageId, oldText, text, diff.symbol) : diff;
  await ports.workspace.write(
    [{ ...write, text }],
    `${diff.kind === 'create' ? 'Create' : 'Edit'} ${diff.path}`,
  );
  const counts = `+${shown.added} −${shown.removed}`;
  const done = diff.kind === 'create' ? `Created ${diff.path}` : `Changed ${diff.path}`;
  const note = partly ? ` The user accepted only ${hunks.length} of ${diff.hunks.length} parts.` : '';
  return {
    ok: true,
    forModel: `${done} (${counts} lines).${note}`,
    // The row counts the lines of its diff itself.
    detail: { kind: 'diff', diff: shown },
  };
}

async function readIfThere(ports: ToolPorts, path: string): Promise<FileSnapshot | undefined> {
  try {
    return await ports.workspace.read(path);
  } catch (error) {
    if (error instanceof UserError && error.code === 'file-missing') return undefined;
    throw error;
  }
}

function refused(result: EditResult & { result: 'refused' }): UserError {
  return new UserError(`edit-${result.code}`, result.reason, { kept: 'Nothing was written.' });
}

function readOnly(path: string): UserError {
  return new UserError('read-only', `“${path}” is read-only.`, {
    kept: 'Nothing was written.',
    next: 'Ask the user to allow writing to it.',
  });
}

async function missing(ports: ToolPorts, path: string): Promise<UserError> {
  const similar = await similarPaths(ports.workspace, path);
  const next =
    similar.length > 0
      ? `Did you mean ${similar.join(' or ')}?`
      : 'To create it, give only path and new_text.';
  return new UserError('file-missing', `There is no file “${path}”.`, { kept: 'Nothing was written.', next });
}
