/**
 * The workspace as the editor sees it: what is typed but not saved counts, and changes go through the editor so that
 * its undo takes them back.
 */
import * as vscode from 'vscode';
import { UserError } from '../base/errors';
import type { FileSnapshot, FileWrite, Workspace } from '../base/ports';
import { SerialQueue } from '../base/queue';
import { encodeText, formatOfNew } from '../base/text-format';
import { documentChange, replaceText } from './text-change';

/** The same folders on disk: everything that does not concern the editor, and the rules for paths. */
export interface DiskWorkspace {
  workspace: Workspace;
  /** Absolute path of the real file, links followed. Rejects what lies outside. */
  locate(path: string): Promise<string>;
  hashText(text: string): string;
}

/** `disk` gives the folders and the trust of the moment. */
export function createEditorWorkspace(disk: () => DiskWorkspace): Workspace {
  const writes = new SerialQueue();
  const files = (): Workspace => disk().workspace;
  const read = (path: string): Promise<FileSnapshot> => readSnapshot(disk(), path);
  return {
    get roots() {
      return files().roots;
    },
    get trusted() {
      return files().trusted;
    },
    read,
    exists: (path) => files().exists(path),
    list: (folder, options) => files().list(folder, options),
    search: (options, signal) => files().search(options, signal),
    write: (changes, label) => writes.run(() => writeAll(disk(), changes, label)),
    readBytes: async (path) => {
      // What was typed and not saved is the user's as well: a checkpoint must not lose it.
      const document = openDocument(await disk().locate(path));
      if (!document?.isDirty) return files().readBytes(path);
      const { text, format } = await read(path);
      return encodeText(text, format);
    },
    stamps: (limit) => files().stamps(limit),
    restoreBytes: (path, bytes, mode) =>
      writes.run(async () => {
        await files().restoreBytes(path, bytes, mode);
        if (bytes !== null) await followDisk(openDocument(await disk().locate(path)));
      }),
  };
}

async function readSnapshot(disk: DiskWorkspace, path: string): Promise<FileSnapshot> {
  const onDisk = await disk.workspace.read(path);
  const document = openDocument(await disk.locate(path));
  if (!document) return onDisk;
  const { languageId } = document;
  // Without unsaved text the disk is right: it alone knows mixed line ends and bytes that are no UTF-8.
  if (!document.isDirty) return { ...onDisk, languageId };
  const text = document.getText();
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  return {
    ...onDisk,
    text,
    languageId,
    hash: disk.hashText(text),
    // The editor has made the line ends the same already, and would write them so.
    format: { ...onDisk.format, eol, mixedEol: false },
    dirty: true,
  };
}

/** The open document of a file, whether or not an editor shows it. */
function openDocument(file: string): vscode.TextDocument | undefined {
  const { fsPath } = vscode.Uri.file(file);
  return vscode.workspace.textDocuments.find(
    (document) => document.uri.scheme === 'file' && !document.isClosed && document.uri.fsPath === fsPath,
  );
}

/** One write, checked and ready. */
interface Planned {
  path: string;
  uri: vscode.Uri;
  before: FileSnapshot | null;
  /** Bytes on disk before; null for a file that is created. */
  oldBytes: Uint8Array | null;
  newText: string | null;
  newBytes: Uint8Array | null;
}

