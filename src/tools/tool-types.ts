import type { ErrorReport } from '../base/errors';
import type { Clock, CommandRunner, FileWrite, Workspace } from '../base/ports';
import type { ApprovalRequest, Step, StepDetail } from '../protocol/agent';
import type { SyntaxService } from '../syntax/syntax-service';

/** A call as a model made it; nothing about it is certain. */
export interface ToolCall {
  name: string;
  arguments: unknown;
}

export interface ToolPorts {
  workspace: Workspace;
  commands: CommandRunner;
  syntax: SyntaxService;
  clock: Clock;
}

/** What the step's row shows. */
export type StepTitle = Pick<Step, 'tool' | 'verb' | 'object'>;

/** What the user is asked before a call is carried out. */
export type Approval = Omit<ApprovalRequest, 'stepId' | 'mustAsk'>;

export interface ExecuteOptions {
  /** Milliseconds after which a command is ended. */
  commandTimeoutMs: number;
  /** The hunks of the diff that the user accepted; all of them when absent. */
  hunks?: readonly number[];
  /** Of a change of several files, the paths that the user accepted; all of them when absent. */
  files?: readonly string[];
  /** Pieces of a command's output as they come. */
  onOutput?: (text: string) => void;
}

/** What a call came to. `forModel` is short and says what to do next when something went wrong. */
export interface ToolOutcome {
  ok: boolean;
  forModel: string;
  detail: StepDetail;
  /** Short result for the step's row, such as `exit 1`. */
  result?: string;
}

/** A call that has been checked: nothing was changed yet, and `execute` does what was shown. */
export interface PreparedTool {
  ok: true;
  step: StepTitle;
  /** Undefined for what changes nothing: it needs no yes. */
  approval: Approval | undefined;
  /** What `execute` will write, for a checkpoint before it. */
  writes: FileWrite[];
  /** Never rejects but with an `AbortError`; failures are outcomes. */
  execute: (options: ExecuteOptions, signal: AbortSignal) => Promise<ToolOutcome>;
}

/** A call that cannot be carried out; nothing was changed. */
export interface ToolRefusal {
  ok: false;
  step: StepTitle;
  forModel: string;
  report: ErrorReport;
}

export type Prepared = PreparedTool | ToolRefusal;
