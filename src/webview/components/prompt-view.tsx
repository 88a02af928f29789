import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { PanelState, PromptView as Prompt } from '../../protocol/panel';
import type { ContextView } from '../../protocol/panel-context';
import { formatCount } from '../format';
import { t, type StringKey } from '../strings';
import { visibleLines } from '../visible';
import { post } from '../vscode-api';
import { ContextSpans } from './context-spans';
import { Icon, IconButton } from './icon';

interface PromptViewProps {
  /** Undefined until the host has answered, null when there is none yet. */
  prompt: Prompt | null | undefined;
  context: ContextView | undefined;
  usage: PanelState['transcript']['usage'];
  onClose: () => void;
}

type Piece = Prompt['pieces'][number];

const roleNames: Record<Piece['role'], StringKey> = {
  system: 'roleSystem',
  user: 'roleUser',
  assistant: 'roleAssistant',
  tool: 'roleTool',
  layout: 'roleLayout',
};

/**
 * Code of the workspace that goes along with prompts, which the user may pin and drop, and the prompt of the last turn as
 * it reached the model, message by message, with what each costs.
 */
export function PromptView({ prompt, context, usage, onClose }: PromptViewProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  // A turn that ends while the view is open brings another prompt.
  useEffect(() => post({ type: 'show-prompt' }), [usage]);
  return (
    <section class="prompt-view" aria-label={t('promptTitle')}>
      <header class="history-head">
        <IconButton icon="arrow-left" label={t('back')} onClick={onClose} />
        <h2 ref={heading} tabIndex={-1}>
          {t('promptTitle')}
        </h2>
      </header>
      <div class="prompt-body" tabIndex={0} role="document" aria-label={t('promptTitle')}>
        {context ? <ContextSpans view={context} /> : null}
        <h3 class="prompt-heading">{t('promptLast')}</h3>
        {prompt === null ? <p class="hint">{t('promptNone')}</p> : null}
        {prompt ? <PromptPieces prompt={prompt} /> : null}
      </div>
    </section>
  );
}

function PromptPieces({ prompt }: { prompt: Prompt }): JSX.Element {
  const share = prompt.total > 0 ? Math.round((100 * prompt.cached) / prompt.total) : 0;
  return (
    <>
      <p class="hint">
        {t('usage', formatCount(prompt.total), formatCount(prompt.contextSize))} · {t('cached', share)}
      </p>
      {prompt.cuts.map((cut) => (
        <p class="row prompt-cut" key={cut}>
          <Icon name="warning" />
          <span class="row-text">{cut}</span>
        </p>
      ))}
      {prompt.pieces.map((piece, index) => (
        <PieceView key={index} piece={piece} />
      ))}
    </>
  );
}

function PieceView({ piece }: { piece: Piece }): JSX.Element {
  const text = visibleLines(piece.text);
  if (piece.role === 'layout') return <pre class="prompt-layout">{text}</pre>;
  return (
    <section class="prompt-piece" data-role={piece.role}>
      <h3>
        <span class="verb">{t(roleNames[piece.role])}</span>
        <span class="time">{costOf(piece)}</span>
      </h3>
      <pre>{text}</pre>
    </section>
  );
}

function costOf({ tokens, cached }: Piece): string {
  const count = formatCount(tokens);
  if (cached === 0) return t('promptTokens', count);
  return cached === tokens ? t('promptAllCached', count) : t('promptSomeCached', count, formatCount(cached));
}