async function writeAll(disk: DiskWorkspace, changes: readonly FileWrite[], label: string): Promise<void> {
  if (!disk.workspace.trusted) {
    throw new UserError('untrusted', 'This workspace is not trusted: nothing is written or run in it.', {
      kept: 'Nothing was changed.',
      next: 'Trust the workspace first.',
    });
  }
  const planned: Planned[] = [];
  for (const change of changes) planned.push(await plan(disk, change));
  const edit = new vscode.WorkspaceEdit();
  const edited: { document: vscode.TextDocument; file: Planned }[] = [];
  for (const file of planned) {
    const metadata = { needsConfirmation: false, label };
    if (file.newText === null) edit.deleteFile(file.uri, { ignoreIfNotExists: true }, metadata);
    else if (file.before === null) {
      edit.createFile(file.uri, { contents: file.newBytes ?? new Uint8Array() }, metadata);
    } else {
      const document = await openForEdit(file);
      if (!document) continue;
      const change = documentChange(document, file.newText);
      if (change) edit.replace(document.uri, change.range, change.text, metadata);
      edited.push({ document, file });
    }
  }
  try {
    if (edit.size > 0 && !(await vscode.workspace.applyEdit(edit))) throw notApplied(planned);
    // A save that fails (the editor had not yet seen the last write) leaves it to the bytes below.
    for (const { document } of edited) await document.save();
    for (const file of planned) await settleBytes(disk, file);
    for (const { document } of edited) await followDisk(document);
  } catch (error) {
    for (const { document, file } of edited) await replaceText(document, file.before?.text ?? '');
    for (const file of planned)
      await disk.workspace.restoreBytes(file.path, file.oldBytes).catch(() => undefined);
    throw error;
  }
}

async function plan(disk: DiskWorkspace, change: FileWrite): Promise<Planned> {
  const before = await currentOf(disk, change.path);
  if ((before?.hash ?? null) !== change.expectedHash) throw changedMeanwhile(change, before);
  if (before?.readOnly === true) {
    throw new UserError('read-only', `“${change.path}” is read-only.`, {
      kept: 'Nothing was written.',
      next: 'Allow writing to the file, then try again.',
    });
  }
  if (change.path.split('/').some((part) => part.toLowerCase() === '.git')) {
    throw new UserError('protected', `“${change.path}” belongs to git and is not written.`, {
      kept: 'Nothing was changed.',
    });
  }
  return {
    path: change.path,
    uri: vscode.Uri.file(await disk.locate(change.path)),
    before,
    oldBytes: await disk.workspace.readBytes(change.path),
    newText: change.text,
    newBytes:
      change.text === null ? null : encodeText(change.text, before?.format ?? formatOfNew(change.text)),
  };
}

async function currentOf(disk: DiskWorkspace, path: string): Promise<FileSnapshot | null> {
  try {
    return await readSnapshot(disk, path);
  } catch (error) {
    if (error instanceof UserError && error.code === 'file-missing') return null;
    throw error;
  }
}

/**
 * The document to edit, or undefined when the editor does not hold the file's text (bytes that it took for another
 * encoding): then the bytes are written and the editor follows the disk.
 */
async function openForEdit(file: Planned): Promise<vscode.TextDocument | undefined> {
  const document = await vscode.workspace.openTextDocument(file.uri);
  return unifyEol(document.getText()) === unifyEol(file.before?.text ?? '') ? document : undefined;
}

/**
 * Puts the exact bytes on disk where saving gave others: a document has one kind of line end only, and savers such as
 * formatters may change more than was approved. The editor has no unsaved text then, and follows the disk.
 */
async function settleBytes(disk: DiskWorkspace, file: Planned): Promise<void> {
  const now = await disk.workspace.readBytes(file.path);
  if (
    now === null ? file.newBytes === null : file.newBytes !== null && Buffer.compare(now, file.newBytes) === 0
  )
    return;
  await disk.workspace.restoreBytes(file.path, file.newBytes);
}

/** Brings an editor with unsaved text to what is on disk; one without follows by itself. */
async function followDisk(document: vscode.TextDocument | undefined): Promise<void> {
  if (!document?.isDirty) return;
  await vscode.window.showTextDocument(document, { preserveFocus: false });
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

function unifyEol(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function changedMeanwhile(change: FileWrite, before: FileSnapshot | null): UserError {
  const happened =
    before === null
      ? `“${change.path}” is not there any more.`
      : change.expectedHash === null
        ? `“${change.path}” exists already.`
        : `“${change.path}” was changed meanwhile.`;
  return new UserError('changed-meanwhile', happened, {
    kept: 'Nothing was written.',
    next: 'Read the file again, then repeat the change.',
  });
}

function notApplied(files: readonly Planned[]): UserError {
  const names = files.map(({ path }) => path).join(', ');
  return new UserError('not-applied', `The editor did not take or save the change to ${names}.`, {
    kept: 'The files are as they were.',
    next: 'Close dialogs that wait in the editor, then try again.',
  });
}
