/**
 * Colours source code as lists of tokens, one list a line, so that a view draws them as text nodes and no markup that
 * came from a model is ever parsed.
 */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import json from 'highlight.js/lib/languages/json';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = {
  bash,
  c,
  cpp,
  csharp,
  css,
  go,
  java,
  json,
  php,
  python,
  ruby,
  rust,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
// The TypeScript grammar colours JavaScript too; the names are VS Code's language identifiers.
hljs.registerAliases(['javascript', 'js', 'jsx', 'javascriptreact', 'typescriptreact', 'tsx'], {
  languageName: 'typescript',
});
hljs.registerAliases(['shellscript', 'shell', 'console'], { languageName: 'bash' });

/** A run of text of one colour; `kind` is highlight.js's class without its prefix, empty for plain text. */
export interface Token {
  kind: string;
  text: string;
}

/** Longer texts stay plain: colouring them would block the page. In UTF-16 units. */
const limit = 20_000;

/** The tokens of each line of `code`. An unknown language gives plain text. */
export function highlightLines(code: string, language: string): Token[][] {
  const known = code.length <= limit && hljs.getLanguage(language) !== undefined;
  if (!known) return code.split('\n').map((text) => [{ kind: '', text }]);
  return tokensOf(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}

/** Takes highlight.js's markup apart: spans that nest, and text with five entities. */
function tokensOf(markup: string): Token[][] {
  const lines: Token[][] = [[]];
  const kinds: string[] = [];
  for (const [, opened, closed, text] of markup.matchAll(/<span class="([^"]*)">|(<\/span>)|([^<]+)/g)) {
    if (opened !== undefined) kinds.push(opened.replace(/^hljs-/, '').replace(/[ _].*$/, ''));
    else if (closed !== undefined) kinds.pop();
    else if (text !== undefined) {
      const [first, ...rest] = unescape(text).split('\n');
      const kind = kinds.at(-1) ?? '';
      if (first) lines.at(-1)?.push({ kind, text: first });
      for (const line of rest) lines.push(line ? [{ kind, text: line }] : []);
    }
  }
  return lines;
}

const entities: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&amp;': '&',
};

function unescape(text: string): string {
  return text.replace(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => entities[entity] ?? entity);
}
