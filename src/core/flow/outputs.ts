/** Where each output of a node leads: a node's id. An output left out, or null, leads nowhere: it ends the session. */
export type Outputs<Name extends string> = Readonly<{ [name in Name]?: string | null | undefined }>;
