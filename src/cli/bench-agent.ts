import { type AgentResultLine, benchAgent, formatAgentReport } from '../bench/agent-bench';
import { agentParts, type BenchPackage, type BenchTask, chosenTasks, filesOf } from '../bench/agent-tasks';
import { microCases } from '../bench/micro/cases';
import type { LanguageModel } from '../model/language-model';
import { microJobs } from '../model/profile';
import type { Core } from './compose';
import { exitCode } from './output-port';

interface TaskFlags {
  part?: string;
  every?: number;
  /** Ids, with commas. */
  items?: string;
  json: boolean;
}

interface TaskSetting {
  flags: TaskFlags;
  core: Core;
  model: LanguageModel;
  packages: readonly BenchPackage[];
  write: (line: string) => void;
  signal: AbortSignal;
  /** Results of earlier runs, from which this one goes on. */
  known: readonly AgentResultLine[];
  keep: (result: AgentResultLine) => Promise<void>;
}

interface Tasks {
  tasks: readonly BenchTask<string>[];
  parts: readonly string[];
  timeLimitSeconds: number;
}

/** `thimble bench agent`: these tasks, with the whole agent; answers the exit code. */
export function agentCommand(setting: TaskSetting, tasks: readonly BenchTask[]): Promise<number> {
  return carryOut(setting, { tasks, parts: agentParts, timeLimitSeconds: 300 });
}

/** `thimble bench micro`: the cases of each micro-agent; answers the exit code. */
export function microCommand(setting: TaskSetting): Promise<number> {
  const model = unheld(setting.model);
  return carryOut({ ...setting, model }, { tasks: microCases, parts: microJobs, timeLimitSeconds: 120 });
}

async function carryOut(
  { flags: { part, every, items, json }, core, model, packages, write, signal, known, keep }: TaskSetting,
  { tasks, parts, timeLimitSeconds }: Tasks,
): Promise<number> {
  const chosen = chosenTasks(tasks, {
    ...(part === undefined ? {} : { part }),
    ...(every === undefined ? {} : { every }),
    ...(items === undefined ? {} : { items: items.split(',') }),
  });
  const results = await benchAgent(
    { write: json ? () => undefined : write, known, keep, timeLimitSeconds },
    chosen.map((task) => ({ task, files: filesOf(task, packages) })),
    (cwd) => core.agentPorts(model, cwd, () => Promise.resolve({ answer: 'once' })),
    signal,
  );
  if (!json) write(formatAgentReport(results, parts));
  return exitCode.done;
}

/** The model as one that does nothing but small jobs, all of which are offered, since that is what is measured. */
function unheld(model: LanguageModel): LanguageModel {
  const { name, profile } = model;
  return {
    name,
    profile: { ...profile, abilities: { ...profile.abilities, edit: false }, cannot: [] },
    contextSize: (lane) => model.contextSize(lane),
    countTokens: (texts) => model.countTokens(texts),
    generate: (request, signal) => model.generate(request, signal),
  };
}
