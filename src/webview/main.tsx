/** Entry of the panel's page: wires the host's messages, the store and the view. */
import { render } from 'preact';
import { parseHostMessage } from '../protocol/panel';
import { App } from './components/app';
import { initialState } from './state';
import { createStore, frameSchedule } from './store';
import { setTranslations } from './strings';
import { post, savedDraft } from './vscode-api';

const root = document.getElementById('root');
if (root) {
  setTranslations(root.dataset['l10n']);
  const store = createStore(initialState(savedDraft()), frameSchedule());
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = parseHostMessage(event.data);
    if (message) store.receive(message);
  });
  render(<App store={store} />, root);
  post({ type: 'ready' });
}
