/** What a rule needs to know of a project: its paths, and the text of `package.json` where there is one. */
export interface ProjectFacts {
  paths: readonly string[];
  packageJson: string | undefined;
  platform: NodeJS.Platform;
  /** Texts of test files, as far as they are known: a plain script is run as one. */
  tests?: Readonly<Record<string, string>>;
}

/**
 * The command that runs a project's tests, or undefined when no rule knows it. A file that the request names goes
 * before the whole suite.
 */
export function testCommand(project: ProjectFacts, named: readonly string[]): string | undefined {
  const has = (pattern: RegExp): string | undefined => project.paths.find((path) => pattern.test(path));
  const python = project.platform === 'win32' ? 'python' : 'python3';
  const namedTest = testFor(project.paths, named);
  if (namedTest?.endsWith('.py')) return pythonTest(python, namedTest, project);
  if (namedTest && /\.[cm]?jsx?$/.test(namedTest) && !npmTest(project.packageJson))
    return nodeTest(namedTest, project);

  if (npmTest(project.packageJson)) return 'npm test';
  if (has(/^Cargo\.toml$/)) return 'cargo test';
  if (has(/^go\.mod$/)) return 'go test ./...';
  if (has(/^pom\.xml$/)) return 'mvn -q test';
  const pythonFile = has(/(^|\/)(test_[^/]*|[^/]*_test)\.py$/);
  if (pythonFile) return pythonTest(python, pythonFile, project);
  const scriptFile = has(/\.(test|spec)\.[cm]?js$/);
  if (scriptFile) return nodeTest(scriptFile, project);
  if (has(/^Makefile$/)) return 'make test';
  return undefined;
}

export function isTestFile(path: string): boolean {
  return (
    /(^|\/)(test_[^/]*|[^/]*[._-](test|spec)s?|Test[^/]*|[^/]*Tests?)\.[A-Za-z]+$/.test(path) ||
    /(^|\/)tests?\//.test(path)
  );
}

/** What only tests load. */
const testLibrary =
  /^\s*(?:import|from) (?:unittest|pytest|doctest)\b|(?:\bfrom |\brequire\(|^import )['"](?:node:)?(?:assert|assert\/strict|test|chai|vitest|@jest\/globals|ava|tape|uvu)['"]/m;

/** True for a test file, told by its name or by what it loads: a test whose name says nothing is one all the same. */
export function isTest(path: string, text: string): boolean {
  return isTestFile(path) || testLibrary.test(text);
}

/** The test file that is named, or else the one of a source file that is. */
export function testFor(paths: readonly string[], named: readonly string[]): string | undefined {
  const files = named.flatMap(
    (name) => paths.find((path) => path === name || path.endsWith(`/${name}`)) ?? [],
  );
  const test = files.find(isTestFile);
  if (test !== undefined) return test;
  const [source] = files;
  const ending = source?.slice(source.lastIndexOf('.')) ?? '';
  return paths.find(
    (path) =>
      source !== undefined &&
      isTestFile(path) &&
      path.endsWith(ending) &&
      subjectOf(path) === subjectOf(source),
  );
}

/** A file's name without folder, ending and what makes it a test: what it is about. */
export function subjectOf(path: string): string {
  const name = (path.split('/').at(-1) ?? path).replace(/\.[A-Za-z]+$/, '');
  return name.replace(/^(test|spec)[_-]|[._-](test|spec)s?$|Tests?$/g, '').toLowerCase();
}

function nodeTest(file: string, project: ProjectFacts): string {
  const text = project.tests?.[file];
  const isScript = text !== undefined && !/\bnode:test\b|\b(describe|it|test)\s*\(/.test(text);
  return `node ${isScript ? '' : '--test '}${file}`;
}

function pythonTest(python: string, file: string, project: ProjectFacts): string {
  const text = project.tests?.[file];
  if (text !== undefined && !/\bunittest\b/.test(text)) {
    return /^(async )?def test|^class Test|\bpytest\b/m.test(text)
      ? `${python} -m pytest -x -q ${file}`
      : `${python} ${file}`;
  }
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
