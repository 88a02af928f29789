/** What the panel knows, and how it changes: pure functions, so that they are tested without a page. */
import type { Step } from '../protocol/agent';
import type { HostMessage, PanelState, PromptView, RequestRow } from '../protocol/panel';
import type { ContextView } from '../protocol/panel-context';
import { applyEvent, type Transcript, type TranscriptItem } from '../protocol/transcript';

export interface ViewState {
  /** Undefined until the host has sent the first state. */
  panel: PanelState | undefined;
  view: 'chat' | 'history' | 'prompt' | 'requests';
  draft: string;
  /** Grows whenever the cursor is to go into the input. */
  focusRequests: number;
  /** The newest files and symbols that the host found for the list under the input. */
  completions: Extract<HostMessage, { type: 'completions' }> | undefined;
  /** What the model sees; null when there is nothing yet, undefined until the host has said. */
  prompt: PromptView | null | undefined;
  /** Code that goes along with prompts; undefined until the host has said. */
  context: ContextView | undefined;
  /** The requests that the host has shown last, the oldest first. */
  requests: RequestRow[];
}

export type ViewAction =
  | { type: 'host'; message: HostMessage }
  | { type: 'draft'; text: string }
  | { type: 'view'; view: ViewState['view'] };

export function initialState(draft: string): ViewState {
  return {
    panel: undefined,
    view: 'chat',
    draft,
    focusRequests: 0,
    completions: undefined,
    prompt: undefined,
    context: undefined,
    requests: [],
  };
}

/** The state after one more action. */
export function reduce(state: ViewState, action: ViewAction): ViewState {
  switch (action.type) {
    case 'draft':
      return { ...state, draft: action.text };
    case 'view':
      return { ...state, view: action.view };
    case 'host':
      return applyHostMessage(state, action.message);
  }
}

function applyHostMessage(state: ViewState, message: HostMessage): ViewState {
  switch (message.type) {
    case 'state': {
      // Before the first state a view may have been asked for, which then is the one to begin with.
      const otherChat = state.panel !== undefined && state.panel.chatId !== message.state.chatId;
      return { ...state, panel: message.state, view: otherChat ? 'chat' : state.view };
    }
    case 'event':
      return withPanel(state, (panel) => ({
        ...panel,
        transcript: applyEvent(panel.transcript, message.event),
      }));
    case 'patch':
      return withPanel(state, (panel) => ({ ...panel, ...message.patch }));
    case 'focus-input':
      return {
        ...state,
        view: 'chat',
        draft: message.text ?? state.draft,
        focusRequests: state.focusRequests + 1,
      };
    case 'show-history':
      return { ...state, view: 'history' };
    case 'completions':
      return { ...state, completions: message };
    case 'show-context':
      return { ...state, view: 'prompt' };
    case 'prompt':
      return { ...state, prompt: message.view };
    case 'context':
      return { ...state, context: message.view };
    case 'requests':
      return { ...state, view: 'requests', requests: message.rows };
  }
}

/** An event that comes before the first state belongs to a state that is still to come, so it is dropped. */
function withPanel(state: ViewState, change: (panel: PanelState) => PanelState): ViewState {
  return state.panel ? { ...state, panel: change(state.panel) } : state;
}

/** The step that waits for the user's yes, the oldest first. */
export function waitingStep(transcript: Transcript): Step | undefined {
  for (const item of transcript.items) {
    if (item.kind === 'step' && item.step.state === 'waiting') return item.step;
  }
  return undefined;
}

/** What Up brings back into an empty input: the newest message of the user, queued ones included. */
export function lastMessage(panel: PanelState): string | undefined {
  const queued = panel.queued.at(-1);
  if (queued) return queued.text;
  const item = panel.transcript.items.findLast((candidate) => candidate.kind === 'user');
  return item?.kind === 'user' ? item.text : undefined;
}

/** Says how often something happened between two transcripts that a screen reader should hear. */
export interface Heard {
  waiting: (step: Step) => string;
  step: (step: Step) => string;
  answer: (text: string) => string;
  outcome: (item: TranscriptItem & { kind: 'outcome' }) => string;
}

/**
 * What to announce after `before` became `after`: steps whose state changed, and the answer when the run has ended;
 * never single tokens. Two different chats announce nothing.
 */
export function announcements(before: Transcript, after: Transcript, say: Heard): string[] {
  let known: Map<string, TranscriptItem> | undefined;
  const spoken: string[] = [];
  for (const [index, item] of after.items.entries()) {
    const same = before.items[index];
    if (same === item) continue;
    const old =
      same?.id === item.id
        ? same
        : (known ??= new Map(before.items.map((other) => [other.id, other]))).get(item.id);
    if (old === item) continue;
    if (item.kind === 'step') {
      const changed = old?.kind !== 'step' || old.step.state !== item.step.state;
      if (changed && item.step.state === 'waiting') spoken.push(say.waiting(item.step));
      else if (changed && item.step.state !== 'running') spoken.push(say.step(item.step));
    } else if (item.kind === 'outcome') {
      const answer = answerOf(after.items, item.id);
      if (answer) spoken.push(say.answer(answer));
      spoken.push(say.outcome(item));
    }
  }
  return spoken;
}

/** The last text of the model before the outcome with this id. */
function answerOf(items: TranscriptItem[], outcomeId: string): string | undefined {
  const end = items.findIndex((item) => item.id === outcomeId);
  for (let index = end - 1; index >= 0; index--) {
    const item = items[index];
    if (item?.kind === 'assistant') return item.text;
    if (item?.kind === 'user') return undefined;
  }
  return undefined;
}

/** The hunks or files to send with a yes: undefined when all are taken, since the host then need not cut the edit. */
export function chosenParts(total: number, dropped: ReadonlySet<number>): number[] | undefined {
  if (dropped.size === 0) return undefined;
  return Array.from({ length: total }, (_, index) => index).filter((index) => !dropped.has(index));
}

/** How many items the transcript shows, and where they start, when only the newest `count` are drawn. */
export function windowStart(total: number, count: number): number {
  return Math.max(0, total - count);
}
