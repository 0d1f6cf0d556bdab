import type { ComponentType } from 'preact';
import { useCallback, useId, useMemo, useRef, useState } from 'preact/hooks';
import { drawerTexts } from '../../texts/studio/drawers.ts';
import { type Definition, type DraftNode, isNodeType, type NodeType, nodeOf } from '../draft/definition.ts';
import { type Edit, setNode } from '../draft/edit.ts';
import { Copyable } from '../parts/small.tsx';
import './drawers.css';
import { type Finding as Found, nowhere, placesOf } from './findings.ts';
import { CustomCodeForm, ExternalBotForm, GenerativeAiForm } from './forms/asking-forms.tsx';
import { ConditionsForm } from './forms/conditions-form.tsx';
import { ClassificationForm, ContextSwitchForm } from './forms/intent-forms.tsx';
import { CounterForm, ResetCounterForm, SetParameterForm, SubFlowForm } from './forms/parameter-forms.tsx';
import { CollectInputForm, EndForm, SendMessageForm } from './forms/talking-forms.tsx';
import { WebhookForm } from './forms/webhook-form.tsx';
import { Heading } from './heading.tsx';
import { showJson } from './json-text.ts';
import { Outputs } from './outputs.tsx';
import { FormContext, type NodeForm } from './pieces/form.tsx';
import { Note, Part } from './pieces/setting.tsx';
import { nodeWith } from './reading.ts';
import { RoutingForm } from './routing/routing-form.tsx';

/** What is wrong with a node, or should be looked at. */
export type Finding = Found;

export type NodeDrawerProps = Readonly<{
  agentId: string;
  /** The node's id. */
  id: string;
  node: DraftNode;
  definition: Definition;
  findings: readonly Finding[];
  /** Whether it may only be looked at. */
  isLocked: boolean;
  /** Puts another node in its place. @param what names the field, so that typing in it is one step back. */
  change: (node: DraftNode, what: string) => void;
  /** Changes the rest of the draft: a parameter that a node needs, for one. */
  edit: (edit: Edit, what: string) => void;
  /** Gives the node another id. @returns a sentence when it may not be called so, or null. */
  rename: (id: string) => string | null;
}>;

const forms: Readonly<Record<NodeType, ComponentType>> = {
  'send-message': SendMessageForm,
  'collect-input': CollectInputForm,
  classification: ClassificationForm,
  'context-switch': ContextSwitchForm,
  conditions: ConditionsForm,
  'set-parameter': SetParameterForm,
  counter: CounterForm,
  'reset-counter': ResetCounterForm,
  'sub-flow': SubFlowForm,
  webhook: WebhookForm,
  'custom-code': CustomCodeForm,
  'generative-ai': GenerativeAiForm,
  'external-bot': ExternalBotForm,
  'live-agent-routing': RoutingForm,
  'end-conversation': EndForm,
};

/** The settings of one node, whatever its kind; where it gets another one, they begin anew. */
export const NodeDrawer = (props: NodeDrawerProps) => <Drawer key={props.node.type} {...props} />;

function Drawer(props: NodeDrawerProps) {
  const { id, node, rename } = props;
  const title = useId();
  const { form, rest } = useNodeForm(props);
  const Form = isNodeType(node.type) ? forms[node.type] : UnknownForm;
  return (
    <FormContext.Provider value={form}>
      {/* The canvas takes no keys from within it. */}
      <section class="drawer nokey" aria-labelledby={title}>
        <Heading id={id} type={node.type} titleId={title} rename={rename} />
        <Rest findings={rest} />
        {node.type === 'live-agent-routing' ? (
          <Form />
        ) : (
          <Part title={drawerTexts.settings}>
            <Form />
          </Part>
        )}
        <Outputs />
      </section>
    </FormContext.Provider>
  );
}

/** What belongs to no setting. */
function Rest({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul class="drawer-findings" aria-label={drawerTexts.wholeNode}>
      {findings.map(({ path, message, severity }) => (
        <li key={`${path} ${message}`}>
          <Note tone={severity}>{path === '' ? message : `${path}: ${message}`}</Note>
        </li>
      ))}
    </ul>
  );
}

/** A node of a kind that is not known here, as it is. */
function UnknownForm() {
  return (
    <FormContext.Consumer>
      {(form) => (
        <div class="setting">
          <Copyable text={showJson(form?.node)} label={drawerTexts.unknownJson} isBlock />
          <p class="setting-hint">{drawerTexts.unknownHint}</p>
        </div>
      )}
    </FormContext.Consumer>
  );
}

/** What settings work on, and the findings that none of them shows. */
function useNodeForm({ agentId, id, node, definition, findings, isLocked, change, edit }: NodeDrawerProps) {
  const [claims, setClaims] = useState<readonly string[]>([]);
  const claim = useCallback((path: string) => {
    setClaims((before) => [...before, path]);
    return () => setClaims((before) => before.toSpliced(before.indexOf(path), 1));
  }, []);
  const places = useMemo(() => placesOf(findings, new Set(claims), node), [findings, claims, node]);
  // Of two changes within one drawing the second builds on the first.
  const newest = useRef({ given: node, made: node });
  if (newest.current.given !== node) newest.current = { given: node, made: node };
  const update: NodeForm['update'] = (next, what) => {
    if (isLocked) return;
    const { made: before } = newest.current;
    const draft = { ...definition, nodes: { ...definition.nodes, [id]: before } };
    // As it will stand in the draft: an output that was renamed keeps where it led.
    const made = setNode(id, next(before))(draft).nodes[id] ?? before;
    newest.current = { given: node, made };
    change(made, what);
  };
  const form: NodeForm = {
    ...{ agentId, id, node, definition, isLocked, claim, update },
    findingsAt: (path) => places.get(path) ?? [],
    hasFindings: (paths) => findings.some(({ path }) => paths.includes(path.split('.')[0] ?? '')),
    set: (fields, what) => update((before) => nodeWith(before, fields), what),
    editWith: (first, next) => {
      if (isLocked) return;
      edit((before) => {
        const after = first(before);
        const now = nodeOf(after, id);
        return now === undefined ? after : setNode(id, next(now))(after);
      }, '');
    },
  };
  return { form, rest: places.get(nowhere) ?? [] };
}
