/** What a rule needs to know of a project: its paths, and the text of `package.json` where there is one. */
export interface ProjectFacts {
  paths: readonly string[];
  packageJson: string | undefined;
  platform: NodeJS.Platform;
}

/**
 * The command that runs a project's tests, or undefined when no rule knows it. A file that the request names goes
 * before the whole suite.
 */
export function testCommand(project: ProjectFacts, named: readonly string[]): string | undefined {
  const has = (pattern: RegExp): string | undefined => project.paths.find((path) => pattern.test(path));
  const python = project.platform === 'win32' ? 'python' : 'python3';
  const namedTest = named.find((path) => project.paths.includes(path) && isTestFile(path));
  if (namedTest?.endsWith('.py')) return pythonTest(python, namedTest, project);
  if (namedTest && /\.[cm]?jsx?$/.test(namedTest) && !npmTest(project.packageJson))
    return `node --test ${namedTest}`;

  if (npmTest(project.packageJson)) return 'npm test';
  if (has(/^Cargo\.toml$/)) return 'cargo test';
  if (has(/^go\.mod$/)) return 'go test ./...';
  if (has(/^pom\.xml$/)) return 'mvn -q test';
  const pythonFile = has(/(^|\/)(test_[^/]*|[^/]*_test)\.py$/);
  if (pythonFile) return pythonTest(python, pythonFile, project);
  const scriptFile = has(/\.(test|spec)\.[cm]?js$/);
  if (scriptFile) return `node --test ${scriptFile}`;
  if (has(/^Makefile$/)) return 'make test';
  return undefined;
}

export function isTestFile(path: string): boolean {
  return (
    /(^|\/)(test_[^/]*|[^/]*[._-](test|spec)s?|Test[^/]*|[^/]*Tests?)\.[A-Za-z]+$/.test(path) ||
    /(^|\/)tests?\//.test(path)
  );
}

function pythonTest(python: string, file: string, project: ProjectFacts): string {
  if (project.paths.some((path) => /^(pytest\.ini|conftest\.py)$/.test(path)))
    return `${python} -m pytest -x -q ${file}`;
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
  if (folder && project.paths.includes(`${folder}/__init__.py`)) {
    return `${python} -m unittest ${file.slice(0, -3).replaceAll('/', '.')}`;
  }
  return folder
    ? `${python} -m unittest discover -s ${folder} -p ${file.slice(folder.length + 1)}`
    : `${python} -m unittest ${file}`;
}

/** True when `npm test` is more than npm's own placeholder. */
function npmTest(packageJson: string | undefined): boolean {
  if (packageJson === undefined) return false;
  try {
    const value = JSON.parse(packageJson) as { scripts?: { test?: unknown } } | null;
    const script = value?.scripts?.test;
    return typeof script === 'string' && !script.includes('no test specified');
  } catch {
    return false;
  }
}
