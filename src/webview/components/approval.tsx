import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { diffsOf, type Step } from '../../protocol/agent';
import { chosenParts } from '../state';
import { t } from '../strings';
import { visible, visibleLines } from '../visible';
import { post } from '../vscode-api';
import { DiffCount, DiffView, FileDiffs } from './code';
import { Icon } from './icon';

type Answer = 'once' | 'session' | 'no';

/** A card that asks for a yes: the exact change by hunk, or the exact command line and its folder. */
export function Approval({ step }: { step: Step }): JSX.Element {
  /** Indices of hunks, or of files where the change has several. */
  const [dropped, setDropped] = useState<ReadonlySet<number>>(new Set());
  const [note, setNote] = useState('');
  const [answered, setAnswered] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const diff = step.detail?.kind === 'diff' ? step.detail.diff : undefined;
  const command = step.detail?.kind === 'command' ? step.detail : undefined;
  const diffs = step.detail?.kind === 'diffs' ? step.detail.diffs : undefined;
  const total = diffs?.length ?? diff?.hunks.length ?? 0;
  const taken = total - dropped.size;

  useLayoutEffect(() => {
    if (heading.current && mayTakeFocus()) heading.current.focus();
  }, []);

  const answer = (value: Answer): void => {
    setAnswered(true);
    // What the user has left out of this change stays out, also where later ones are not asked about.
    const chosen = value === 'no' ? undefined : chosenParts(total, dropped);
    post({
      type: 'approve',
      stepId: step.id,
      answer: value,
      ...(value === 'no' && note.trim() ? { note: note.trim() } : {}),
      ...(chosen && diff ? { hunks: chosen } : {}),
      ...(chosen && diffs ? { files: chosen.flatMap((at) => diffs[at]?.path ?? []) } : {}),
    });
  };
  const toggle = (part: number): void => setDropped(toggled(dropped, part));

  return (
    <section class="card" data-approval={step.id} aria-labelledby={`card-${step.id}`}>
      <header class="card-head">
        <h3 id={`card-${step.id}`} ref={heading} tabIndex={-1}>
          <Icon name={command ? 'terminal' : 'edit'} />
          <span class="row-text">
            <span class="verb">{step.verb}</span>{' '}
            {command ? null : <span class="object">{visible(step.object)}</span>}
            <span class="visually-hidden">, {t('stateWaiting')}</span>
          </span>
        </h3>
        {total > 0 ? <DiffCount diffs={diffsOf(step)} /> : null}
      </header>
      {step.result ? <p class="hint">{visible(step.result)}</p> : null}
      {diff ? <DiffView diff={diff} dropped={dropped} onToggle={toggle} /> : null}
      {diffs ? <FileDiffs diffs={diffs} dropped={dropped} onToggle={toggle} /> : null}
      {command ? (
        <pre class="command-line" tabIndex={0}>
          <code>{visibleLines(command.command)}</code>
        </pre>
      ) : null}
      {command?.cwd ? <p class="hint">{t('inFolder', visible(command.cwd))}</p> : null}
      {step.detail?.kind === 'text' ? <pre class="output">{step.detail.text}</pre> : null}
      <fieldset class="actions" disabled={answered}>
        <button
          type="button"
          class="button primary"
          data-answer="once"
          title={t('acceptTitle')}
          disabled={total > 0 && taken === 0}
          onClick={() => answer('once')}
        >
          {command ? t('runOnce') : taken < total ? t('acceptSome', taken, total) : t('accept')}
        </button>
        <button
          type="button"
          class="button secondary"
          data-answer="no"
          title={t('rejectTitle')}
          onClick={() => answer('no')}
        >
          {command ? t('dontRun') : t('reject')}
        </button>
        {total > 0 ? (
          <button
            type="button"
            class="button secondary"
            onClick={() => post({ type: 'open-diff', stepId: step.id })}
          >
            {t('openDiff')}
          </button>
        ) : null}
        <button
          type="button"
          class="button secondary"
          data-answer="session"
          disabled={total > 0 && taken === 0}
          onClick={() => answer('session')}
        >
          {command ? t('runInChat') : t('acceptInChat')}
        </button>
      </fieldset>
      <details class="why">
        <summary>{t('sayWhy')}</summary>
        <input
          type="text"
          aria-label={t('whyPlaceholder')}
          placeholder={t('whyPlaceholder')}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && note.trim()) answer('no');
          }}
        />
      </details>
    </section>
  );
}

/** The set with a member more or less. */
function toggled(members: ReadonlySet<number>, member: number): ReadonlySet<number> {
  const next = new Set(members);
  if (!next.delete(member)) next.add(member);
  return next;
}

/** Focus moves only for somebody who is in the panel and is not writing something. */
function mayTakeFocus(): boolean {
  const active = document.activeElement;
  const writing =
    (active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement) && active.value !== '';
  return document.hasFocus() && !writing;
}
