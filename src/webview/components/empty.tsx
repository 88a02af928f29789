import type { JSX } from 'preact';
import type { PanelState } from '../../protocol/panel';
import { t } from '../strings';
import { post } from '../vscode-api';
import { Icon } from './icon';

/** An empty chat: what to try on the open file. */
export function EmptyChat({ suggestions }: { suggestions: PanelState['suggestions'] }): JSX.Element {
  return (
    <div class="empty">
      <span class="thimble-mark" aria-hidden="true" />
      <h2>{t('tryTitle')}</h2>
      <p class="hint">{t('tryText')}</p>
      {suggestions.length > 0 ? (
        <ul class="suggestions" aria-label={t('tryThis')}>
          {suggestions.slice(0, 3).map(({ label, text }) => (
            <li key={label}>
              <button
                type="button"
                class="suggestion"
                title={text}
                onClick={() => post({ type: 'send', text })}
              >
                <Icon name="sparkle" />
                <span class="row-text">{label}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
