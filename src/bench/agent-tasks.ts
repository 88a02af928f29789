/** The tasks of `thimble bench agent`, as `test/fixtures/bench/agent-tasks.jsonl` holds them, one a line. */

/** a: repairs, b: exercises, c: several files, d: questions, e: requests that must change nothing. */
export type AgentPart = 'a' | 'b' | 'c' | 'd' | 'e';

export const agentParts: readonly AgentPart[] = ['a', 'b', 'c', 'd', 'e'];

/** What decides about a task. */
export type Judge =
  /** `files` are written over the folder when the agent is done, and `command` has to end with 0. */
  | { files: Record<string, string>; command: string }
  /** Patterns that the answer must all hold, and those that it must not. */
  | { facts: string[]; never?: string[] }
  | { unchanged: true };

export interface BenchTask<Part extends string = AgentPart> {
  id: string;
  part: Part;
  /** Where the task is from: an item of a public set, or a package. */
  source: string;
  /** The package whose files the folder begins with. */
  package?: string;
  task: string;
  /** Files of the folder, by path; they go over those of the package. */
  files: Record<string, string>;
  /** Makes the folder a repository whose one commit holds these; `files` are then staged changes. */
  committed?: Record<string, string>;
  judge: Judge;
  /** What worked before has to work afterwards: `command` ends with 0, and no other file than `only` is changed. */
  harm?: { files: Record<string, string>; command: string; only: string[] };
}

export interface BenchPackage {
  name: string;
  version: string;
  licence: string;
  files: Record<string, string>;
}

/** Which tasks are asked. */
export interface TaskChoice {
  part?: string;
  /** Every how manieth of the part. */
  every?: number;
  /** Only these. */
  items?: readonly string[];
}

export function chosenTasks<Part extends string>(
  tasks: readonly BenchTask<Part>[],
  choice: TaskChoice,
): BenchTask<Part>[] {
  const { part, every = 1, items } = choice;
  return tasks
    .filter((task) => part === undefined || task.part === part)
    .filter((task) => items === undefined || items.includes(task.id))
    .filter((_, index) => index % every === 0);
}

/** The files that the folder of a task begins with. */
export function filesOf(task: BenchTask<string>, packages: readonly BenchPackage[]): Record<string, string> {
  const base = packages.find(({ name }) => name === task.package);
  return { ...base?.files, ...task.committed, ...task.files };
}

/** Files that differ between two states of a folder: changed, removed or new. Caches of interpreters and git's own do not count. */
export function changedFiles(before: Record<string, string>, after: Record<string, string>): string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path] !== after[path] && !isCache(path)).sort();
}

function isCache(path: string): boolean {
  return /(^|\/)(\.git|__pycache__|\.pytest_cache|node_modules)\//.test(path);
}
