import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { Icon } from '../../../parts/icons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { shellTexts } from '../../../texts/studio/shell.ts';
import type { Finding } from '../findings.ts';
import { useFindings, useForm } from './form.tsx';

export type Described = Readonly<{ id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }>;

export type SettingProps = Readonly<{
  /** Of the field within the node; findings of this path stand here. */
  path: string;
  label: string;
  /** A plain sentence below it. */
  hint?: ComponentChildren;
  optional?: boolean;
  /** What stands there although it does not belong, as JSON. */
  strange?: string | null;
  /** What the form itself knows to be wrong. */
  fault?: string | null;
  /** A button beside the label. */
  action?: ComponentChildren;
  /** Whether the label is only read aloud. */
  isBare?: boolean;
}>;

type NotesProps = Readonly<{
  id: string;
  findings: readonly Finding[];
  strange?: string | null;
  fault?: string | null;
}>;

export function Notes({ id, findings, strange = null, fault = null }: NotesProps) {
  if (findings.length === 0 && strange === null && fault === null) return null;
  return (
    <div id={`${id}-notes`} class="drawer-notes">
      {fault !== null && (
        <p class="setting-fault" role="alert">
          {fault}
        </p>
      )}
      {findings.map(({ message, severity }) => (
        <Note key={message} tone={severity}>
          {message}
        </Note>
      ))}
      {strange !== null && <Note tone="warning">{drawerTexts.strange(strange)}</Note>}
    </div>
  );
}

export function Note({ tone, children }: { tone: Finding['severity']; children: ComponentChildren }) {
  if (tone === 'fault') return <p class="setting-fault">{children}</p>;
  return (
    <p class="drawer-warning">
      <Icon name="warning" size={14} />
      <span>{children}</span>
    </p>
  );
}

function useNotes({ path, hint, strange = null, fault = null }: SettingProps) {
  const id = useId();
  const findings = useFindings(path);
  const isFaulty = fault !== null || findings.some(({ severity }) => severity === 'fault');
  const hasNotes = findings.length > 0 || strange !== null || fault !== null;
  const about = [hasNotes && `${id}-notes`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const notes = <Notes id={id} findings={findings} strange={strange} fault={fault} />;
  const foot = hint && (
    <p id={`${id}-hint`} class="setting-hint">
      {hint}
    </p>
  );
  return { id, isFaulty, about: about === '' ? undefined : about, notes, foot };
}

const Words = ({ label, optional }: Pick<SettingProps, 'label' | 'optional'>) => (
  <>
    {label}
    {optional && <span class="setting-optional"> {shellTexts.optional}</span>}
  </>
);

/** What every setting has around it: its label, a sentence, and what is wrong with it. */
export function Setting(props: SettingProps & { children: (described: Described) => ComponentChildren }) {
  const { label, optional = false, action, isBare = false, children } = props;
  const { id, isFaulty, about, notes, foot } = useNotes(props);
  return (
    <div class="setting" data-fault={isFaulty}>
      <div class={isBare ? 'only-read-aloud' : 'drawer-label'}>
        <label for={id} class="setting-label">
          <Words label={label} optional={optional} />
        </label>
        {!isBare && action}
      </div>
      {children({ id, 'aria-invalid': isFaulty, 'aria-describedby': about })}
      {notes}
      {foot}
    </div>
  );
}

/** The same around several controls. */
export function SettingGroup(props: SettingProps & { children: ComponentChildren }) {
  const { label, optional = false, action, isBare = false, children } = props;
  const { id, isFaulty, about, notes, foot } = useNotes(props);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a legend cannot stand in line with a button.
    <div class="setting" role="group" aria-labelledby={`${id}-label`} aria-describedby={about} data-fault={isFaulty}>
      <div class={isBare ? 'only-read-aloud' : 'drawer-label'}>
        <span id={`${id}-label`} class="setting-label">
          <Words label={label} optional={optional} />
        </span>
        {!isBare && action}
      </div>
      {children}
      {notes}
      {foot}
    </div>
  );
}

type PartProps = Readonly<{
  title: string;
  lead?: ComponentChildren;
  action?: ComponentChildren;
  children: ComponentChildren;
}>;

/** Settings that belong together. */
export function Part({ title, lead, action, children }: PartProps) {
  const id = useId();
  return (
    <section class="drawer-part" aria-labelledby={id}>
      <div class="drawer-part-head">
        <h3 id={id}>{title}</h3>
        {action}
      </div>
      {lead && <p class="setting-hint drawer-part-lead">{lead}</p>}
      <div class="settings">{children}</div>
    </section>
  );
}

/** Settings that few need. They are shown when one of them is set, or has something to say. */
export function Fold({
  title,
  paths,
  children,
}: {
  title: string;
  paths: readonly string[];
  children: ComponentChildren;
}) {
  const { node, hasFindings } = useForm();
  // What was open once stays so: who empties a setting is not done with it.
  const isOpen = useRef(false);
  isOpen.current ||= paths.some((path) => node[path] !== undefined) || hasFindings(paths);
  return (
    <details class="drawer-fold" open={isOpen.current}>
      <summary>{title}</summary>
      <div class="settings">{children}</div>
    </details>
  );
}
