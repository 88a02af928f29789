import type { JSX } from 'preact';
import type { PanelState } from '../../protocol/panel';
import { t } from '../strings';
import { post } from '../vscode-api';
import { Icon } from './icon';

/** An empty chat: what to try on the open file. */
export function EmptyChat({
  suggestions,
  remote,
}: {
  suggestions: PanelState['suggestions'];
  /** The model is on a server. */
  remote: boolean;
}): JSX.Element {
  return (
    <div class="empty">
      <Thimble />
      <h2>{t('tryTitle')}</h2>
      <p class="hint">{t(remote ? 'tryTextRemote' : 'tryText')}</p>
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

/** The sign of the activity bar (media/thimble.svg), drawn in the page so that it takes the text's colour. */
function Thimble(): JSX.Element {
  return (
    <svg class="thimble-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M7.2 6.5C7.4 4.3 9.4 3 12 3s4.6 1.3 4.8 3.5L18.3 17.5H5.7z" />
      <rect x="4.5" y="17.5" width="15" height="3.5" rx="1.5" />
      <path d="M10 6.8h.01M14 6.8h.01M12 9.6h.01M8.9 9.6h.01M15.1 9.6h.01M10.3 12.4h.01M13.7 12.4h.01M8.4 15h.01M12 15h.01M15.6 15h.01" />
    </svg>
  );
}
