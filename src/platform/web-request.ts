/** A call to somebody's URL that a node of a flow asks for. */
export type WebRequest = Readonly<{
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** Signs the exact bytes (Standard Webhooks) under this id; without secrets only the id is sent. */
  id: string;
  secrets: readonly string[];
  timeoutMs: number;
  /** Bytes of an answer; a longer one is no answer. */
  longest: number;
}>;

export type WebAnswer =
  | Readonly<{ kind: 'answered'; status: number; body: string }>
  /** A sentence without anything that was sent or answered. */
  | Readonly<{ kind: 'failed'; cause: string }>;
