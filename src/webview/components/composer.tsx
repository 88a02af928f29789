import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { useRef } from 'preact/hooks';
import type { PanelMessage, PanelState } from '../../protocol/panel';
import { formatBytes, formatCount } from '../format';
import { lastMessage, type ViewState } from '../state';
import { t } from '../strings';
import { visible } from '../visible';
import { post } from '../vscode-api';
import { ComposerInput } from './composer-input';
import { Icon, IconButton } from './icon';
import { MenuButton } from './menu';

interface ComposerProps {
  panel: PanelState;
  draft: string;
  completions: ViewState['completions'];
  /** Grows when the input is to take the focus. */
  focusRequests: number;
  onDraft: (text: string) => void;
  onShowPrompt: () => void;
}

/** The input with all that goes along with a message and all that it costs; a token that streams changes nothing in it. */
export const Composer = memo(
  ComposerView,
  (before, after) =>
    before.draft === after.draft &&
    before.completions === after.completions &&
    before.focusRequests === after.focusRequests &&
    showsSame(before.panel, after.panel),
);

/** True if two states are the same but for the items' content, of which the composer knows the number alone. */
function showsSame(before: PanelState, after: PanelState): boolean {
  const { transcript: own, ...others } = before;
  const keys = Object.keys(others) as (keyof typeof others)[];
  return (
    own.running === after.transcript.running &&
    own.usage === after.transcript.usage &&
    own.items.length === after.transcript.items.length &&
    keys.every((key) => before[key] === after[key])
  );
}

function ComposerView(props: ComposerProps): JSX.Element {
  const { panel, draft, completions, focusRequests, onDraft, onShowPrompt } = props;
  const input = useRef<HTMLTextAreaElement>(null);
  const send = (): void => {
    const text = draft.trim();
    if (!text) return;
    post({ type: 'send', text });
    onDraft('');
    input.current?.focus();
  };
  const { running } = panel.transcript;

  return (
    <footer class="composer">
      <Queue queued={panel.queued} />
      <div class="input-box">
        <Attachments attachments={panel.attachments} />
        <ComposerInput
          input={input}
          draft={draft}
          running={running}
          completions={completions}
          focusRequests={focusRequests}
          onDraft={onDraft}
          onSend={send}
          recall={() => lastMessage(panel)}
        />
        <div class="toolbar">
          <AttachMenu />
          <ApprovalsMenu approvals={panel.approvals} />
          <ModelMenu model={panel.model} models={panel.models} />
          <span class="spacer" />
          {running ? (
            <IconButton
              icon="debug-stop"
              label={t('stop')}
              class="stop"
              onClick={() => post({ type: 'stop' })}
            />
          ) : null}
          {running && draft.trim() === '' ? null : (
            <IconButton icon="send" label={t('send')} class="send" onClick={send} />
          )}
        </div>
      </div>
      <UsageLine usage={panel.transcript.usage} onClick={onShowPrompt} />
    </footer>
  );
}

