/** Holds the state of the page; messages of the host are folded in once a frame, however many tokens a frame brings. */
import type { AgentEvent } from '../protocol/agent';
import type { HostMessage } from '../protocol/panel';
import { reduce, type ViewAction, type ViewState } from './state';

export interface Store {
  get: () => ViewState;
  /** Applies an action at once. */
  dispatch(action: ViewAction): void;
  /** Applies a message with the next frame, or soon after while something streams; always in order. */
  receive(message: HostMessage): void;
  /** Calls back after every change; gives the function that ends it. */
  subscribe: (listener: () => void) => () => void;
}

/**
 * Runs `flush` with the next frame, or `soon`: then frames without a change may pass between two of them. Calling it
 * more often than asked does no harm.
 */
export type Schedule = (flush: () => void, when: 'frame' | 'soon') => void;

/** Events of which the next one comes at once; nobody waits for a single one. */
const streaming: ReadonlySet<AgentEvent['type']> = new Set([
  'text',
  'reasoning',
  'reading',
  'step-delta',
  'step-output',
]);

export function createStore(initial: ViewState, schedule: Schedule): Store {
  let state = initial;
  let pending: HostMessage[] = [];
  let scheduled: 'frame' | 'soon' | undefined;
  const listeners = new Set<() => void>();
  const change = (next: ViewState): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const flush = (): void => {
    const messages = pending;
    pending = [];
    scheduled = undefined;
    change(messages.reduce((before, message) => reduce(before, { type: 'host', message }), state));
  };
  return {
    get: () => state,
    dispatch: (action) => change(reduce(state, action)),
    receive(message) {
      pending.push(message);
      const when = message.type === 'event' && streaming.has(message.event.type) ? 'soon' : 'frame';
      if (scheduled === 'frame' || scheduled === when) return;
      scheduled = when;
      schedule(flush, when);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Time between two drawings of text that streams: no reader sees a difference, and the page rests. Milliseconds. */
const streamingInterval = 50;

/** A schedule by the page's frames, or by time while the page is hidden and draws none. */
export function frameSchedule(): Schedule {
  let drawn = -Infinity;
  return (flush, when) => {
    let done = false;
    const once = (): void => {
      if (done) return;
      done = true;
      drawn = performance.now();
      flush();
    };
    const withFrame = (): void => {
      requestAnimationFrame(once);
      setTimeout(once, 250);
    };
    const wait = when === 'soon' ? drawn + streamingInterval - performance.now() : 0;
    if (wait > 0) setTimeout(withFrame, wait);
    else withFrame();
  };
}
