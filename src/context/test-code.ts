import type { SymbolInfo } from '../protocol/indexer';

const folders = /(?:^|\/)(?:tests?|__tests__|spec)\//;
const names =
  /[._-](?:test|spec)s?\.[^./]+$|(?:^|\/)test_[^/]*$|(?:Tests?|Spec)\.(?:java|cs|kt|php|swift|scala)$/;

/** True for a file of tests, by its name or its folder, as the languages have them. */
export function isTestPath(path: string): boolean {
  return folders.test(path) || names.test(path);
}

/** True for a test or a part of one, in a file of its own or beside the code. */
export function isTestCode(path: string, { name, kind, containers }: SymbolInfo): boolean {
  return (
    isTestPath(path) ||
    kind === 'test' ||
    /^test_|^Test[A-Z_]/.test(name) ||
    containers.some((container) => /^tests?$/i.test(container))
  );
}
