import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../strings';
import { IconButton } from './icon';

interface SubViewProps {
  /** Begins the names of its classes, such as `prompt-view`. */
  kind: 'prompt' | 'requests';
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A page in the chat's place that is read and left again; its heading takes the focus. */
export function SubView({ kind, title, onClose, children }: SubViewProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <section class={`${kind}-view`} aria-label={title}>
      <header class="history-head">
        <IconButton icon="arrow-left" label={t('back')} onClick={onClose} />
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
      </header>
      <div class={`${kind}-body`} tabIndex={0} role="document" aria-label={title}>
        {children}
      </div>
    </section>
  );
}