function Queue({ queued }: { queued: PanelState['queued'] }): JSX.Element | null {
  if (queued.length === 0) return null;
  return (
    <ul class="queue" aria-label={t('queued')}>
      {queued.map(({ id, text }) => (
        <li class="row" key={id}>
          <Icon name="history" />
          <span class="row-text">
            <span class="verb">{t('queued')}</span> {text}
          </span>
          <button type="button" class="link" onClick={() => post({ type: 'unqueue', id })}>
            {t('takeBack')}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Attachments({ attachments }: { attachments: PanelState['attachments'] }): JSX.Element | null {
  if (attachments.length === 0) return null;
  return (
    <ul class="chips" aria-label={t('attachments')}>
      {attachments.map(({ id, label }) => (
        <li class="chip" key={id}>
          <span>{visible(label)}</span>
          <IconButton
            icon="close"
            label={t('detach', visible(label))}
            onClick={() => post({ type: 'detach', id })}
          />
        </li>
      ))}
    </ul>
  );
}

type Attachable = (PanelMessage & { type: 'attach' })['what'];

// The parts below are drawn again only when what they show has changed: the panel itself changes with every token.

const AttachMenu = memo(function AttachMenu(): JSX.Element {
  const items = [
    { id: 'file', label: t('attachFile'), icon: 'file' },
    { id: 'selection', label: t('attachSelection'), icon: 'selection' },
    { id: 'problems', label: t('attachProblems'), icon: 'warning' },
  ];
  return (
    <MenuButton
      icon="add"
      label={t('attach')}
      items={items}
      onPick={(id) => post({ type: 'attach', what: id as Attachable })}
    />
  );
});

const approvalModes = [
  { id: 'ask', label: 'approvalsAsk' },
  { id: 'allow-edits', label: 'approvalsEdits' },
  { id: 'allow-all', label: 'approvalsAll' },
] as const;

const ApprovalsMenu = memo(function ApprovalsMenu({ approvals }: Pick<PanelState, 'approvals'>): JSX.Element {
  const current = approvalModes.find(({ id }) => id === approvals) ?? approvalModes[0];
  return (
    <MenuButton
      text={t(current.label)}
      class="approvals"
      label={`${t('approvals')}: ${t(current.label)}`}
      icon={current.id === 'ask' ? 'shield' : 'unlock'}
      items={approvalModes.map(({ id, label }) => ({ id, label: t(label), checked: id === current.id }))}
      onPick={(id) => post({ type: 'set-approvals', value: id as PanelState['approvals'] })}
    />
  );
});

function modelDetail(
  { label, remoteHost, installed, sizeBytes, memoryBytes }: PanelState['models'][number],
  second: PanelState['model']['second'],
): string {
  if (remoteHost !== undefined) return t('remoteModel', remoteHost);
  if (!installed) return t('modelSize', formatBytes(sizeBytes), formatBytes(memoryBytes));
  const needs = `${t('installed')}, ${t('modelNeeds', formatBytes(memoryBytes))}`;
  if (label !== second?.name) return needs;
  return `${needs}. ${second.isLoaded ? t('completesBeside') : t('notBeside', second.why)}`;
}

const ModelMenu = memo(function ModelMenu({
  model,
  models,
}: Pick<PanelState, 'model' | 'models'>): JSX.Element {
  const label = model.state === 'none' ? t('noModel') : model.label;
  const pick = (name: string): void => {
    const installed = models.find((choice) => choice.name === name)?.installed ?? false;
    post(installed ? { type: 'pick-model', name } : { type: 'download-model', name });
  };
  return (
    <MenuButton
      text={label}
      label={t('model', label)}
      {...(model.state === 'failed'
        ? { icon: 'error' }
        : model.state === 'degraded'
          ? { icon: 'warning' }
          : model.remoteHost === undefined
            ? {}
            : { icon: 'cloud' })}
      items={models.map((choice) => ({
        id: choice.name,
        label: choice.label,
        detail: modelDetail(choice, model.second),
        checked: choice.name === model.name && model.state !== 'none',
        ...(choice.installed ? {} : { icon: 'cloud-download' }),
      }))}
      onPick={pick}
    />
  );
});

const UsageLine = memo(function UsageLine({
  usage,
  onClick,
}: {
  usage: PanelState['transcript']['usage'];
  onClick: () => void;
}): JSX.Element | null {
  if (!usage) return null;
  const cached = usage.used > 0 ? Math.round((100 * Math.min(usage.cached, usage.used)) / usage.used) : 0;
  const text = t('usage', formatCount(usage.used), formatCount(usage.contextSize));
  return (
    <button type="button" class="usage" title={t('usageTitle')} onClick={onClick}>
      <progress value={usage.used} max={usage.contextSize} aria-label={text} />
      <span>{text}</span>
      <span>{t('cached', cached)}</span>
      {usage.tokensPerSecond > 0 ? <span>{t('speed', formatCount(usage.tokensPerSecond))}</span> : null}
    </button>
  );
});
