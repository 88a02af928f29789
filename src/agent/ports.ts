import type { Clock, CommandRunner, Diagnostic, Workspace } from '../base/ports';
import type { PackedSpan } from '../context/pack';
import type { SpanChoices } from '../context/span-choices';
import type { LanguageModel } from '../model/language-model';
import type { AgentEvent, ApprovalAnswer, ApprovalRequest, Outcome, Taken } from '../protocol/agent';
import type { ChatMessage } from '../protocol/chat';
import type { LineRange, ToldDefinition } from '../protocol/indexer';
import type { Checkpoint, Checkpoints } from '../session/checkpoints';
import type { SyntaxService } from '../syntax/syntax-service';
import type { ApprovalRule } from '../tools/approval-rules';
import type { ShellKind } from '../tools/command-line';
import type { Excerpt } from './fit-excerpts';

/** The lines that are selected in an editor, or the line of the cursor. */
export interface EditorSelection {
  /** Workspace path; undefined for a document that is no file of the workspace. */
  path: string | undefined;
  /** How the user knows the document. */
  label: string;
  languageId: string;
  /** 1-based, both inclusive. */
  startLine: number;
  endLine: number;
  /** The selected text; empty while nothing is selected. */
  text: string;
}

/** What only an editor can tell; each part is left out where nobody knows it. Never rejects. */
export interface EditorContext {
  selection?(): EditorSelection | undefined;
  /** Problems of one file, or of the whole workspace, as language services report them. */
  diagnostics?(path?: string): readonly Diagnostic[];
  /** What language services say within a moment about names on lines of a file. */
  definitions?(path: string, range: LineRange): Promise<readonly ToldDefinition[]>;
  /** The last command and what it wrote. */
  terminal?(): { command: string; output: string } | undefined;
}

/** What the user has written down about approvals. Without it everything that changes something asks. */
export interface ApprovalPolicy {
  /** Read for each call, so that a changed setting counts at once. */
  rules(): readonly ApprovalRule[];
  /** The shell that commands are written for. */
  shell: ShellKind;
}

/** A model, usually on a server, that the user lets take tasks over. It gets the same prompts and nothing more. */
export interface LargerModel {
  /** How the user knows it. */
  name: string;
  /** Takes over by itself when a repair has failed. */
  afterFailedRepair: boolean;
  /** Rejects with a `UserError`; asks the user first where something would leave the computer. */
  model(signal: AbortSignal): Promise<LanguageModel>;
}

/** Everything that the agent reaches the outside through. */
export interface AgentPorts {
  model: LanguageModel;
  workspace: Workspace;
  commands: CommandRunner;
  syntax: SyntaxService;
  clock: Clock;
  checkpoints: Checkpoints;
  /** What the user has pinned and dropped; left out where nobody can. */
  choices?: SpanChoices;
  /** Left out where there is no editor. */
  editor?: EditorContext;
  policy?: ApprovalPolicy;
  /** Left out where the user has none. */
  larger?: LargerModel | undefined;
  /** Asks the user. Never rejects. */
  approve(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer & Taken>;
}

export interface AgentTask {
  text: string;
  /** What goes along, as text for the model. */
  attachments: readonly Excerpt[];
  /** The conversation so far, without the system message. */
  history: readonly ChatMessage[];
  /** Makes a run repeatable; left out, each run samples anew. */
  seed?: number;
  /** Replaces the profile's temperature. */
  temperature?: number;
  /** Model turns and tool calls together. */
  maxSteps: number;
  timeLimitMs: number;
  /** For each command. */
  commandTimeoutMs: number;
  platform: NodeJS.Platform;
}

export interface AgentResult {
  /** The conversation with this task's part added. */
  messages: ChatMessage[];
  outcome: Outcome;
  summary: string;
}

/** One task while it runs: what the programs share. */
export interface Run {
  id: string;
  task: AgentTask;
  ports: AgentPorts;
  signal: AbortSignal;
  emit: (event: AgentEvent) => void;
  checkpoint: Checkpoint;
  /** What the user has written down for every task; stands behind the system prompt of each turn. */
  instructions?: string;
  /** Definitions that the user has pinned: what they say opens each turn. */
  pinned?: readonly PackedSpan[];
  /** The user's standing answers of this chat and, for commands, of this task. */
  standing: { edits: boolean; commands: Set<string> | 'all' };
  /** Counts a step; throws {@link StepLimit} when the limit is passed. */
  step(): string;
  /** A seed for the next generation, different each time and the same for the same task seed. */
  nextSeed(): number;
}

/** What a program came to. */
export interface ProgramResult {
  outcome: Outcome;
  summary: string;
  evidence?: string;
  /** Messages that the conversation keeps. */
  messages: ChatMessage[];
}

/** The task used up its steps or its time. */
export class StepLimit extends Error {
  constructor(readonly limit: string) {
    super(limit);
    this.name = 'StepLimit';
  }
}
