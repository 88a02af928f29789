import type { JSX } from 'preact';
import type { DiffHunk, FileDiff } from '../../protocol/agent';
import { highlightLines, type Token } from '../highlight';
import { t } from '../strings';
import { visible } from '../visible';

/** One line of coloured code. */
export function TokenLine({ tokens, lineEnd }: { tokens: Token[]; lineEnd?: boolean }): JSX.Element {
  return (
    <>
      {tokens.map(({ kind, text }, index) =>
        kind ? (
          <span key={index} class={`tok-${kind}`}>
            {text}
          </span>
        ) : (
          text
        ),
      )}
      {lineEnd ? '\n' : null}
    </>
  );
}

/** Longer hunks are cut; the whole of them is behind "Open diff". In lines. */
const maximumLines = 200;
const signs = { added: '+', removed: '−', context: ' ' } as const;

interface DiffViewProps {
  diff: FileDiff;
  /** Hunks that the user does not take. Without it there are no boxes to tick. */
  dropped?: ReadonlySet<number>;
  onToggle?: (hunk: number) => void;
}

/** A change by hunk, each with a box to take it or leave it when there are several. */
export function DiffView({ diff, dropped, onToggle }: DiffViewProps): JSX.Element {
  const total = diff.hunks.length;
  return (
    <div class="diff">
      {diff.hunks.map((hunk, index) => {
        const name = t('hunk', index + 1, total, hunk.newStart);
        return (
          <div class={`hunk${dropped?.has(index) ? ' dropped' : ''}`} key={index}>
            {total > 1 && onToggle ? (
              <label class="hunk-head">
                <input type="checkbox" checked={!dropped?.has(index)} onChange={() => onToggle(index)} />
                {name}
              </label>
            ) : null}
            <HunkLines hunk={hunk} language={diff.languageId} label={name} />
          </div>
        );
      })}
    </div>
  );
}

function HunkLines({
  hunk,
  language,
  label,
}: {
  hunk: DiffHunk;
  language: string;
  label: string;
}): JSX.Element {
  const shown = hunk.lines.slice(0, maximumLines);
  const coloured = highlightLines(shown.map((line) => line.text).join('\n'), language);
  return (
    <pre class="diff-lines" tabIndex={0} role="group" aria-label={label}>
      <code>
        {shown.map((line, index) => (
          <span class={`line ${line.kind}`} key={index}>
            <span class="sign">{signs[line.kind]}</span>
            <TokenLine tokens={coloured[index] ?? []} />
            {'\n'}
          </span>
        ))}
        {hunk.lines.length > maximumLines ? <span class="line">…</span> : null}
      </code>
    </pre>
  );
}

interface FileDiffsProps {
  diffs: readonly FileDiff[];
  /** Indices of files that the user does not take. */
  dropped?: ReadonlySet<number>;
  /** Without it there are no boxes to tick. */
  onToggle?: (index: number) => void;
}

/** One change of several files: each file under its name, with a box to take it or leave it. */
export function FileDiffs({ diffs, dropped, onToggle }: FileDiffsProps): JSX.Element {
  return (
    <>
      {diffs.map((diff, index) => (
        <section class={`file-diff${dropped?.has(index) ? ' dropped' : ''}`} key={diff.path}>
          <div class="file-head">
            <label>
              {onToggle ? (
                <input type="checkbox" checked={!dropped?.has(index)} onChange={() => onToggle(index)} />
              ) : null}
              <span class="object">{visible(diff.path)}</span>
            </label>
            <DiffCount diffs={[diff]} />
          </div>
          <DiffView diff={diff} />
        </section>
      ))}
    </>
  );
}

/** Lines added and removed, such as `+1 −1`. */
export function DiffCount({ diffs }: { diffs: readonly FileDiff[] }): JSX.Element {
  const count = (kind: 'added' | 'removed'): number => diffs.reduce((sum, each) => sum + each[kind], 0);
  return (
    <span class="diff-count">
      <span class="removed" aria-label={t('removed', count('removed'))} role="img">
        −{count('removed')}
      </span>{' '}
      <span class="added" aria-label={t('added', count('added'))} role="img">
        +{count('added')}
      </span>
    </span>
  );
}
