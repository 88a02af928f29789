import * as vscode from 'vscode';
import type { LanguageModel } from '../model/language-model';
import { askLab, type LabAnswer, labAnswerText } from '../probe/lab';
import { formatLabFile, labPromptOf, parseLabFile } from '../prompt/lab-file';
import type { ChatController } from './chat-controller';
import { tell } from './commands';

export interface PromptLabPorts {
  controller: Pick<ChatController, 'lastPrompt'>;
  model(signal: AbortSignal): Promise<LanguageModel>;
}

/** Tokens of an answer. */
const maxTokens = 800;

/**
 * The prompt lab: the last prompt as a text to edit, and that text put to the model that is in use. A second answer is
 * shown beside the first, so that models and wordings can be compared.
 */
export function registerPromptLab(ports: PromptLabPorts): vscode.Disposable {
  let before: LabAnswer | undefined;
  const open = async (): Promise<void> => {
    const view = await ports.controller.lastPrompt();
    if (!view) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The model has not been asked anything in this chat.'),
      );
      return;
    }
    await showText(formatLabFile(labPromptOf(view.pieces)));
  };
  const run = async (): Promise<void> => {
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    if (text.trim() === '') {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a prompt first: “Open the Last Prompt in the Lab”.'),
      );
      return;
    }
    const answer = await asked(ports, text);
    if (!answer) return;
    const shown = labAnswerText(answer, before);
    if (before) await showBoth(labAnswerText(before, undefined), shown);
    else await showText(shown, vscode.ViewColumn.Beside);
    before = answer;
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('thimble.openPromptLab', () => open().catch(tell)),
    vscode.commands.registerCommand('thimble.runPromptLab', () => run().catch(tell)),
  );
}

/** The answer; undefined when the user stopped it. */
async function asked(ports: PromptLabPorts, text: string): Promise<LabAnswer | undefined> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: vscode.l10n.t('Asking the model'),
    },
    async (_progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      try {
        const model = await ports.model(stop.signal);
        return await askLab(model, model.profile, parseLabFile(text), { maxTokens }, stop.signal);
      } catch (error) {
        if (stop.signal.aborted) return undefined;
        throw error;
      }
    },
  );
}

async function showText(content: string, viewColumn = vscode.ViewColumn.Active): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content });
  await vscode.window.showTextDocument(document, { viewColumn });
}

async function showBoth(left: string, right: string): Promise<void> {
  const [before, after] = await Promise.all(
    [left, right].map((content) => vscode.workspace.openTextDocument({ language: 'plaintext', content })),
  );
  if (!before || !after) return;
  const title = vscode.l10n.t('Answers of the lab');
  await vscode.commands.executeCommand('vscode.diff', before.uri, after.uri, title);
}
