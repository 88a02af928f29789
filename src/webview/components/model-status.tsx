import type { JSX } from 'preact';
import type { ModelView, PanelState } from '../../protocol/panel';
import { formatBytes, formatDuration } from '../format';
import { recommendedModel } from '../notices';
import { t } from '../strings';
import { post } from '../vscode-api';
import { Icon } from './icon';

/** What stands between the user and an answer: no model, a download, loading, an engine that failed. */
export function ModelStatus({ panel }: { panel: PanelState }): JSX.Element | null {
  const { model } = panel;
  switch (model.state) {
    case 'none':
      return <FirstModel panel={panel} />;
    case 'downloading':
      return <Downloading model={model} />;
    case 'loading':
      return (
        <div class="status">
          <div class="row">
            <Icon name="loading" spin />
            <span class="row-text">{t('modelLoading', model.label)}</span>
          </div>
          <Bar fraction={model.fraction} label={t('modelLoading', model.label)} />
          <p class="hint">{t('modelLoadingWait')}</p>
        </div>
      );
    case 'failed':
      return (
        <section class="status notice error">
          <h3 class="row">
            <Icon name="error" />
            <span class="row-text">{model.message ?? t('modelFailed')}</span>
          </h3>
          <div class="actions">
            <button type="button" class="button primary" onClick={() => post({ type: 'restart-engine' })}>
              {t('restartEngine')}
            </button>
            <button type="button" class="button secondary" onClick={() => post({ type: 'show-log' })}>
              {t('showLog')}
            </button>
          </div>
        </section>
      );
    case 'degraded':
      return (
        <div class="status notice warning">
          <div class="row">
            <Icon name="warning" />
            <span class="row-text">{model.message ?? t('modelDegraded')}</span>
          </div>
        </div>
      );
    case 'stopped':
      return model.message === undefined ? null : (
        <div class="status">
          <div class="row">
            <Icon name="debug-pause" />
            <span class="row-text">{model.message}</span>
          </div>
        </div>
      );
    case 'ready':
    case 'busy':
      return model.remoteHost === undefined ? null : (
        <div class="status">
          <div class="row">
            <Icon name="cloud" />
            <span class="row-text">{t('remoteInUse', model.remoteHost)}</span>
          </div>
        </div>
      );
  }
}

/** The one download that somebody without a model needs. */
function FirstModel({ panel }: { panel: PanelState }): JSX.Element | null {
  const model = recommendedModel(panel);
  if (!model) return null;
  return (
    <section class="status first-model">
      <h3>{t('firstModel')}</h3>
      <p class="hint">{t('firstModelText')}</p>
      <button
        type="button"
        class="button primary wide"
        onClick={() => post({ type: 'download-model', name: model.name })}
      >
        <Icon name="cloud-download" />
        {t('downloadModel', model.label)}
      </button>
      <p class="hint">
        {t('modelSize', formatBytes(model.sizeBytes), formatBytes(model.memoryBytes))}
        {model.licence ? ` · ${model.licence}` : ''}
      </p>
      {panel.model.message ? <p class="hint">{panel.model.message}</p> : null}
    </section>
  );
}

function Downloading({ model }: { model: ModelView }): JSX.Element {
  const { download } = model;
  const label = t('modelDownloading', model.label);
  const fraction = download && download.total > 0 ? download.done / download.total : model.fraction;
  return (
    <div class="status">
      <div class="row">
        <Icon name="cloud-download" />
        <span class="row-text">{label}</span>
        <button type="button" class="link" onClick={() => post({ type: 'cancel-download' })}>
          {t('cancelDownload')}
        </button>
      </div>
      <Bar fraction={fraction} label={label} />
      {download ? (
        <p class="hint">
          {t(
            'downloadProgress',
            formatBytes(download.done),
            formatBytes(download.total),
            formatBytes(download.bytesPerSecond),
          )}
          {download.msLeft === null ? null : ` · ${t('timeLeft', formatDuration(download.msLeft))}`}
        </p>
      ) : null}
      <p class="hint">{t('modelLoadingWait')}</p>
    </div>
  );
}

/** A bar; without a fraction (0–1) it only says that something goes on. */
function Bar({ fraction, label }: { fraction: number | undefined; label: string }): JSX.Element {
  return fraction === undefined ? (
    <progress aria-label={label} />
  ) : (
    <progress value={fraction} max={1} aria-label={label} />
  );
}
