/**
 * What the agent tells while it works. The panel, the command line, the session store and the tests all read this
 * one stream; `protocol/transcript.ts` folds it into what a person sees.
 */
import type { ErrorReport } from '../base/errors';

/** One line of a hunk; `text` has no line end. */
export interface DiffLine {
  kind: 'context' | 'added' | 'removed';
  text: string;
}

/** Starts are 1-based line numbers in the old and the new text. */
export interface DiffHunk {
  oldStart: number;
  newStart: number;
  lines: DiffLine[];
}

export interface FileDiff {
  path: string;
  /** The symbol that is changed, when the edit names one. */
  symbol?: string;
  languageId: string;
  kind: 'change' | 'create' | 'delete';
  added: number;
  removed: number;
  hunks: DiffHunk[];
}

/** `waiting`: for the user's yes. `refused`: the user said no. */
export type StepState = 'running' | 'waiting' | 'done' | 'failed' | 'refused';

/** What a row shows when it is opened. */
export type StepDetail =
  | { kind: 'text'; text: string }
  | { kind: 'location'; path: string; startLine: number; endLine: number }
  | { kind: 'diff'; diff: FileDiff }
  /** One change of several files. */
  | { kind: 'diffs'; diffs: FileDiff[] }
  | {
      kind: 'command';
      command: string;
      /** The folder that it runs in, as the user knows it; only where the workspace has several. */
      cwd?: string;
      output: string;
      exitCode: number | null;
      timedOut: boolean;
    };

/** A row of the transcript: an icon by `tool`, a verb, an object, a state, a time. */
export interface Step {
  id: string;
  tool: 'read' | 'search' | 'list' | 'edit' | 'run' | 'think' | 'engine' | 'check';
  /** Such as `Read`. */
  verb: string;
  /** Such as `stats.py › median (8 lines)`. */
  object: string;
  state: StepState;
  /** Short result beside the object, such as `exit 1`. */
  result?: string;
  detail?: StepDetail;
  /** Milliseconds; set when the step has ended. */
  ms?: number;
  /** Says which standing permission let it pass without asking. */
  allowedBy?: string;
}

/** The changes that a step shows, of one file or of several. */
export function diffsOf({ detail }: Pick<Step, 'detail'>): FileDiff[] {
  if (detail?.kind === 'diff') return [detail.diff];
  return detail?.kind === 'diffs' ? detail.diffs : [];
}

export type Outcome = 'done' | 'stopped' | 'failed';

/** Tokens of the last request and of the context; `tokensPerSecond` of decoding. */
export interface Usage {
  used: number;
  /** Of `used`: tokens that the model wrote. */
  written?: number;
  cached: number;
  contextSize: number;
  tokensPerSecond: number;
}

/** A piece of a prompt as it reached the model: (part of) a message, or the control tokens between messages. */
export interface PromptPiece {
  role: 'system' | 'user' | 'assistant' | 'tool' | 'layout';
  text: string;
}

export type AgentEvent =
  | { type: 'run-started'; runId: string; text: string; attachments: string[]; at: number }
  /** Prompt evaluation: tokens read of those to read, and the estimated milliseconds left. */
  | { type: 'reading'; evaluated: number; total: number; msLeft: number | null }
  | { type: 'text'; delta: string }
  | { type: 'reasoning'; delta: string }
  /** A step that begins, or whose state changed (same `id`). */
  | { type: 'step'; step: Step }
  /** An argument of a call that is being written, for the live diff. */
  | { type: 'step-delta'; id: string; argument: string; delta: string }
  /** A piece of what a running command writes, as it comes: with escapes, and cut anywhere. */
  | { type: 'step-output'; id: string; delta: string }
  | { type: 'checkpoint'; id: string; label: string; files: string[] }
  /** The prompt of a turn that begins; only the newest one is kept, and none on disk. */
  | { type: 'prompt'; pieces: PromptPiece[] }
  | { type: 'usage'; usage: Usage }
  | { type: 'notice'; level: 'info' | 'warning' | 'error'; report: ErrorReport }
  | { type: 'run-finished'; runId: string; outcome: Outcome; summary: string; evidence?: string; ms: number };

/** Asked before anything is changed or run. */
export interface ApprovalRequest {
  stepId: string;
  kind: 'edit' | 'run';
  /** For `edit`: of one file, by hunk, or of several files that are one change, by file. */
  diff?: FileDiff;
  diffs?: FileDiff[];
  /** For `run`: the exact command line, and the folder that it runs in where the workspace has several. */
  command?: string;
  cwd?: string;
  /** Why it is asked although such calls may be allowed; then only the user's answer to it counts. */
  mustAsk?: string;
}

/** What of a change a yes takes, all when left out: indices of hunks of one file, or paths of several. */
export interface Taken {
  hunks?: number[];
  files?: string[];
}

/** `session`: yes, and do not ask again for this kind in this chat. `note` goes to the model with a no. */
export type ApprovalAnswer = { answer: 'once' | 'session' } | { answer: 'no'; note?: string };
