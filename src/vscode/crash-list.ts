import * as vscode from 'vscode';
import { type CrashReports, crashText } from '../model/crash-reports';

/** Lists what is kept of the engine's deaths; one can be read, all can be deleted. */
export async function showCrashes(reports: CrashReports): Promise<void> {
  const found = await reports.list();
  if (found.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The engine has not crashed.'));
    return;
  }
  const all = {
    label: vscode.l10n.t('Delete all reports'),
    description: vscode.l10n.t('They are kept on this computer only.'),
    report: undefined,
  };
  const picked = await vscode.window.showQuickPick(
    [...found.map((report) => ({ label: crashText(report), description: '', report })), all],
    { title: vscode.l10n.t('Crash reports') },
  );
  if (!picked) return;
  if (picked.report) await showJson(picked.report);
  else await reports.clear();
}

/** Opens a record as a document that is not saved anywhere. */
export async function showJson(value: unknown): Promise<void> {
  const content = `${JSON.stringify(value, undefined, 2)}\n`;
  const document = await vscode.workspace.openTextDocument({ language: 'json', content });
  await vscode.window.showTextDocument(document, { preview: true });
}
