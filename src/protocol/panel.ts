/** Messages between the extension host and the panel. Both sides validate what they receive. */
import * as v from 'valibot';
import type { AgentEvent, PromptPiece } from './agent';
import type { CompletionItem } from './panel-composer';
import { type ContextView, spanMessages } from './panel-context';
import type { Transcript } from './transcript';

/** The model as the panel shows it. */
export interface ModelView {
  name: string;
  label: string;
  state: 'none' | 'downloading' | 'loading' | 'ready' | 'busy' | 'degraded' | 'failed' | 'stopped';
  /** 0–1 while downloading or loading. */
  fraction?: number;
  /** Bytes, bytes a second and milliseconds left of a download. */
  download?: { done: number; total: number; bytesPerSecond: number; msLeft: number | null };
  /** One sentence, for `degraded`, `failed`, and a `stopped` model that was in use. */
  message?: string;
  /** Host of the server that the code goes to; left out for a model on this computer. */
  remoteHost?: string;
  /** Whether it completes code; left out until it has loaded. */
  completes?: boolean;
  /** The second model that was chosen for completions, whether it is loaded beside this one, and why in a sentence. */
  second?: { name: string; isLoaded: boolean; why: string };
}

/** What a model is chosen for. */
export type ModelUse = 'both' | 'chat' | 'completion';

export interface ModelChoice {
  name: string;
  label: string;
  sizeBytes: number;
  memoryBytes: number;
  installed: boolean;
  licence: string;
  note?: string;
  /** Whether it can complete code; left out where that is not known before it is read. */
  completes?: boolean;
  /** Host of the server that has it; then it takes no room here. */
  remoteHost?: string;
}

export interface ChatSummary {
  id: string;
  title: string;
  /** Milliseconds since the epoch. */
  updatedAt: number;
}

export interface PanelState {
  chatId: string;
  transcript: Transcript;
  model: ModelView;
  models: ModelChoice[];
  chats: ChatSummary[];
  /** Messages that wait for the running one to end. */
  queued: { id: string; text: string }[];
  /** Removable things that go along with the next message. */
  attachments: { id: string; label: string }[];
  approvals: 'ask' | 'allow-edits' | 'allow-all';
  trusted: boolean;
  hasWorkspace: boolean;
  /** What to try on the open file, for an empty panel. */
  suggestions: { label: string; text: string }[];
}

/** The prompt of the last turn, with what each piece costs. */
export interface PromptView {
  /** `tokens` as the model counts them; the first `cached` of them were not read anew. */
  pieces: (PromptPiece & { tokens: number; cached: number })[];
  /** Tokens of the prompt and of the context. */
  total: number;
  cached: number;
  contextSize: number;
  /** What was cut or left out for it, one sentence each. */
  cuts: string[];
}

/** A request to the model, for the developer's view: times and counts, no text. */
export interface RequestRow {
  /** ISO 8601. */
  at: string;
  model: string;
  lane: 'chat' | 'completion';
  promptTokens: number;
  cachedTokens: number;
  generatedTokens: number;
  /** While it was written; 0 where less than two tokens were. */
  tokensPerSecond: number;
  totalMs: number;
  /** Memory of the engine at its end, in bytes; undefined for a server's. */
  residentBytes?: number;
  end: string;
}

export type HostMessage =
  | { type: 'state'; state: PanelState }
  | { type: 'event'; event: AgentEvent }
  | { type: 'patch'; patch: Partial<Omit<PanelState, 'transcript'>> }
  /** Puts the cursor into the input; `text` replaces what is written there. */
  | { type: 'focus-input'; text?: string }
  /** Opens the list of chats, for the action in the view's title. */
  | { type: 'show-history' }
  /** Opens what the model sees. */
  | { type: 'show-context' }
  /** What `complete` with the same number asked for, best first. */
  | { type: 'completions'; request: number; items: CompletionItem[] }
  /** For `show-prompt`; null before the first turn. */
  | { type: 'prompt'; view: PromptView | null }
  /** For `show-prompt`, and after each decision about a span. */
  | { type: 'context'; view: ContextView }
  /** Opens the view of the requests, the oldest first. */
  | { type: 'requests'; rows: RequestRow[] };

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const text = v.pipe(v.string(), v.maxLength(200_000));

