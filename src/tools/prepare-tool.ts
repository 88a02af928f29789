/** From a model's call to something that can be shown, asked about, and carried out. */
import { formatReport, isAbort, reportOf, UserError, type ErrorReport } from '../base/errors';
import { nearestNames } from '../edit/nearest';
import { argumentsOf, type Arguments } from './arguments';
import { toolDefinitions, type ToolName } from './definitions';
import { prepareEdit } from './edit-tool';
import { prepareFindSymbol } from './find-symbol-tool';
import { prepareRead } from './read-tool';
import { prepareRun } from './run-tool';
import { prepareList, prepareSearch } from './search-tools';
import type {
  ExecuteOptions,
  Prepared,
  PreparedTool,
  StepTitle,
  ToolCall,
  ToolOutcome,
  ToolPorts,
  ToolRefusal,
} from './tool-types';

export type { Prepared, PreparedTool, ToolCall, ToolOutcome, ToolPorts, ToolRefusal } from './tool-types';

type Prepare = (
  args: Arguments,
  ports: ToolPorts,
  signal: AbortSignal,
) => Promise<PreparedTool> | PreparedTool;

const prepareByName: Readonly<Record<ToolName, Prepare>> = {
  read_file: prepareRead,
  search: prepareSearch,
  find_symbol: prepareFindSymbol,
  list_files: prepareList,
  edit_file: prepareEdit,
  run_command: prepareRun,
};

const titles: Readonly<Record<ToolName, Omit<StepTitle, 'object'>>> = {
  read_file: { tool: 'read', verb: 'Read' },
  search: { tool: 'search', verb: 'Search' },
  find_symbol: { tool: 'search', verb: 'Find' },
  list_files: { tool: 'list', verb: 'List' },
  edit_file: { tool: 'edit', verb: 'Edit' },
  run_command: { tool: 'run', verb: 'Run' },
};

/**
 * Checks a call and finds out what it would do. Nothing is changed or run; bad input of any kind is a refusal that
 * tells the model what to do. Rejects with an `AbortError` only.
 */
export async function prepareTool(call: ToolCall, ports: ToolPorts, signal: AbortSignal): Promise<Prepared> {
  if (!isToolName(call.name)) return refusal(titleOf(call), unknownTool(call.name));
  try {
    const prepared = await prepareByName[call.name](argumentsOf(call.arguments), ports, signal);
    return {
      ...prepared,
      execute: (options, executeSignal) => executeSafely(prepared, options, executeSignal),
    };
  } catch (error) {
    if (isAbort(error)) throw error;
    return refusal(titleOf(call), reportOf(error));
  }
}

/** Prepares and carries out a call that needs no yes, or has it. */
export async function runTool(
  call: ToolCall,
  ports: ToolPorts,
  options: ExecuteOptions,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const prepared = await prepareTool(call, ports, signal);
  if (prepared.ok) return prepared.execute(options, signal);
  return failure(prepared.report);
}

async function executeSafely(
  prepared: PreparedTool,
  options: ExecuteOptions,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  try {
    return await prepared.execute(options, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    return failure(reportOf(error));
  }
}

function failure(report: ErrorReport): ToolOutcome {
  return {
    ok: false,
    forModel: forModel(report),
    detail: { kind: 'text', text: formatReport(report) },
    result: 'failed',
  };
}

function refusal(step: StepTitle, report: ErrorReport): ToolRefusal {
  return { ok: false, step, forModel: forModel(report), report };
}

/** What happened and what to do; what was kept matters to the user alone. */
function forModel(report: ErrorReport): string {
  return [report.happened, report.next].filter((part) => part !== undefined).join(' ');
}

function isToolName(name: string): name is ToolName {
  return Object.hasOwn(prepareByName, name);
}

function unknownTool(name: string): ErrorReport {
  const names = toolDefinitions.map((tool) => tool.name);
  const [nearest] = nearestNames(name, names, 1);
  const error = new UserError('unknown-tool', `There is no tool “${name.slice(0, 60)}”.`, {
    kept: 'Nothing was changed.',
    next: nearest === undefined ? `The tools are ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
  return reportOf(error);
}

/** A title for a call that was refused, from whatever of it can be read. */
function titleOf(call: ToolCall): StepTitle {
  const { arguments: args } = call;
  const values: unknown[] = typeof args === 'object' && args !== null ? Object.values(args) : [];
  const object = values.find((value) => typeof value === 'string') ?? '';
  const title = isToolName(call.name)
    ? titles[call.name]
    : { tool: 'think' as const, verb: call.name.slice(0, 40) };
  return { ...title, object: object.slice(0, 80).split('\n', 1)[0] ?? '' };
}
