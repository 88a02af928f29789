import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PanelState, PromptView as Prompt } from '../../protocol/panel';
import type { ContextView } from '../../protocol/panel-context';
import { formatCount } from '../format';
import { t, type StringKey } from '../strings';
import { visibleLines } from '../visible';
import { post } from '../vscode-api';
import { ContextSpans } from './context-spans';
import { Icon } from './icon';
import { SubView } from './sub-view';

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
  // A turn that ends while the view is open brings another prompt.
  useEffect(() => post({ type: 'show-prompt' }), [usage]);
  return (
    <SubView kind="prompt" title={t('promptTitle')} onClose={onClose}>
      {context ? <ContextSpans view={context} /> : null}
      <h3 class="prompt-heading">{t('promptLast')}</h3>
      {prompt === null ? <p class="hint">{t('promptNone')}</p> : null}
      {prompt ? <PromptPieces prompt={prompt} /> : null}
    </SubView>
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
