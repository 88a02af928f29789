import { setTimeout as sleep } from 'node:timers/promises';
import { applyStep, isRightAt, statesOf, type TypingSession, type TypingState } from './typing-session';

/** What an editor asks for suggestions with. */
export interface TypingView extends TypingState {
  path: string;
  language: string;
  version: number;
}

/** What makes the suggestions, as an editor drives it. */
export interface Typist {
  /** The text was changed by a key; `show` puts up what comes of it, and undefined takes it down. */
  key(view: TypingView, show: (text: string | undefined) => void, work: KeyWork): void;
  /** The cursor was put somewhere else. */
  moved(view: TypingView): void;
  /** The user has gone. */
  rest(): Promise<void>;
  /** Processor time so far of what computes, in milliseconds; undefined where it cannot be read. */
  processorMs(): number | undefined;
}

/** What one key made the model do. */
export interface KeyWork {
  requests: number;
  /** Prompt tokens that were read, since they were not in the cache. */
  uncached: number;
  generated: number;
}

/** What came of one key. */
export interface KeyResult extends KeyWork {
  /** Milliseconds until a right continuation was on screen; left out where the next key came first. */
  rightMs?: number;
  /** The right continuation was there already, and was being typed. */
  isKept: boolean;
  /** Whether what is on screen when the next key comes is a right continuation, a wrong one, or nothing. */
  onScreen: 'right' | 'wrong' | 'nothing';
}

/**
 * Plays a session in real time. As in an editor, a suggestion stays on screen while it is typed, until another one or
 * the news that there is none takes its place; whatever comes for an older text is lost. `afterLastMs` is how long the
 * last key is waited for.
 */
export async function play(
  session: TypingSession,
  typist: Typist,
  signal: AbortSignal,
  afterLastMs = 1000,
): Promise<KeyResult[]> {
  const states = statesOf(session);
  const results: KeyResult[] = [];
  let state: TypingState = { text: session.text, offset: session.offset };
  let screen: string | undefined;
  let current: { result: KeyResult; index: number; at: number } | undefined;

  const look = (): void => {
    if (!current || screen === undefined) return;
    const { result, index, at } = current;
    if (isRightAt(session, states, index, screen)) result.rightMs ??= performance.now() - at;
  };
  const close = (): void => {
    if (!current) return;
    const { result, index } = current;
    const isShown = screen !== undefined && screen.trim() !== '';
    result.onScreen = !isShown
      ? 'nothing'
      : isRightAt(session, states, index, screen ?? '')
        ? 'right'
        : 'wrong';
    results.push(result);
    current = undefined;
  };

  typist.moved(viewOf(session, state, -1));
  let due = performance.now();
  for (const [index, step] of session.steps.entries()) {
    due += step.after;
    await sleep(Math.max(0, due - performance.now()), undefined, { signal });
    close();
    state = applyStep(state, step);
    const view = viewOf(session, state, index);
    if ('to' in step) {
      screen = undefined;
      typist.moved(view);
      continue;
    }
    const typed = 'insert' in step ? step.insert : undefined;
    screen =
      typed !== undefined && screen?.startsWith(typed) === true ? screen.slice(typed.length) : undefined;
    const result: KeyResult = { requests: 0, uncached: 0, generated: 0, isKept: false, onScreen: 'nothing' };
    const key = { result, index, at: performance.now() };
    current = key;
    look();
    result.isKept = result.rightMs !== undefined;
    typist.key(
      view,
      (text) => {
        if (current !== key) return;
        screen = text;
        look();
      },
      result,
    );
  }
  await sleep(afterLastMs, undefined, { signal });
  close();
  await typist.rest();
  return results;
}

function viewOf(session: TypingSession, state: TypingState, index: number): TypingView {
  const { path, language } = session;
  return { ...state, path, language, version: index + 2 };
}
