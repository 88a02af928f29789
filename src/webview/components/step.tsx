import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { plainOutput } from '../../base/terminal-text';
import { diffsOf, type Step, type StepDetail, type StepState } from '../../protocol/agent';
import { formatDuration } from '../format';
import { t, type StringKey } from '../strings';
import { visible, visibleLines } from '../visible';
import { post } from '../vscode-api';
import { Approval } from './approval';
import { DiffCount, DiffView, FileDiffs } from './code';
import { Icon } from './icon';
import { CopyButton } from './markdown';

export const stateNames: Record<StepState, StringKey> = {
  running: 'stateRunning',
  waiting: 'stateWaiting',
  done: 'stateDone',
  failed: 'stateFailed',
  refused: 'stateRefused',
};

const toolIcons: Record<Step['tool'], string> = {
  read: 'file',
  search: 'search',
  list: 'list-tree',
  edit: 'edit',
  run: 'terminal',
  think: 'lightbulb',
  engine: 'server-process',
  check: 'beaker',
};

function iconOf(step: Step): string {
  if (step.state === 'failed') return 'error';
  if (step.state === 'refused') return 'circle-slash';
  if (step.state === 'done' && step.tool === 'check') return 'pass';
  return toolIcons[step.tool];
}

/** A command that runs and has something to say: its row is open meanwhile. */
function isWriting({ state, detail }: Step): boolean {
  return state === 'running' && detail?.kind === 'command' && detail.output !== '';
}

/** One step: a row that opens to its detail, or a card while it waits for the user. */
export function StepView({ step, draft }: { step: Step; draft?: Record<string, string> }): JSX.Element {
  if (step.state === 'waiting') return <Approval step={step} />;
  const { detail } = step;
  if (detail?.kind === 'location') {
    const open = (): void =>
      post({ type: 'open-file', path: detail.path, line: detail.startLine, endLine: detail.endLine });
    return (
      <button type="button" class="step row" data-state={step.state} onClick={open}>
        <StepSummary step={step} />
      </button>
    );
  }
  if (detail) {
    return (
      <details class="step" data-state={step.state} open={isWriting(step)}>
        <summary class="row">
          <StepSummary step={step} />
          <Icon name="chevron-right" />
        </summary>
        <div class="step-detail">
          <Detail detail={detail} stepId={step.id} live={step.state === 'running'} />
        </div>
      </details>
    );
  }
  return (
    <div class="step" data-state={step.state}>
      <div class="row">
        <StepSummary step={step} />
      </div>
      {draft ? <Draft draft={draft} /> : null}
    </div>
  );
}

function StepSummary({ step }: { step: Step }): JSX.Element {
  const running = step.state === 'running';
  return (
    <>
      <Icon name={running ? 'loading' : iconOf(step)} spin={running} />
      <span class="row-text">
        <span class="verb">{step.verb}</span> <span class="object">{visible(step.object)}</span>
        <span class="visually-hidden">, {t(stateNames[step.state])}</span>
        {step.allowedBy ? <span class="allowed">{t('allowedBy', step.allowedBy)}</span> : null}
      </span>
      {diffsOf(step).length > 0 ? <DiffCount diffs={diffsOf(step)} /> : null}
      {step.result ? <span class="result">{step.result}</span> : null}
      {step.ms === undefined ? null : <span class="time">{formatDuration(step.ms)}</span>}
    </>
  );
}

interface DetailProps {
  detail: StepDetail;
  stepId: string;
  /** It still changes. */
  live: boolean;
}

function Detail({ detail, stepId, live }: DetailProps): JSX.Element | null {
  switch (detail.kind) {
    case 'text':
      return (
        <pre class="output" tabIndex={0}>
          {detail.text}
        </pre>
      );
    case 'diff':
    case 'diffs':
      return (
        <>
          {detail.kind === 'diff' ? <DiffView diff={detail.diff} /> : <FileDiffs diffs={detail.diffs} />}
          <div class="actions">
            <button
              type="button"
              class="button secondary"
              onClick={() => post({ type: 'open-diff', stepId })}
            >
              {t('openDiff')}
            </button>
            {live ? null : <RestoreStep stepId={stepId} />}
          </div>
        </>
      );
    case 'command':
      return (
        <>
          <CommandOutput detail={detail} live={live} />
          {live ? null : (
            <div class="actions">
              <RestoreStep stepId={stepId} />
            </div>
          )}
        </>
      );
    case 'location':
      return null;
  }
}

function RestoreStep({ stepId }: { stepId: string }): JSX.Element {
  return (
    <button type="button" class="button secondary" onClick={() => post({ type: 'restore-step', stepId })}>
      {t('restoreStep')}
    </button>
  );
}

interface CommandOutputProps {
  detail: StepDetail & { kind: 'command' };
  live: boolean;
}

/** A command with its output; of one that still runs, the newest lines are in sight. */
function CommandOutput({ detail, live }: CommandOutputProps): JSX.Element {
  const pre = useRef<HTMLPreElement>(null);
  const output = live ? plainOutput(detail.output) : detail.output;
  useLayoutEffect(() => {
    if (live && pre.current) pre.current.scrollTop = pre.current.scrollHeight;
  }, [live, output]);
  const ended = detail.exitCode !== null || detail.timedOut;
  return (
    <div class="terminal">
      <div class="command-line">
        <code>{visibleLines(detail.command)}</code>
        <CopyButton text={detail.command} />
      </div>
      {detail.cwd ? <p class="hint">{t('inFolder', visible(detail.cwd))}</p> : null}
      {ended || output ? (
        <pre class="output" tabIndex={0} ref={pre}>
          {output || t('noOutput')}
        </pre>
      ) : null}
      {detail.timedOut ? <p class="hint">{t('timedOut')}</p> : null}
    </div>
  );
}

/** Arguments of an edit by what they do to the file; others, such as the path, stand in the row already. */
const removedArgument = /^(?:old|search|find)/i;
const addedArgument = /^(?:new|replace|text|content|code|body|insert)/i;
const draftLines = 12;

/** An edit while the model writes it: the newest lines of what goes and what comes. */
function Draft({ draft }: { draft: Record<string, string> }): JSX.Element | null {
  const lines = Object.entries(draft).flatMap(([name, text]) => {
    const kind = removedArgument.test(name) ? 'removed' : addedArgument.test(name) ? 'added' : undefined;
    return kind ? text.split('\n').map((line) => ({ kind, line })) : [];
  });
  if (lines.length === 0) return null;
  return (
    <pre class="diff-lines draft" aria-label={t('draftEdit')} role="group">
      <code>
        {lines.slice(-draftLines).map(({ kind, line }, index) => (
          <span class={`line ${kind}`} key={index}>
            <span class="sign">{kind === 'added' ? '+' : '−'}</span>
            {line}
            {'\n'}
          </span>
        ))}
      </code>
    </pre>
  );
}
