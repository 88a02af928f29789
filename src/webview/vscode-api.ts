/** The page's side of VS Code: posts messages and keeps the draft over a reload of the page. */
import type { PanelMessage } from '../protocol/panel';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** Sends a message to the host. */
export function post(message: PanelMessage): void {
  api.postMessage(message);
}

/** The text that was in the input when the page was last alive. */
export function savedDraft(): string {
  const state = api.getState();
  return typeof state === 'object' && state !== null && 'draft' in state && typeof state.draft === 'string'
    ? state.draft
    : '';
}

export function saveDraft(draft: string): void {
  api.setState({ draft });
}
