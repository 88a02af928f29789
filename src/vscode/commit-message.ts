import * as vscode from 'vscode';
import { commitLineFor } from '../agent/commit-line';
import { isAbort, UserError } from '../base/errors';
import { askModel } from '../micro/ask-model';
import type { LanguageModel } from '../model/language-model';
import { lastEditor } from './attachments';

/** What is used of a repository as the built-in Git extension tells it. */
export interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  /** The changes against the index, or with `cached` those in it against the last commit. */
  diff(cached?: boolean): Promise<string>;
}

interface GitExtension {
  getAPI(version: 1): { readonly repositories: Repository[] };
}

/**
 * Writes a line for the commit message into the input of the source control view: of what is staged, or of all changes
 * while nothing is. What the user has typed there stays, below it. Answers the line; undefined when stopped. Rejects with
 * a `UserError`.
 */
export async function writeCommitMessage(
  model: (signal: AbortSignal) => Promise<LanguageModel>,
  repository: Repository,
): Promise<string | undefined> {
  const diff = (await repository.diff(true)) || (await repository.diff(false));
  if (diff.trim() === '') throw nothing('There is nothing to name: no tracked file has a change.');
  const title = vscode.l10n.t('Thimble names the changes');
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    async (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      try {
        const ready = await model(stop.signal);
        return await commitLineFor(diff, '', ready, askModel(ready, stop.signal));
      } catch (error) {
        if (isAbort(error)) return undefined;
        throw error;
      }
    },
  );
  if (!found) return undefined;
  const typed = repository.inputBox.value;
  repository.inputBox.value = typed.trim() === '' ? found.line : `${found.line}\n\n${typed}`;
  if (found.refused.length > 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The model’s lines were not usable; this one is made from the names of the files.'),
    );
  }
  return found.line;
}

/**
 * The repository that a button of the source control view belongs to; for a command, that of the file in the editor, else
 * the first. Rejects with a `UserError`.
 */
export async function repositoryOf(control: unknown): Promise<Repository> {
  const git = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!git) throw nothing('The built-in Git extension is not there.');
  const { repositories } = (await git.activate()).getAPI(1);
  const root = rootOf(control);
  const found =
    repositories.find(({ rootUri }) => rootUri.toString() === root) ??
    repositoryWith(lastEditor()?.document.uri, repositories) ??
    repositories[0];
  if (!found) throw nothing('No git repository is open.');
  return found;
}

/** The repository that a file lies in, the innermost of several. */
export function repositoryWith(
  file: vscode.Uri | undefined,
  repositories: readonly Repository[],
): Repository | undefined {
  const holding = repositories.filter(({ rootUri }) => file?.toString().startsWith(`${rootUri.toString()}/`));
  return holding.sort((a, b) => b.rootUri.path.length - a.rootUri.path.length)[0];
}

function rootOf(control: unknown): string | undefined {
  const { rootUri } = (control ?? {}) as { rootUri?: unknown };
  return rootUri instanceof vscode.Uri ? rootUri.toString() : undefined;
}

function nothing(happened: string): UserError {
  return new UserError('no-diff', happened, { kept: 'The commit message is as it was.' });
}
