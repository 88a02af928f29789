/** Holds the state of the page; messages of the host are folded in once a frame, however many tokens a frame brings. */
import type { HostMessage } from '../protocol/panel';
import { reduce, type ViewAction, type ViewState } from './state';

export interface Store {
  get: () => ViewState;
  /** Applies an action at once. */
  dispatch(action: ViewAction): void;
  /** Applies a message with the next frame, in order. */
  receive(message: HostMessage): void;
  /** Calls back after every change; gives the function that ends it. */
  subscribe: (listener: () => void) => () => void;
}

/** `schedule` runs a function with the next frame. */
export function createStore(initial: ViewState, schedule: (flush: () => void) => void): Store {
  let state = initial;
  let pending: HostMessage[] = [];
  const listeners = new Set<() => void>();
  const change = (next: ViewState): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const flush = (): void => {
    const messages = pending;
    pending = [];
    change(messages.reduce((before, message) => reduce(before, { type: 'host', message }), state));
  };
  return {
    get: () => state,
    dispatch: (action) => change(reduce(state, action)),
    receive(message) {
      pending.push(message);
      if (pending.length === 1) schedule(flush);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The next frame, or a quarter of a second while the page is hidden and draws no frames. */
export function nextFrame(flush: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    flush();
  };
  requestAnimationFrame(once);
  setTimeout(once, 250);
}
