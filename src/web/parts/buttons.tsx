import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon, type IconName } from './icons.tsx';

type ButtonProps = Omit<ButtonHTMLAttributes, 'class' | 'icon'> & {
  look?: 'primary' | 'soft' | 'plain' | 'danger';
  children: ComponentChildren;
};

export function Button({ look = 'soft', children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} class={`button button-${look}`} {...rest}>
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes, 'class' | 'icon' | 'children' | 'label'> & {
  icon: IconName;
  label: string;
  look?: 'plain' | 'primary';
};

/** A button that shows only a drawing; its label is read aloud, and shown when pointed at. */
export function IconButton({ icon, label, look = 'plain', type = 'button', ...rest }: IconButtonProps) {
  return (
    <button type={type} class={`icon-button icon-button-${look}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
