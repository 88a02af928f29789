import type { Run } from './ports';
import { isTestFile, testCommand } from './test-command';

/** Test files that are read to learn how they are run. */
const maxTestFiles = 20;

/** The command that checks the project, or the named files of it, by rules; undefined where none is known. */
export async function detectCommand(
  run: Run,
  paths: readonly string[],
  named: readonly string[],
): Promise<string | undefined> {
  const packageJson = paths.includes('package.json')
    ? (await run.ports.workspace.read('package.json')).text
    : undefined;
  const tests: Record<string, string> = {};
  const read = [...named.filter((path) => paths.includes(path)), ...paths].filter(isTestFile);
  for (const path of [...new Set(read)].slice(0, maxTestFiles)) {
    tests[path] = await run.ports.workspace.read(path).then(
      ({ text }) => text,
      () => '',
    );
  }
  return testCommand({ paths, packageJson, platform: run.task.platform, tests }, named);
}
