import type { JSX, RefObject } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CompletionItem } from '../../protocol/panel-composer';
import { t } from '../strings';
import { type Suggestion, suggestionsOf, take, type Trigger, triggerAt } from '../suggest';
import type { ViewState } from '../state';
import { post } from '../vscode-api';
import { nextIndex } from './menu';
import { optionId, SuggestionList } from './suggestion-list';

interface ComposerInputProps {
  input: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  running: boolean;
  completions: ViewState['completions'];
  /** Grows when the input is to take the focus. */
  focusRequests: number;
  onDraft: (text: string) => void;
  onSend: () => void;
  /** Up in an empty input: the text to bring back. */
  recall: () => string | undefined;
}

/** Time without a letter before the host is asked. Milliseconds. */
const debounceMs = 60;

/** The text of a message, with a list of commands and context while one is being written. */
export function ComposerInput(props: ComposerInputProps): JSX.Element {
  const { input, draft, running, completions, focusRequests, onDraft, onSend, recall } = props;
  const listId = useId();
  const [cursor, setCursor] = useState(draft.length);
  const [active, setActive] = useState(0);
  /** Where the mention begins whose list was closed by Escape. */
  const [closedAt, setClosedAt] = useState<number>();
  const moveTo = useRef<number | undefined>(undefined);

  const trigger = triggerAt(draft, cursor);
  const found = useCompletions(trigger, completions);
  const suggestions = trigger && trigger.start !== closedAt ? suggestionsOf(trigger, found) : [];
  // A command or mention that is written out needs no list, and Enter sends.
  const isWritten =
    suggestions.length === 1 && suggestions[0]?.insert === draft.slice(trigger?.start, trigger?.end);
  const open = suggestions.length > 0 && !isWritten;
  const current = Math.min(active, suggestions.length - 1);

  // Effects that the next key must find done run before the page is drawn.
  useLayoutEffect(() => {
    if (focusRequests > 0) input.current?.focus();
  }, [focusRequests]);
  useLayoutEffect(() => {
    if (moveTo.current === undefined || !input.current) return;
    input.current.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = undefined;
  }, [draft]);
  useLayoutEffect(() => setActive(0), [trigger?.start, trigger?.query]);
  useLayoutEffect(() => {
    if (trigger === undefined) setClosedAt(undefined);
  }, [trigger === undefined]);

  const pick = (suggestion: Suggestion): void => {
    if (!trigger) return;
    const taken = take(draft, trigger, suggestion);
    moveTo.current = taken.cursor;
    setCursor(taken.cursor);
    onDraft(taken.text);
  };
  /** True when the list has taken the key. */
  const onListKey = (event: KeyboardEvent): boolean => {
    if (!open || event.isComposing) return false;
    const chosen = suggestions[current];
    // Home and End belong to the text.
    const moved = event.key.startsWith('Arrow')
      ? nextIndex(event.key, current, suggestions.length)
      : undefined;
    if (moved !== undefined) setActive(moved);
    else if (event.key === 'Escape') setClosedAt(trigger?.start);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && chosen) pick(chosen);
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (onListKey(event)) event.preventDefault();
    else if (
      event.key === 'Enter' &&
      !event.shiftKey &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.isComposing
    ) {
      event.preventDefault();
      onSend();
    } else if (event.key === 'ArrowUp' && draft === '') {
      const last = recall();
      if (last === undefined) return;
      event.preventDefault();
      moveTo.current = last.length;
      onDraft(last);
    }
  };
  const followCursor = (): void => setCursor(input.current?.selectionStart ?? 0);

  return (
    <>
      {open ? (
        <SuggestionList
          id={listId}
          suggestions={suggestions}
          active={current}
          onPick={pick}
          onActive={setActive}
        />
      ) : null}
      <textarea
        ref={input}
        rows={1}
        aria-label={t('input')}
        aria-autocomplete="list"
        {...(open ? { 'aria-controls': listId, 'aria-activedescendant': optionId(listId, current) } : {})}
        placeholder={running ? t('placeholderRunning') : t('placeholder')}
        value={draft}
        onInput={(event) => {
          setCursor(event.currentTarget.selectionStart);
          onDraft(event.currentTarget.value);
        }}
        onKeyUp={followCursor}
        onClick={followCursor}
        onBlur={() => setClosedAt(trigger?.start)}
        onFocus={() => setClosedAt(undefined)}
        onKeyDown={onKeyDown}
      />
    </>
  );
}

let requests = 0;

/** What the host finds for a mention that is being written; the older list stays until the newer one is there. */
function useCompletions(
  trigger: Trigger | undefined,
  completions: ViewState['completions'],
): readonly CompletionItem[] {
  const asked = useRef({ first: 0, last: 0 });
  const { kind, start, query, wanted } = trigger ?? {};
  const isMention = kind === 'mention';
  useLayoutEffect(() => {
    // What was found for another mention does not belong here.
    asked.current.first = requests + 1;
  }, [isMention, start, wanted]);
  useEffect(() => {
    if (!isMention || wanted === undefined || query === undefined || query.length > 200) return;
    const timer = setTimeout(() => {
      asked.current.last = ++requests;
      post({ type: 'complete', request: requests, kind: wanted, query });
    }, debounceMs);
    return () => clearTimeout(timer);
  }, [isMention, start, wanted, query]);
  const isOurs = isMention && completions !== undefined && completions.request >= asked.current.first;
  return isOurs ? completions.items : [];
}
