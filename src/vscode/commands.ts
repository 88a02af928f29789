import * as vscode from 'vscode';
import { reportOf } from '../base/errors';
import type { ModelChoice, ModelUse } from '../protocol/panel';
import type { ChatController } from './chat-controller';
import { repositoryOf, writeCommitMessage } from './commit-message';
import type { CompletionStatus } from './completion-status';
import type { InlineDiffs } from './inline-diff';
import type { ModelService } from './model-service';
import type { PanelView } from './panel-view';
import type { Proposals } from './proposals';
import type { Reviews } from './review';
import { runSelectionCommand, selectionCommands, type SelectionPorts } from './selection-actions';
import type { SpanActions } from './span-actions';

export interface CommandPorts {
  controller: () => ChatController;
  models: () => ModelService;
  panel: PanelView;
  diffs: InlineDiffs;
  proposals: Proposals;
  reviews: Reviews;
  completions: CompletionStatus;
  selection: () => SelectionPorts;
  spans: SpanActions;
  showLog(): void;
  setRemoteKey(): Promise<void>;
}

/** Registers the commands of the manifest that are not about records or next edits. A command that fails says so; none fails silently. */
export function registerCommands(ports: CommandPorts): vscode.Disposable {
  const { panel, diffs, proposals, reviews, completions } = ports;
  const uriOf = (value: unknown): vscode.Uri | undefined => (value instanceof vscode.Uri ? value : undefined);
  const commands: Record<string, (...args: unknown[]) => unknown> = {
    newChat: async () => {
      await ports.controller().handle({ type: 'new-chat' });
      await panel.focus();
    },
    showHistory: () => panel.show({ type: 'show-history' }),
    showContext: () => panel.show({ type: 'show-context' }),
    pinDefinition: async () => {
      const name = await ports.spans.pinAtCursor();
      const told = vscode.l10n.t('{0} is pinned: it goes along with every prompt of this workspace.', name);
      void vscode.window.showInformationMessage(told);
    },
    focus: (text) => panel.focus(typeof text === 'string' ? text : undefined),
    stop: () => ports.controller().handle({ type: 'stop' }),
    restartEngine: () => ports.models().restart(),
    pickModel: () => pickModel(ports.models()),
    downloadModel: () => downloadModel(ports.models()),
    toggleCompletions: () => completions.toggle(),
    toggleCompletionsForLanguage: () => completions.toggleLanguage(),
    snoozeCompletions: () => completions.toggleSnooze(),
    acceptDiff: (uri) => diffs.accept(uriOf(uri)),
    rejectDiff: (uri) => diffs.reject(uriOf(uri)),
    acceptAllDiffs: () => diffs.acceptAll(),
    rejectAllDiffs: () => diffs.rejectAll(),
    openDiff: (uri) => diffs.openDiff(uriOf(uri)),
    acceptProposal: () => proposals.accept(),
    acceptSelectedHunks: () => proposals.acceptSelected(),
    rejectProposal: () => proposals.reject(),
    nameCommit: async (control) =>
      writeCommitMessage((signal) => ports.models().model(signal), await repositoryOf(control)),
    undoSelectedChanges: () => reviews.undoSelected(),
    undoReviewedFile: () => reviews.undoFile(),
    keepReviewedFile: () => reviews.keep(),
    reviewLastTask: () => reviews.openLast(),
    undoAllReviewed: () => reviews.undoAll(),
    keepAllReviewed: () => reviews.keepAll(),
    showLog: () => ports.showLog(),
    setRemoteKey: () => ports.setRemoteKey(),
    restoreLastTask: async () => {
      await ports.controller().open();
      if (await ports.controller().restoreLast()) return;
      void vscode.window.showInformationMessage(vscode.l10n.t('No task of this chat has changed a file.'));
    },
  };
  const selection = Object.entries(selectionCommands).map(([kind, command]) =>
    vscode.commands.registerCommand(command, (uri: unknown, range: unknown) =>
      runSelectionCommand(
        kind as keyof typeof selectionCommands,
        ports.selection(),
        uri instanceof vscode.Uri && range instanceof vscode.Range ? { uri, range } : undefined,
      ),
    ),
  );
  const others = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`thimble.${name}`, async (...args: unknown[]) => {
      try {
        return await run(...args);
      } catch (error) {
        tell(error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...selection, ...others);
}

/** Shows what happened, what was kept and what to do, with the log one click away. */
export function tell(error: unknown): void {
  const { happened, kept, next } = reportOf(error);
  const showLog = vscode.l10n.t('Show Log');
  vscode.window
    .showErrorMessage([happened, kept, next].filter((part) => part).join(' '), showLog)
    .then((answer) => {
      if (answer === showLog) void vscode.commands.executeCommand('thimble.showLog');
    }, undefined);
}

async function pickModel(models: ModelService): Promise<void> {
  await models.refresh();
  const { name: current, second } = models.view();
  const picked = await vscode.window.showQuickPick(
    models.choices().map((choice) => ({
      label: choice.label,
      description: choice.installed
        ? choice.label === second?.name && second.isLoaded
          ? vscode.l10n.t('completes code')
          : ''
        : vscode.l10n.t('{0} GB to download', gigabytes(choice.sizeBytes)),
      detail: [
        choice.remoteHost === undefined
          ? vscode.l10n.t('{0} GB of memory', gigabytes(choice.memoryBytes))
          : vscode.l10n.t('on {0}', choice.remoteHost),
        choice.licence,
        choice.note,
      ]
        .filter((part) => part)
        .join(' · '),
      picked: choice.name === current,
      choice,
    })),
    { title: vscode.l10n.t('Model'), matchOnDetail: true },
  );
  if (!picked) return;
  const { name, installed } = picked.choice;
  const use = await pickUse(picked.choice);
  if (!use) return;
  await (installed ? models.pick(name, use) : downloadShown(models, name, use));
}

/** What a model is chosen for; not asked where it can do one thing only. Undefined when the user left the list. */
async function pickUse({ label, completes, remoteHost }: ModelChoice): Promise<ModelUse | undefined> {
  if (completes === false) return 'chat';
  if (remoteHost !== undefined) return 'both';
  const { t } = vscode.l10n;
  const uses: (vscode.QuickPickItem & { use: ModelUse })[] = [
    {
      use: 'both',
      label: t('For chat and completions'),
      detail: t('One model for both. It needs the least memory.'),
    },
    {
      use: 'chat',
      label: t('For chat'),
      detail: t('Completions stay with the model that they have, where the memory is enough for two.'),
    },
    {
      use: 'completion',
      label: t('For completions'),
      detail: t('Chat stays with the model that it has, where the memory is enough for two.'),
    },
  ];
  return (await vscode.window.showQuickPick(uses, { title: label }))?.use;
}

async function downloadModel(models: ModelService): Promise<void> {
  await models.refresh();
  const missing = models.choices().filter((choice) => !choice.installed);
  const picked = await vscode.window.showQuickPick(
    missing.map((choice) => ({
      label: choice.label,
      description: vscode.l10n.t('{0} GB to download', gigabytes(choice.sizeBytes)),
      detail: choice.licence,
      name: choice.name,
    })),
    { title: vscode.l10n.t('Download a model') },
  );
  if (picked) await downloadShown(models, picked.name);
}

function downloadShown(models: ModelService, name: string, use?: ModelUse): Thenable<void> {
  const title = vscode.l10n.t('Downloading {0}', name);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    async (progress, token) => {
      token.onCancellationRequested(() => models.cancelDownload());
      let shown = 0;
      const listener = models.onChange(() => {
        const { fraction = 0, download } = models.view();
        const percent = Math.floor(fraction * 100);
        const left =
          typeof download?.msLeft !== 'number'
            ? ''
            : vscode.l10n.t('{0} s left', Math.ceil(download.msLeft / 1000));
        progress.report({ increment: percent - shown, message: `${percent} % ${left}` });
        shown = percent;
      });
      try {
        await models.download(name, use);
      } finally {
        listener.dispose();
      }
    },
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
