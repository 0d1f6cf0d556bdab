/** Where the conversation that is being tried has been, so that the canvas can light it up. */
export type Trace = Readonly<{
  /** How often each node was entered, by its id. */
  entered: ReadonlyMap<string, number>;
  /** The node that the flow waits at or is in; null when the session has ended or has not begun. */
  current: string | null;
  /** Outputs that were taken, as `node output`, where they are known. */
  taken: ReadonlySet<string>;
}>;

export type TesterProps = Readonly<{
  agentId: string;
  /** Saves the draft now. @returns the revision that was saved, or null when it could not be (the editor says why). */
  save: () => Promise<number | null>;
  /** Whether there is something that keeps the draft from running. */
  faults: number;
  onTrace: (trace: Trace | null) => void;
  /** Shows a node on the canvas. */
  onShowNode: (id: string) => void;
  onClose: () => void;
}>;

/** Talks with the draft as an end user, beside the canvas. */
export function Tester(_: TesterProps) {
  return <div class="tester" />;
}
