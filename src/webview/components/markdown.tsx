import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { useRef, useState } from 'preact/hooks';
import { highlightLines } from '../highlight';
import { emptyMarkdown, growMarkdown, textOfParagraph, type Block } from '../markdown-blocks';
import { sanitize } from '../sanitize';
import { t } from '../strings';
import { post } from '../vscode-api';
import { IconButton } from './icon';
import { TokenLine } from './code';

/** The model's markdown. While `streaming`, only the last block is drawn again. */
export function Markdown({ text, streaming }: { text: string; streaming: boolean }): JSX.Element {
  const grown = useRef(emptyMarkdown);
  grown.current = growMarkdown(grown.current, text);
  const { settled, tail } = grown.current;
  return (
    <div class="markdown" onClick={openLink}>
      {[...settled, ...tail].map((block, index) => (
        <BlockView key={index} block={block} growing={streaming && index >= settled.length} />
      ))}
    </div>
  );
}

const BlockView = memo(function BlockView({
  block,
  growing,
}: {
  block: Block;
  growing: boolean;
}): JSX.Element {
  if (block.kind === 'code') return <CodeBlock code={block.code} language={block.language} plain={growing} />;
  const text = textOfParagraph(block.html);
  return text === undefined ? <HtmlBlock html={block.html} /> : <TextBlock text={text} />;
});

/** A paragraph of words alone, which is most of what streams: as a text node it needs no parser and no sanitiser. */
function TextBlock({ text }: { text: string }): JSX.Element {
  return (
    <div class="block">
      <p>{text}</p>
    </div>
  );
}

function HtmlBlock({ html }: { html: string }): JSX.Element {
  return <div class="block" dangerouslySetInnerHTML={{ __html: sanitize(html) }} />;
}

interface CodeBlockProps {
  code: string;
  language: string;
  /** Without colours, for code that is still being written. */
  plain: boolean;
}

function CodeBlock({ code, language, plain }: CodeBlockProps): JSX.Element {
  return (
    <figure class="code">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={code} />
      </figcaption>
      <pre tabIndex={0}>
        <code>
          {plain
            ? code
            : highlightLines(code, language).map((tokens, index) => (
                <TokenLine key={index} tokens={tokens} lineEnd />
              ))}
        </code>
      </pre>
    </figure>
  );
}

/** Copies through the host, since the page may have no right to the clipboard. */
export function CopyButton({ text }: { text: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    post({ type: 'copy', text });
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <IconButton icon={copied ? 'check' : 'copy'} label={copied ? t('copied') : t('copy')} onClick={copy} />
  );
}

/** Links leave through the host; a relative one is a file of the workspace. */
function openLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link) return;
  event.preventDefault();
  const href = link.getAttribute('href') ?? '';
  if (/^(?:https?|mailto):/i.test(href)) post({ type: 'open-link', href });
  else openPath(href);
}

function openPath(href: string): void {
  const [path, fragment] = href.split('#');
  const line = /^L?(\d+)/.exec(fragment ?? '')?.[1];
  if (path) post({ type: 'open-file', path: decode(path), ...(line ? { line: Number(line) } : {}) });
}

function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
