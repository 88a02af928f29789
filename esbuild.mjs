// Builds one bundle per process. `--watch` rebuilds on change; `--minify` and `--out=FOLDER` are used for the package.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';

const args = new Set(process.argv.slice(2));
const minify = args.has('--minify');
const out = [...args].find((arg) => arg.startsWith('--out='))?.slice('--out='.length) ?? 'dist';
const require = createRequire(import.meta.url);

const shared = {
  bundle: true,
  // The package carries none: they are larger than the code.
  sourcemap: !minify,
  minify,
  logLevel: 'warning',
  legalComments: 'none',
  target: 'es2022',
};
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  // node-llama-cpp resolves its binaries from its own folder, so it must stay a package of its own.
  external: ['vscode', 'node-llama-cpp', '@vscode/ripgrep'],
};

/** The ES module build of the parser asks for `import.meta.url`, which a CommonJS bundle has not. */
const commonJsParser = { 'web-tree-sitter': require.resolve('web-tree-sitter') };

/** Entry points, one per process; an entry whose source does not exist in a partial checkout is an error. */
const bundles = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: `${out}/extension.js`, format: 'cjs' },
  {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: `${out}/cli.js`,
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    alias: commonJsParser,
  },
  {
    ...node,
    entryPoints: ['src/engine/main.ts'],
    outfile: `${out}/engine.mjs`,
    format: 'esm',
    banner: { js: nodeRequireBanner() },
  },
  // The program that `thimble bench engine` compares the engine with.
  {
    ...node,
    entryPoints: ['src/bench/engine-plain.ts'],
    outfile: `${out}/engine-plain.mjs`,
    format: 'esm',
  },
  {
    ...node,
    entryPoints: ['src/indexer/main.ts'],
    outfile: `${out}/indexer.js`,
    format: 'cjs',
    alias: commonJsParser,
  },
  {
    ...shared,
    platform: 'browser',
    entryPoints: ['src/webview/main.tsx'],
    outfile: `${out}/webview/panel.js`,
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
  { ...shared, target: undefined, entryPoints: ['media/panel.css'], outfile: `${out}/webview/panel.css` },
];

/** Grammar files by language, copied as they are; see docs/dependencies.md for where each comes from. */
const grammars = {
  '@vscode/tree-sitter-wasm/wasm': [
    'bash',
    'c-sharp',
    'cpp',
    'css',
    'go',
    'java',
    'javascript',
    'php',
    'python',
    'ruby',
    'rust',
    'tsx',
    'typescript',
  ],
  '@repomix/tree-sitter-wasms/out': ['c'],
  'tree-sitter-html': ['html'],
  'tree-sitter-json': ['json'],
  '@tree-sitter-grammars/tree-sitter-yaml': ['yaml'],
};

function nodeRequireBanner() {
  return "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
}

function copyAssets() {
  mkdirSync(`${out}/grammars`, { recursive: true });
  for (const [folder, names] of Object.entries(grammars)) {
    for (const name of names) {
      const file = `tree-sitter-${name}.wasm`;
      cpSync(path.join('node_modules', folder, file), path.join(`${out}/grammars`, file));
    }
  }
  const runtime = path.dirname(require.resolve('web-tree-sitter'));
  cpSync(path.join(runtime, 'web-tree-sitter.wasm'), `${out}/grammars/web-tree-sitter.wasm`);
  mkdirSync(`${out}/webview`, { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) {
    cpSync(path.join('node_modules/@vscode/codicons/dist', file), path.join(`${out}/webview`, file));
  }
}

/** Whose code or grammar is part of the bundles, for the notices that their licences ask for. */
function bundledPackages(results) {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const names = inputs.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]).filter(Boolean);
  const copied = Object.keys(grammars).map((folder) => /^(?:@[^/]+\/)?[^/]+/.exec(folder)[0]);
  return [...new Set([...names, ...copied, '@vscode/codicons'])].sort();
}

const wanted = bundles.filter(
  (b) => !process.env.THIMBLE_BUNDLE || b.outfile.includes(process.env.THIMBLE_BUNDLE),
);
if (!args.has('--watch') && !process.env.THIMBLE_BUNDLE) rmSync(out, { recursive: true, force: true });
copyAssets();
if (args.has('--watch')) {
  const contexts = await Promise.all(wanted.map((b) => esbuild.context(b)));
  await Promise.all(contexts.map((c) => c.watch()));
} else {
  const results = await Promise.all(wanted.map((b) => esbuild.build({ ...b, metafile: minify })));
  if (minify) writeFileSync(`${out}/packages.json`, JSON.stringify(bundledPackages(results)));
}