/** Everything that the panel may ask of the host. */
export const panelMessage = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('send'), text }),
  v.object({ type: v.literal('unqueue'), id }),
  v.object({ type: v.literal('stop') }),
  v.object({
    type: v.literal('approve'),
    stepId: id,
    answer: v.picklist(['once', 'session', 'no']),
    note: v.optional(text),
    /** Indices of the hunks that the user took; all of them when left out. */
    hunks: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))),
    /** Of a change of several files, the paths that the user took; all of them when left out. */
    files: v.optional(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4096)))),
  }),
  v.object({ type: v.literal('new-chat') }),
  v.object({ type: v.literal('open-chat'), id }),
  v.object({ type: v.literal('delete-chat'), id }),
  v.object({ type: v.literal('restore'), checkpointId: id }),
  v.object({ type: v.literal('restore-step'), stepId: id }),
  /** Shows one file of a checkpoint beside what it was before. */
  v.object({ type: v.literal('review'), checkpointId: id, path: v.pipe(v.string(), v.maxLength(4096)) }),
  v.object({
    type: v.literal('open-file'),
    path: id,
    line: v.optional(v.number()),
    endLine: v.optional(v.number()),
  }),
  v.object({ type: v.literal('open-diff'), stepId: id }),
  v.object({ type: v.literal('open-link'), href: text }),
  v.object({ type: v.literal('copy'), text }),
  v.object({ type: v.literal('pick-model'), name: id }),
  v.object({ type: v.literal('download-model'), name: id }),
  v.object({ type: v.literal('cancel-download') }),
  v.object({ type: v.literal('restart-engine') }),
  v.object({ type: v.literal('show-log') }),
  v.object({ type: v.literal('set-approvals'), value: v.picklist(['ask', 'allow-edits', 'allow-all']) }),
  v.object({ type: v.literal('attach'), what: v.picklist(['file', 'selection', 'problems']) }),
  v.object({ type: v.literal('detach'), id }),
  v.object({ type: v.literal('show-prompt') }),
  ...spanMessages,
  /** Files or symbols whose names hold what was typed behind `@`. */
  v.object({
    type: v.literal('complete'),
    request: v.pipe(v.number(), v.integer()),
    kind: v.picklist(['file', 'symbol', 'any']),
    query: v.pipe(v.string(), v.maxLength(200)),
  }),
]);

export type PanelMessage = v.InferOutput<typeof panelMessage>;

/** The message, or undefined for anything that the panel could not have sent. */
export function parsePanelMessage(value: unknown): PanelMessage | undefined {
  const result = v.safeParse(panelMessage, value);
  return result.success ? result.output : undefined;
}

const hostMessage = v.variant('type', [
  v.object({ type: v.literal('state'), state: v.looseObject({ chatId: v.string() }) }),
  v.object({ type: v.literal('event'), event: v.looseObject({ type: v.string() }) }),
  v.object({ type: v.literal('patch'), patch: v.looseObject({}) }),
  v.object({ type: v.literal('focus-input'), text: v.optional(v.string()) }),
  v.object({ type: v.literal('show-history') }),
  v.object({ type: v.literal('show-context') }),
  v.object({ type: v.literal('completions'), request: v.number(), items: v.array(v.looseObject({})) }),
  v.object({ type: v.literal('requests'), rows: v.array(v.looseObject({ at: v.string() })) }),
  v.object({ type: v.literal('prompt'), view: v.nullable(v.looseObject({ pieces: v.array(v.unknown()) })) }),
  v.object({ type: v.literal('context'), view: v.looseObject({ pinned: v.array(v.unknown()) }) }),
]);

/** The message, or undefined when it is of no known kind; the host is trusted for the details. */
export function parseHostMessage(value: unknown): HostMessage | undefined {
  return v.safeParse(hostMessage, value).success ? (value as HostMessage) : undefined;
}
