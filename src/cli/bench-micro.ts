import { type AgentResultLine, benchAgent, formatAgentReport } from '../bench/agent-bench';
import { type BenchPackage, chosenTasks, filesOf } from '../bench/agent-tasks';
import { microCases } from '../bench/micro/cases';
import type { LanguageModel } from '../model/language-model';
import { microJobs } from '../model/profile';
import type { Core } from './compose';
import { exitCode } from './output-port';

export interface MicroFlags {
  part?: string;
  every?: number;
  /** Ids, with commas. */
  items?: string;
  json: boolean;
}

interface MicroSetting {
  core: Core;
  model: LanguageModel;
  packages: readonly BenchPackage[];
  write: (line: string) => void;
  signal: AbortSignal;
  /** Results of earlier runs, from which this one goes on. */
  known: readonly AgentResultLine[];
  keep: (result: AgentResultLine) => Promise<void>;
}

/** `thimble bench micro`: the cases of each micro-agent; answers the exit code. */
export async function microCommand(
  { part, every, items, json }: MicroFlags,
  { core, model, packages, write, signal, known, keep }: MicroSetting,
): Promise<number> {
  const chosen = chosenTasks(microCases, {
    ...(part === undefined ? {} : { part }),
    ...(every === undefined ? {} : { every }),
    ...(items === undefined ? {} : { items: items.split(',') }),
  });
  const results = await benchAgent(
    { write: json ? () => undefined : write, known, keep, timeLimitSeconds: 120 },
    chosen.map((task) => ({ task, files: filesOf(task, packages) })),
    (cwd) => core.agentPorts(unheld(model), cwd, () => Promise.resolve({ answer: 'once' })),
    signal,
  );
  if (!json) write(formatAgentReport(results, microJobs));
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
