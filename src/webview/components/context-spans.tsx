import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { DefinitionName } from '../../protocol/indexer';
import type { PanelMessage } from '../../protocol/panel';
import type { ContextView, PinnedView, ShownSpan, SpanUse } from '../../protocol/panel-context';
import { formatCount } from '../format';
import { t, type StringKey } from '../strings';
import { visible } from '../visible';
import { post } from '../vscode-api';
import { IconButton } from './icon';

const useNames: Record<SpanUse, StringKey> = {
  completion: 'spansCompletion',
  selection: 'spansSelection',
  agent: 'spansAgent',
};

/** What a button of a row does, and what a screen reader is told of it. */
type Decide = (message: PanelMessage, told: string) => void;

/** Definitions that go along with prompts: each with its reason, its tokens, a pin and a cross. */
export function ContextSpans({ view }: { view: ContextView }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const [told, setTold] = useState('');
  const decide: Decide = (message, sentence) => {
    // The row that had the focus moves or goes.
    heading.current?.focus();
    setTold(sentence);
    post(message);
  };
  return (
    <section class="spans" aria-label={t('spansTitle')}>
      <h3 ref={heading} tabIndex={-1} class="prompt-heading">
        {t('spansTitle')}
      </h3>
      <p class="visually-hidden" role="status">
        {told}
      </p>
      <SpanList title={t('spansPinned')} note={view.pinned.length === 0 ? t('spansNonePinned') : undefined}>
        {view.pinned.map((pinned) => (
          <PinnedRow key={keyOf(pinned)} pinned={pinned} decide={decide} />
        ))}
      </SpanList>
      <button
        type="button"
        class="button secondary"
        onClick={() => decide({ type: 'pin-at-cursor' }, t('spanPinning'))}
      >
        {t('pinAtCursor')}
      </button>
      {view.shown.map(({ use, spans }) => (
        <SpanList key={use} title={t(useNames[use])}>
          {spans.map((span) => (
            <ShownRow key={keyOf(span)} span={span} decide={decide} />
          ))}
        </SpanList>
      ))}
      {view.dropped.length > 0 ? (
        <SpanList title={t('spansDropped')}>
          {view.dropped.map((name) => (
            <DroppedRow key={keyOf(name)} name={name} decide={decide} />
          ))}
        </SpanList>
      ) : null}
    </section>
  );
}

function SpanList({
  title,
  note,
  children,
}: {
  title: string;
  note?: string | undefined;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="span-list" aria-label={title}>
      <h4>{title}</h4>
      {note === undefined ? null : <p class="hint">{note}</p>}
      <ul>{children}</ul>
    </section>
  );
}

function PinnedRow({ pinned, decide }: { pinned: PinnedView; decide: Decide }): JSX.Element {
  const { path, symbol, state, startLine, endLine, tokens } = pinned;
  const reason = state === 'there' ? t('spanPinned') : state === 'gone' ? t('spanGone', path) : t('spanAway');
  return (
    <SpanRow name={pinned} state={state} lines={lines(startLine, endLine)} tokens={tokens} reason={reason}>
      <IconButton
        icon="pinned"
        label={t('unpin', symbol)}
        onClick={() => decide({ type: 'unpin-span', path, symbol }, t('spanUnpinned', symbol))}
      />
    </SpanRow>
  );
}

function ShownRow({ span, decide }: { span: ShownSpan; decide: Decide }): JSX.Element {
  const { path, symbol, startLine, endLine, tokens, reason } = span;
  return (
    <SpanRow name={span} lines={lines(startLine, endLine)} tokens={tokens} reason={reason}>
      <IconButton
        icon="pin"
        label={t('pin', symbol)}
        onClick={() => decide({ type: 'pin-span', path, symbol, line: startLine }, t('spanIsPinned', symbol))}
      />
      <IconButton
        icon="close"
        label={t('drop', symbol)}
        onClick={() => decide({ type: 'drop-span', path, symbol }, t('spanIsDropped', symbol))}
      />
    </SpanRow>
  );
}

function DroppedRow({ name, decide }: { name: DefinitionName; decide: Decide }): JSX.Element {
  const { path, symbol } = name;
  return (
    <SpanRow name={name}>
      <IconButton
        icon="discard"
        label={t('takeBackSpan', symbol)}
        onClick={() => decide({ type: 'take-back-span', path, symbol }, t('spanTakenBack', symbol))}
      />
    </SpanRow>
  );
}

interface SpanRowProps {
  name: DefinitionName;
  state?: PinnedView['state'];
  /** Of its file; left out for what cannot be opened at lines. */
  lines?: { line: number; endLine: number } | undefined;
  tokens?: number | undefined;
  reason?: string;
  children: ComponentChildren;
}

function SpanRow({ name, state, lines: place, tokens, reason, children }: SpanRowProps): JSX.Element {
  const { path, symbol } = name;
  return (
    <li class="span-row" data-state={state}>
      <button type="button" class="span-open" onClick={() => post({ type: 'open-file', path, ...place })}>
        <span class="row-text">
          <span class="verb">{visible(symbol)}</span> <span class="object">{visible(path)}</span>
        </span>
        {tokens === undefined ? null : <span class="time">{t('promptTokens', formatCount(tokens))}</span>}
        {reason === undefined ? null : <span class="span-reason">{visible(reason)}</span>}
      </button>
      {children}
    </li>
  );
}

function lines(line: number | undefined, endLine: number | undefined): SpanRowProps['lines'] {
  return line === undefined || endLine === undefined ? undefined : { line, endLine };
}

function keyOf({ path, symbol }: DefinitionName): string {
  return `${path}\n${symbol}`;
}
