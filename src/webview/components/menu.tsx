import type { JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon';

export interface MenuItem {
  id: string;
  label: string;
  detail?: string;
  /** A mark before the label, for the one that is chosen. */
  checked?: boolean;
  icon?: string;
}

interface MenuProps {
  /** What the button shows; nothing for an icon alone. */
  text?: string;
  icon?: string;
  /** A class of the button. */
  class?: string;
  /** The name for screen readers and the tooltip. */
  label: string;
  items: MenuItem[];
  onPick: (id: string) => void;
}

/** A button with a menu that opens upwards: arrows move, Enter picks, Escape closes and gives the focus back. */
export function MenuButton({ text, icon, label, items, onPick, class: extra = '' }: MenuProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const menuId = useId();

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useLayoutEffect(() => {
    if (!open) return;
    const chosen = menu.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    (chosen ?? menu.current?.querySelector<HTMLElement>('button'))?.focus();
  }, [open]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(menu.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const target = nextIndex(
      event.key,
      buttons.indexOf(document.activeElement as HTMLElement),
      buttons.length,
    );
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (target !== undefined) buttons[target]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocusOut = (event: FocusEvent): void => {
    const next = event.relatedTarget;
    if (!(next instanceof Node) || !menu.current?.contains(next)) setOpen(false);
  };

  return (
    <>
      <button
        type="button"
        class={`tool-button ${extra}`}
        ref={button}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => (open ? close() : setOpen(true))}
      >
        {icon ? <Icon name={icon} /> : null}
        {text ? <span class="tool-text">{text}</span> : null}
        {text ? <Icon name="chevron-down" /> : null}
      </button>
      {open ? (
        <div
          class="menu"
          role="menu"
          id={menuId}
          aria-label={label}
          ref={menu}
          onKeyDown={onKeyDown}
          onFocusOut={onFocusOut}
        >
          {items.map((item) => (
            <button
              type="button"
              key={item.id}
              tabIndex={-1}
              role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
              {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
              onClick={() => {
                close();
                onPick(item.id);
              }}
            >
              <Icon name={item.icon ?? (item.checked ? 'check' : 'blank')} />
              <span class="row-text">
                {item.label}
                {item.detail ? <small>{item.detail}</small> : null}
              </span>
            </button>
          ))}
        </div>
      ) : null}
    </>
  );
}

/** Where a key moves the focus among `total` items, or undefined for a key that moves nothing. */
export function nextIndex(key: string, current: number, total: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (current + 1) % total;
    case 'ArrowUp':
      return (current - 1 + total) % total;
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return undefined;
  }
}
