import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import type { PanelState } from '../../protocol/panel';
import type { TranscriptItem } from '../../protocol/transcript';
import { formatDuration } from '../format';
import { noticeAction } from '../notices';
import { t } from '../strings';
import { visible } from '../visible';
import { post } from '../vscode-api';
import { Icon } from './icon';
import { Markdown } from './markdown';
import { MessageText } from './message-text';
import { StepView } from './step';

export interface ItemProps {
  item: TranscriptItem;
  running: boolean;
  model: PanelState['model'];
  models: PanelState['models'];
}

/** One item of the transcript; drawn again only when its item is another one. */
export const ItemView = memo(
  function ItemView(props: ItemProps): JSX.Element {
    return (
      <div class={`item ${props.item.kind}`}>
        <Content {...props} />
      </div>
    );
  },
  (before, after) =>
    before.item === after.item &&
    (after.item.kind !== 'checkpoint' || before.running === after.running) &&
    (after.item.kind !== 'notice' || (before.model === after.model && before.models === after.models)),
);

function Content({ item, running, model, models }: ItemProps): JSX.Element {
  switch (item.kind) {
    case 'user':
      return <UserMessage item={item} />;
    case 'assistant':
      return (
        <>
          <h2 class="visually-hidden">{t('answerBy')}</h2>
          <Markdown text={item.text} streaming={item.streaming} />
        </>
      );
    case 'reasoning':
      return (
        <details class="step">
          <summary class="row">
            <Icon name={item.streaming ? 'loading' : 'lightbulb'} spin={item.streaming} />
            <span class="row-text">{item.streaming ? t('reasoning') : t('thoughts')}</span>
            <Icon name="chevron-right" />
          </summary>
          <div class="step-detail thoughts">{item.text}</div>
        </details>
      );
    case 'step':
      return item.draft ? <StepView step={item.step} draft={item.draft} /> : <StepView step={item.step} />;
    case 'checkpoint':
      return <Checkpoint item={item} running={running} />;
    case 'notice':
      return <Notice item={item} model={model} models={models} />;
    case 'outcome':
      return <OutcomeRow item={item} />;
  }
}

type Of<Kind extends TranscriptItem['kind']> = TranscriptItem & { kind: Kind };

function UserMessage({ item }: { item: Of<'user'> }): JSX.Element {
  return (
    <>
      <h2 class="visually-hidden">{t('you')}</h2>
      <div class="bubble">
        <MessageText text={item.text} />
      </div>
      {item.attachments.length > 0 ? (
        <ul class="chips" aria-label={t('attachments')}>
          {item.attachments.map((label) => (
            <li class="chip" key={label}>
              {visible(label)}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function Checkpoint({ item, running }: { item: Of<'checkpoint'>; running: boolean }): JSX.Element {
  const count = item.files.length;
  return (
    <div class="row checkpoint-row">
      <Icon name="discard" />
      <button
        type="button"
        class="link"
        disabled={running}
        title={item.label}
        onClick={() => post({ type: 'restore', checkpointId: item.id })}
      >
        {t('restore')}
      </button>
      {count > 0 ? (
        <details class="checkpoint-files">
          <summary class="time">
            {count === 1 ? t('checkpointFile', visible(item.files[0] ?? '')) : t('checkpointFiles', count)}
          </summary>
          <ul>
            {item.files.map((path) => (
              <li key={path}>
                <button
                  type="button"
                  class="link"
                  title={t('reviewTitle')}
                  onClick={() => post({ type: 'review', checkpointId: item.id, path })}
                >
                  {t('review', visible(path))}
                </button>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

const noticeIcons = { info: 'info', warning: 'warning', error: 'error' } as const;

type NoticeProps = { item: Of<'notice'> } & Pick<ItemProps, 'model' | 'models'>;

/** What happened, what was kept, one button for what to do next. */
function Notice({ item, model, models }: NoticeProps): JSX.Element {
  const { report, level } = item;
  const action = noticeAction(report.code, level, { model, models });
  const [happened, ...details] = report.happened.split('\n');
  return (
    <section class={`notice ${level}`}>
      <h3 class="row">
        <Icon name={noticeIcons[level]} />
        <span class="row-text">
          <span class="visually-hidden">{t(level)}: </span>
          {happened}
        </span>
      </h3>
      {report.kept ? <p>{report.kept}</p> : null}
      {report.next ? <p>{report.next}</p> : null}
      {details.length > 0 ? (
        <details class="notice-details">
          <summary>{t('details')}</summary>
          <pre class="output">{details.join('\n')}</pre>
        </details>
      ) : null}
      {action ? (
        <div class="actions">
          <button type="button" class="button primary" onClick={() => post(action.message)}>
            {t(action.label)}
          </button>
        </div>
      ) : null}
    </section>
  );
}

const outcomes = {
  done: { icon: 'pass', name: 'outcomeDone' },
  stopped: { icon: 'debug-stop', name: 'outcomeStopped' },
  failed: { icon: 'error', name: 'outcomeFailed' },
} as const;

/** How a task ended, with what shows it. */
function OutcomeRow({ item }: { item: Of<'outcome'> }): JSX.Element {
  const { icon, name } = outcomes[item.outcome];
  return (
    <section class="outcome-row" data-outcome={item.outcome}>
      <h3 class="row">
        <Icon name={icon} />
        <span class="row-text">{item.summary || t(name)}</span>
        <span class="time">{formatDuration(item.ms)}</span>
      </h3>
      {item.evidence ? (
        <p class="hint">
          <span class="visually-hidden">{t('evidence')}: </span>
          {item.evidence}
        </p>
      ) : null}
    </section>
  );
}
