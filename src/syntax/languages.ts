import { c, cpp } from './queries/c-family';
import { go, rust } from './queries/go-rust';
import { csharp, java } from './queries/jvm-dotnet';
import { css, html, json, yaml } from './queries/markup';
import { python } from './queries/python';
import type { GrammarSpec } from './queries/query';
import { bash, php, ruby } from './queries/scripting';
import { javascript, typescript } from './queries/typescript';

/** A language that is parsed: `grammar` is the NAME in `tree-sitter-NAME.wasm`. */
export interface Language {
  grammar: string;
  spec: GrammarSpec;
}

/** The parsed languages by VS Code language id. Markdown is read without a grammar (`markdown.ts`). */
export const languages: Readonly<Record<string, Language>> = {
  typescript: { grammar: 'typescript', spec: typescript },
  typescriptreact: { grammar: 'tsx', spec: typescript },
  javascript: { grammar: 'javascript', spec: javascript },
  javascriptreact: { grammar: 'javascript', spec: javascript },
  python: { grammar: 'python', spec: python },
  go: { grammar: 'go', spec: go },
  rust: { grammar: 'rust', spec: rust },
  java: { grammar: 'java', spec: java },
  c: { grammar: 'c', spec: c },
  cpp: { grammar: 'cpp', spec: cpp },
  csharp: { grammar: 'c-sharp', spec: csharp },
  ruby: { grammar: 'ruby', spec: ruby },
  php: { grammar: 'php', spec: php },
  shellscript: { grammar: 'bash', spec: bash },
  html: { grammar: 'html', spec: html },
  css: { grammar: 'css', spec: css },
  json: { grammar: 'json', spec: json },
  jsonc: { grammar: 'json', spec: json },
  yaml: { grammar: 'yaml', spec: yaml },
};

/** Extensions by VS Code language id; those of the last block have no grammar here. */
const extensions: Readonly<Record<string, string>> = {
  typescript: 'ts mts cts',
  typescriptreact: 'tsx',
  javascript: 'js mjs cjs es6',
  javascriptreact: 'jsx',
  python: 'py pyi pyw',
  go: 'go',
  rust: 'rs',
  java: 'java',
  c: 'c',
  cpp: 'cpp cc cxx c++ h hpp hh hxx h++ ipp inl tpp',
  csharp: 'cs csx',
  ruby: 'rb rake gemspec ru',
  php: 'php phtml php5 php7',
  shellscript: 'sh bash zsh ksh bats',
  html: 'html htm xhtml',
  css: 'css',
  json: 'json webmanifest geojson ipynb map',
  jsonc: 'jsonc code-workspace',
  yaml: 'yaml yml',
  markdown: 'md markdown mdown mkd',

  scss: 'scss',
  less: 'less',
  vue: 'vue',
  svelte: 'svelte',
  kotlin: 'kt kts',
  swift: 'swift',
  scala: 'scala sc',
  dart: 'dart',
  lua: 'lua',
  perl: 'pl pm',
  r: 'r',
  julia: 'jl',
  haskell: 'hs',
  elixir: 'ex exs',
  clojure: 'clj cljs cljc edn',
  fsharp: 'fs fsx fsi',
  vb: 'vb',
  'objective-c': 'm',
  'objective-cpp': 'mm',
  powershell: 'ps1 psm1 psd1',
  bat: 'bat cmd',
  sql: 'sql',
  xml: 'xml xsd xsl svg csproj',
  toml: 'toml',
  ini: 'ini cfg conf',
  properties: 'properties',
  groovy: 'groovy gradle',
  graphql: 'graphql gql',
  proto3: 'proto',
  latex: 'tex',
  restructuredtext: 'rst',
  zig: 'zig',
};

/** Files that are known by their whole name. */
const fileNames: Readonly<Record<string, string>> = {
  dockerfile: 'dockerfile',
  makefile: 'makefile',
  gnumakefile: 'makefile',
  gemfile: 'ruby',
  rakefile: 'ruby',
  'cmakelists.txt': 'cmake',
  'tsconfig.json': 'jsonc',
  'jsconfig.json': 'jsonc',
  '.eslintrc': 'jsonc',
  '.bashrc': 'shellscript',
  '.zshrc': 'shellscript',
  '.profile': 'shellscript',
};

const idByExtension = new Map(
  Object.entries(extensions).flatMap(([id, list]) => list.split(' ').map((ext) => [ext, id] as const)),
);

/** The VS Code language id of a path by its name, `plaintext` when nothing is known of it. */
export function languageIdOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const byName = Object.hasOwn(fileNames, name) ? fileNames[name] : undefined;
  if (byName) return byName;
  const dot = name.lastIndexOf('.');
  return (dot < 0 ? undefined : idByExtension.get(name.slice(dot + 1))) ?? 'plaintext';
}

/** The parsed language of an id, undefined when there is no grammar for it. */
export function languageOf(languageId: string): Language | undefined {
  return Object.hasOwn(languages, languageId) ? languages[languageId] : undefined;
}
