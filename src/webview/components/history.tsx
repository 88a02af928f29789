import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PanelState } from '../../protocol/panel';
import { formatAge } from '../format';
import { t } from '../strings';
import { post } from '../vscode-api';
import { Icon, IconButton } from './icon';
import { nextIndex } from './menu';

/** The chats of this workspace: arrows move, Enter opens, Delete deletes, Escape goes back. */
export function History({ panel, onClose }: { panel: PanelState; onClose: () => void }): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const buttons = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('.chat-open') ?? [])];
  useLayoutEffect(() => (buttons()[0] ?? heading.current)?.focus(), []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = buttons();
    const index = all.findIndex((button) => button.closest('li')?.contains(document.activeElement));
    const target = nextIndex(event.key, index, all.length);
    const chat = panel.chats[index];
    if (event.key === 'Delete' && chat) {
      post({ type: 'delete-chat', id: chat.id });
      (all[index + 1] ?? all[index - 1] ?? heading.current)?.focus();
    } else if (target !== undefined) all[target]?.focus();
    else return;
    event.preventDefault();
  };

  return (
    <section class="history" aria-label={t('chats')}>
      <header class="history-head">
        <IconButton icon="arrow-left" label={t('back')} onClick={onClose} />
        <h2 ref={heading} tabIndex={-1}>
          {t('chats')}
        </h2>
        <IconButton
          icon="add"
          label={t('newChat')}
          onClick={() => {
            post({ type: 'new-chat' });
            onClose();
          }}
        />
      </header>
      {panel.chats.length === 0 ? <p class="hint">{t('noChats')}</p> : null}
      <ul ref={list} onKeyDown={onKeyDown}>
        {panel.chats.map(({ id, title, updatedAt }) => (
          <li key={id} class={id === panel.chatId ? 'current' : ''}>
            <button
              type="button"
              class="chat-open"
              {...(id === panel.chatId ? { 'aria-current': 'true' } : {})}
              onClick={() => {
                post({ type: 'open-chat', id });
                onClose();
              }}
            >
              <Icon name="comment-discussion" />
              <span class="row-text">{title || t('untitledChat')}</span>
              <span class="time">{formatAge(updatedAt, Date.now(), t('justNow'))}</span>
            </button>
            <IconButton
              icon="trash"
              label={t('deleteChat', title || t('untitledChat'))}
              onClick={() => post({ type: 'delete-chat', id })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
