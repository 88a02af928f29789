import type { JSX } from 'preact';
import { useSyncExternalStore } from 'preact/compat';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import type { PanelState } from '../../protocol/panel';
import { waitingStep } from '../state';
import type { Store } from '../store';
import { t } from '../strings';
import { post, saveDraft } from '../vscode-api';
import { Announcer } from './announcer';
import { Composer } from './composer';
import { EmptyChat } from './empty';
import { History } from './history';
import { Icon } from './icon';
import { ModelStatus } from './model-status';
import { PromptView } from './prompt-view';
import { RequestsView } from './requests-view';
import { TranscriptView } from './transcript';

/** The whole panel. */
export function App({ store }: { store: Store }): JSX.Element {
  const state = useSyncExternalStore(store.subscribe, store.get);
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => handleKey(event, store);
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [store]);

  const { panel, view, draft, focusRequests, completions, prompt, context } = state;
  useReturnFocus(view);
  const showPrompt = useCallback(() => store.dispatch({ type: 'view', view: 'prompt' }), [store]);
  if (!panel) return <p class="hint loading">{t('loadingPanel')}</p>;
  const setDraft = (text: string): void => {
    store.dispatch({ type: 'draft', text });
    saveDraft(text);
  };
  const toChat = (): void => store.dispatch({ type: 'view', view: 'chat' });
  return (
    <>
      <Announcer chatId={panel.chatId} transcript={panel.transcript} />
      {view === 'history' ? (
        <History panel={panel} onClose={toChat} />
      ) : view === 'prompt' ? (
        <PromptView prompt={prompt} context={context} usage={panel.transcript.usage} onClose={toChat} />
      ) : view === 'requests' ? (
        <RequestsView rows={state.requests} onClose={toChat} />
      ) : (
        <main class="chat">
          <WorkspaceNotice panel={panel} />
          {panel.transcript.items.length === 0 ? (
            <EmptyChat suggestions={panel.suggestions} remote={panel.model.remoteHost !== undefined} />
          ) : (
            <TranscriptView panel={panel} />
          )}
          <ModelStatus panel={panel} />
          <Composer
            panel={panel}
            draft={draft}
            completions={completions}
            focusRequests={focusRequests}
            onDraft={setDraft}
            onShowPrompt={showPrompt}
          />
        </main>
      )}
    </>
  );
}

/** Closing the view of the prompt gives the focus back to the meter that opened it. */
function useReturnFocus(view: string): void {
  const before = useRef(view);
  // Before the next key can arrive: an effect of the usual kind waits for a frame.
  useLayoutEffect(() => {
    if (before.current === 'prompt' && view === 'chat')
      document.querySelector<HTMLElement>('.usage')?.focus();
    before.current = view;
  }, [view]);
}

function WorkspaceNotice({ panel }: { panel: PanelState }): JSX.Element | null {
  if (panel.trusted && panel.hasWorkspace) return null;
  return (
    <div class="banner row">
      <Icon name={panel.trusted ? 'folder' : 'shield'} />
      <span class="row-text">{panel.trusted ? t('noWorkspace') : t('untrusted')}</span>
    </div>
  );
}

/** Keys that work anywhere in the panel. */
function handleKey(event: KeyboardEvent, store: Store): void {
  const { panel, view } = store.get();
  if (!panel || event.defaultPrevented) return;
  if (event.key === 'Escape') {
    if (view !== 'chat') store.dispatch({ type: 'view', view: 'chat' });
    else if (panel.transcript.running) post({ type: 'stop' });
    return;
  }
  const accepts = event.key === 'Enter';
  if (!(event.ctrlKey || event.metaKey) || !(accepts || event.key === 'Backspace')) return;
  const step = waitingStep(panel.transcript);
  if (!step || isWriting(event.target)) return;
  event.preventDefault();
  // The card knows which hunks were taken, so its own button answers.
  const card = document.querySelector(`[data-approval="${CSS.escape(step.id)}"]`);
  card?.querySelector<HTMLButtonElement>(`[data-answer="${accepts ? 'once' : 'no'}"]`)?.click();
}

/** In a text that is being written these keys edit the text. */
function isWriting(target: EventTarget | null): boolean {
  return (
    (target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && target.type === 'text')) &&
    target.value !== ''
  );
}
