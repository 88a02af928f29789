import type { JSX } from 'preact';

/** A codicon; it is decoration, so its meaning must stand in text beside it or in the label of its button. */
export function Icon({ name, spin = false }: { name: string; spin?: boolean }): JSX.Element {
  return <span class={`codicon codicon-${name}${spin ? ' codicon-modifier-spin' : ''}`} aria-hidden="true" />;
}

interface IconButtonProps {
  icon: string;
  label: string;
  onClick: () => void;
  class?: string;
}

/** A button that shows an icon only; `label` is its name and its tooltip. */
export function IconButton({ icon, label, onClick, class: extra = '' }: IconButtonProps): JSX.Element {
  return (
    <button type="button" class={`icon-button ${extra}`} aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
