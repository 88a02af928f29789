/**
 * The floors of `src/`, lowest first: the one table behind the lint rule and the architecture test.
 * A folder imports only from lower floors; folders of one floor do not import each other.
 */
export const floors = [
  ['base'],
  ['protocol'],
  ['syntax', 'toolcall', 'model'],
  ['context', 'edit'],
  ['prompt', 'tools', 'session'],
  ['micro'],
  ['agent', 'completion', 'selection', 'probe'],
  ['vscode', 'node'],
  ['cli', 'lsp', 'bench', 'extension.ts'],
];

/** Entry points of their own process, with what they may import beside themselves. */
export const islands = {
  engine: ['base', 'protocol'],
  indexer: ['base', 'protocol', 'syntax', 'context'],
  webview: ['base', 'protocol'],
};

/** The only places that may import `vscode`. */
export const vscodeImporters = ['vscode', 'extension.ts'];

/** Folders that do no IO: no `node:` modules, no clock, no randomness. */
export const pure = ['syntax', 'edit', 'toolcall', 'context', 'prompt', 'micro'];

/** The only files that reach the network, each by an action of the user's: a download, a remote server. */
export const networkFiles = ['model/sources/hub.ts', 'model/remote/http.ts'];

/** What each folder may import from, itself included. */
export function allowedImports() {
  const allowed = new Map();
  floors.forEach((folders, level) => {
    const below = floors.slice(0, level).flat();
    for (const folder of folders) {
      // Both composition roots may start the benchmarks and nothing else of their floor.
      const extra = folder === 'cli' ? ['bench', 'lsp'] : [];
      allowed.set(folder, [folder, ...below, ...extra]);
    }
  });
  for (const [folder, others] of Object.entries(islands)) allowed.set(folder, [folder, ...others]);
  return allowed;
}
