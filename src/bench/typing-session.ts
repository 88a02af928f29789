/** Typing sessions of `thimble bench typing`: what a user does in one file, step by step. Pure. */

export interface TypingSession {
  id: string;
  /** What is special about it, such as `body` or `mistakes`; see the data's own page. */
  kind: string;
  language: string;
  path: string;
  text: string;
  /** Where the cursor stands at first, in UTF-16 units. */
  offset: number;
  steps: TypingStep[];
}

/** One thing that the user does, `after` milliseconds after the one before. */
export type TypingStep = { after: number } & (
  | {
      /** Typed at the cursor. */
      insert: string;
      /** What the editor puts behind the cursor by itself, such as a closing bracket. */
      closing?: string;
    }
  /** Characters typed that stand there already: the cursor moves over them. */
  | { over: number }
  /** Characters taken away before the cursor. */
  | { remove: number }
  /** The cursor is put somewhere else. */
  | { to: number }
);

/** A document with the cursor in it. */
export interface TypingState {
  text: string;
  offset: number;
}

export function applyStep({ text, offset }: TypingState, step: TypingStep): TypingState {
  const before = text.slice(0, offset);
  const after = text.slice(offset);
  if ('to' in step) return { text, offset: step.to };
  if ('over' in step) return { text, offset: offset + step.over };
  if ('remove' in step)
    return { text: before.slice(0, -step.remove) + after, offset: Math.max(0, offset - step.remove) };
  return { text: before + step.insert + (step.closing ?? '') + after, offset: offset + step.insert.length };
}

/** The states after each step. */
export function statesOf({ text, offset, steps }: TypingSession): TypingState[] {
  const states: TypingState[] = [];
  let state: TypingState = { text, offset };
  for (const step of steps) {
    state = applyStep(state, step);
    states.push(state);
  }
  return states;
}

/**
 * Whether `suggested` is what comes at the place after step `index`: whether the user's own typing leads to the text
 * that accepting its first line would, before the cursor is put elsewhere.
 */
export function isRightAt(
  session: TypingSession,
  states: readonly TypingState[],
  index: number,
  suggested: string,
): boolean {
  const state = states[index];
  const line = firstLineOf(suggested);
  if (!state || line.trim() === '') return false;
  const wanted = state.text.slice(0, state.offset) + line + state.text.slice(state.offset);
  for (let later = index + 1; later < states.length; later++) {
    const step = session.steps[later];
    if (step && 'to' in step) return false;
    if (isAlike(states[later]?.text ?? '', wanted)) return true;
  }
  return false;
}

/** The first line that is not empty, with the empty ones before it. */
function firstLineOf(text: string): string {
  return (/^\s*\S[^\n]*/.exec(text)?.[0] ?? '').trimEnd();
}

/** White space at the ends of lines apart. */
function isAlike(a: string, b: string): boolean {
  return a === b || a.replace(/[ \t]+$/gm, '') === b.replace(/[ \t]+$/gm, '');
}
