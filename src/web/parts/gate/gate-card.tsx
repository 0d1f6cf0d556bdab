import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../buttons.tsx';
import { Icon } from '../icons.tsx';
import './gate.css';
import type { GateForm } from './use-gate-form.ts';

type GateCardProps<Name extends string> = Readonly<{
  title: string;
  text?: ComponentChildren;
  form: GateForm<Name>;
  /** What its button says. */
  action: string;
  /** Whether it is all that the page has: it then names it, and takes the keyboard. */
  isPage: boolean;
  /** The fields. */
  children: ComponentChildren;
  /** Other ways in, below the button. */
  below?: ComponentChildren;
}>;

/** The card at which somebody signs in. After a failure the keyboard is at the first field that has a fault. */
export function GateCard<Name extends string>({
  title,
  text,
  form,
  action,
  isPage,
  children,
  below,
}: GateCardProps<Name>) {
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isPage) firstField(element.current, ({ value }) => value === '')?.focus();
  }, [isPage]);
  useEffect(() => {
    if (form.failures > 0) firstField(element.current, (input) => input.ariaInvalid === 'true')?.focus();
  }, [form.failures]);
  const send = (event: Event): void => {
    event.preventDefault();
    form.submit();
  };
  const Title = isPage ? 'h1' : 'h2';
  return (
    <form ref={element} class="gate" onSubmit={send} noValidate>
      <span class="gate-mark" />
      <Title>{title}</Title>
      {text && <p class="gate-text">{text}</p>}
      {form.failure && (
        <p key={form.failures} class="gate-failure" role="alert">
          <Icon name="warning" size={18} />
          <span>{form.failure}</span>
        </p>
      )}
      {children}
      <Button look="primary" type="submit" aria-busy={form.isBusy}>
        {action}
      </Button>
      {below}
    </form>
  );
}

function firstField(
  form: HTMLFormElement | null,
  isMeant: (input: HTMLInputElement) => boolean,
): HTMLInputElement | undefined {
  return [...(form?.querySelectorAll('input') ?? [])].find(isMeant);
}
