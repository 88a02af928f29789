/**
 * `thimble bench toolcalls`: whether the model calls a tool where one is needed, in a form that is read as a call, and
 * leaves it where none is. Each request goes through the agent's own first turn; nothing is carried out.
 */
import type { AgentPorts, Run } from '../agent/ports';
import { toolTurn } from '../agent/programs/tool-loop';
import { firstTools, needsTool } from '../agent/tool-need';
import type { DialectName } from '../toolcall/types';
import { toolDefinitions } from '../tools/definitions';
import type { ToolRequest } from './toolcall-requests';

export interface ToolcallBenchOptions {
  dialect: DialectName;
  grammar: boolean;
  json: boolean;
  write: (line: string) => void;
  /** Every how manieth request is asked; 1 by default. */
  every?: number;
}

/** Shares are from 0 to 1. */
export interface ToolcallReport {
  model: string;
  dialect: DialectName;
  grammar: boolean;
  /** Of the requests that need a tool: a call that reads well. */
  needed: number;
  /** Of the same: with a sensible tool, and with sensible arguments too. */
  rightTool: number;
  rightArguments: number;
  /** Of the requests that need none: a call, or the attempt at one. */
  needless: number;
  requests: number;
  ms: number;
}

/** Asks the requests one after the other. `portsFor` gives the ports of an agent in a sample project. */
export async function benchToolcalls(
  options: ToolcallBenchOptions,
  portsFor: (workspace: ToolRequest['workspace']) => AgentPorts,
  signal: AbortSignal,
  requests: readonly ToolRequest[],
): Promise<ToolcallReport> {
  const started = performance.now();
  const asked = requests.filter((_, index) => index % (options.every ?? 1) === 0);
  const results: Result[] = [];
  for (const request of asked) {
    const result = await ask(request, options, portsFor(request.workspace), signal);
    results.push(result);
    if (options.json) options.write(JSON.stringify({ id: request.id, ...result }));
  }
  const needing = results.filter(({ needs }) => needs);
  const others = results.filter(({ needs }) => !needs);
  const share = (of: readonly Result[], good: (result: Result) => boolean): number =>
    of.length === 0 ? 0 : of.filter(good).length / of.length;
  return {
    model: portsFor('stats-py').model.name,
    dialect: options.dialect,
    grammar: options.grammar,
    needed: share(needing, ({ called }) => called),
    rightTool: share(needing, ({ rightTool }) => rightTool),
    rightArguments: share(needing, ({ rightArguments }) => rightArguments),
    needless: share(others, ({ called, tried }) => called || tried),
    requests: results.length,
    ms: Math.round(performance.now() - started),
  };
}

/** The report as one line. */
export function formatToolcallReport(report: ToolcallReport): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return (
    `${report.model}, ${report.dialect}, grammar ${report.grammar ? 'on' : 'off'}: ` +
    `needed ${percent(report.needed)}, right tool ${percent(report.rightTool)}, ` +
    `right arguments ${percent(report.rightArguments)}, needless ${percent(report.needless)} ` +
    `(${report.requests} requests, ${Math.round(report.ms / 1000)} s)`
  );
}

interface Result {
  needs: boolean;
  decided: boolean;
  called: boolean;
  /** A call was begun that cannot be read. */
  tried: boolean;
  rightTool: boolean;
  rightArguments: boolean;
  wrote: string;
}

async function ask(
  request: ToolRequest,
  { dialect, grammar }: ToolcallBenchOptions,
  ports: AgentPorts,
  signal: AbortSignal,
): Promise<Result> {
  const run = measuredRun(request, ports, signal);
  const { paths } = await ports.workspace.list('', { limit: 100 });
  const decided = await needsTool(run, request.text, paths);
  const result = { needs: request.tools.length > 0, decided };
  // Without an offer there is nothing to call.
  if (!decided)
    return { ...result, called: false, tried: false, rightTool: false, rightArguments: false, wrote: '' };
  const turn = await toolTurn(run, [{ role: 'user', content: request.text }], toolDefinitions, {
    dialect,
    grammar,
    mustCall: await firstTools(run, request.text, toolDefinitions),
  });
  const [call] = turn.calls;
  const rightTool = call !== undefined && request.tools.some((name) => name === call.name);
  return {
    ...result,
    called: call !== undefined,
    tried: turn.malformed.length > 0,
    rightTool,
    rightArguments:
      rightTool &&
      Object.entries(request.arguments ?? {}).every(([key, pattern]) => fits(call.arguments[key], pattern)),
    wrote: turn.raw,
  };
}

/** Arguments that the chosen tool does not take are not looked at. */
function fits(value: unknown, pattern: RegExp): boolean {
  if (typeof value === 'string' || typeof value === 'number') return pattern.test(value.toString());
  return value === undefined;
}

/** A run that carries nothing out. */
function measuredRun(request: ToolRequest, ports: AgentPorts, signal: AbortSignal): Run {
  let steps = 0;
  return {
    id: 'bench',
    task: {
      text: request.text,
      attachments: [],
      history: [],
      seed: 1,
      temperature: 0,
      maxSteps: 40,
      timeLimitMs: 600_000,
      commandTimeoutMs: 1000,
      platform: process.platform,
    },
    ports,
    signal,
    emit: () => undefined,
    checkpoint: ports.checkpoints.begin('bench'),
    standing: { edits: false, commands: new Set() },
    step: () => `bench-${++steps}`,
    nextSeed: () => 1,
  };
}
