import * as vscode from 'vscode';
import type { CompletionFigures } from '../completion/figures';
import type { Disposable } from '../base/lifecycle';
import type { ModelView } from '../protocol/panel';
import { completesLanguage, readSettings, setCompletesLanguage, settingsSection } from './settings';

const snoozeMs = 5 * 60_000;

/** The status-bar item of the completions, and the switches behind it. */
export interface CompletionStatus extends Disposable {
  snoozed(): boolean;
  /** Starts a snooze, or ends it. */
  toggleSnooze(): void;
  toggle(): Promise<void>;
  toggleLanguage(): Promise<void>;
  setBusy(busy: boolean): void;
  /** Draws again, with the model as it is now. */
  refresh(): void;
  readonly text: string;
}

export function createCompletionStatus(
  model: () => ModelView,
  figures: () => CompletionFigures,
): CompletionStatus {
  const item = vscode.window.createStatusBarItem('thimble.completions', vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t('Thimble Completions');
  item.command = 'thimble.toggleCompletionsForLanguage';
  let snoozedUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = 0;

  const snoozed = (): boolean => Date.now() < snoozedUntil;
  const refresh = (): void => {
    const language = vscode.window.activeTextEditor?.document.languageId;
    const { icon, state } = stateOf(model(), language, { snoozed: snoozed(), busy: busy > 0 });
    item.text = `${icon} Thimble`;
    item.tooltip = statusTooltip(model(), state, language, figures());
    item.accessibilityInformation = { label: `Thimble: ${state}`, role: 'button' };
    item.show();
  };
  const subscription = vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(refresh),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingsSection)) refresh();
    }),
  );
  refresh();

  return {
    snoozed,
    toggleSnooze: () => {
      clearTimeout(timer);
      snoozedUntil = snoozed() ? 0 : Date.now() + snoozeMs;
      if (snoozedUntil > 0) timer = setTimeout(refresh, snoozeMs + 50);
      refresh();
    },
    toggle: async () => {
      const values = vscode.workspace.getConfiguration(settingsSection);
      await values.update(
        'completion.enabled',
        !readSettings().completion.enabled,
        vscode.ConfigurationTarget.Global,
      );
      refresh();
    },
    toggleLanguage: async () => {
      const language = vscode.window.activeTextEditor?.document.languageId;
      if (language === undefined) return;
      await setCompletesLanguage(language, !completesLanguage(language));
      refresh();
    },
    setBusy: (now) => {
      busy += now ? 1 : -1;
      busy = Math.max(busy, 0);
      refresh();
    },
    refresh,
    get text() {
      return item.text;
    },
    dispose: () => {
      clearTimeout(timer);
      subscription.dispose();
      item.dispose();
    },
  };
}

function stateOf(
  model: ModelView,
  language: string | undefined,
  now: { snoozed: boolean; busy: boolean },
): { icon: string; state: string } {
  const { t } = vscode.l10n;
  if (!readSettings().completion.enabled) return { icon: '$(circle-slash)', state: t('completions are off') };
  if (language !== undefined && !completesLanguage(language)) {
    return { icon: '$(circle-slash)', state: t('completions are off for {0}', language) };
  }
  if (now.snoozed) return { icon: '$(bell-slash)', state: t('completions are snoozed') };
  switch (model.state) {
    case 'none':
      return { icon: '$(cloud-download)', state: t('no model yet') };
    case 'downloading':
    case 'loading':
      return { icon: '$(loading~spin)', state: t('the model is on its way') };
    case 'failed':
    case 'degraded':
      return { icon: '$(warning)', state: model.message ?? t('the engine has a problem') };
    case 'stopped':
    case 'ready':
    case 'busy':
      if (model.completes === false)
        return {
          icon: '$(circle-slash)',
          state: t('this model does not complete code; choose one for completions'),
        };
      return { icon: now.busy ? '$(loading~spin)' : '$(sparkle)', state: t('completions are on') };
  }
}

function statusTooltip(
  model: ModelView,
  state: string,
  language: string | undefined,
  figures: CompletionFigures,
): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const tooltip = new vscode.MarkdownString(undefined, true);
  tooltip.isTrusted = {
    enabledCommands: [
      'thimble.toggleCompletions',
      'thimble.toggleCompletionsForLanguage',
      'thimble.snoozeCompletions',
      'thimble.pickModel',
    ],
  };
  tooltip.appendText(`${model.label}: ${state}`);
  if (model.second) {
    const { name, isLoaded, why } = model.second;
    tooltip.appendText(
      `\n${isLoaded ? t('{0} completes beside it. {1}', name, why) : t('{0} is not loaded beside it. {1}', name, why)}`,
    );
  }
  if (figures.offered > 0) {
    const { offered, accepted, kept, looked } = figures;
    tooltip.appendText(
      `\n${t('Since the window was opened: {0} offered, {1} accepted, {2} of {3} kept', offered, accepted, kept, looked)}`,
    );
  }
  const links = [
    `[${t('On or off')}](command:thimble.toggleCompletions)`,
    ...(language === undefined
      ? []
      : [`[${t('On or off for {0}', language)}](command:thimble.toggleCompletionsForLanguage)`]),
    `[${t('Snooze')}](command:thimble.snoozeCompletions)`,
    `[${t('Choose a model')}](command:thimble.pickModel)`,
  ];
  tooltip.appendMarkdown(`\n\n${links.join(' · ')}`);
  return tooltip;
}
