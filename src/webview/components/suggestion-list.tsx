import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../strings';
import type { Suggestion } from '../suggest';
import { visible } from '../visible';
import { Icon } from './icon';

interface SuggestionListProps {
  id: string;
  suggestions: readonly Suggestion[];
  active: number;
  onPick: (suggestion: Suggestion) => void;
  onActive: (index: number) => void;
}

/** The element of one row, which the input names as its active descendant. */
export function optionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

/** Commands and context to choose from; the focus stays in the input, which keeps the keys. */
export function SuggestionList(props: SuggestionListProps): JSX.Element {
  const { id, suggestions, active, onPick, onActive } = props;
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, suggestions]);
  return (
    <ul class="suggest" role="listbox" id={id} aria-label={t('suggestions')} ref={list}>
      {suggestions.map((suggestion, index) => {
        const { detail } = suggestion;
        return (
          <li
            key={suggestion.id}
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => {
              // The input keeps the focus.
              event.preventDefault();
              onPick(suggestion);
            }}
            onMouseMove={() => onActive(index)}
          >
            <Icon name={suggestion.icon} />
            <span class="suggest-label">{visible(suggestion.label)}</span>
            <span class="suggest-detail">{'key' in detail ? t(detail.key) : visible(detail.text)}</span>
          </li>
        );
      })}
    </ul>
  );
}
