import { useState } from 'preact/hooks';

/** What came of sending a form. A sentence stands above it, or at the field that it is about. */
export type Sent<Name extends string> =
  | Readonly<{ kind: 'done' }>
  | Readonly<{ kind: 'failed'; failure: string | null; faults?: Partial<Readonly<Record<Name, string>>> }>;

export type Values<Name extends string> = Readonly<Record<Name, string>>;

export type GateFormParts<Name extends string> = Readonly<{
  /** The fields, and what stands in them at first. */
  initial: Values<Name>;
  /** What is wrong with each field; null for what is well. */
  check: (values: Values<Name>) => Readonly<Record<Name, string | null>>;
  send: (values: Values<Name>) => Promise<Sent<Name>>;
  /** Stands above the form from the beginning. */
  note: string | null;
}>;

export type GateForm<Name extends string> = Readonly<{
  isBusy: boolean;
  /** Counts what came to nothing. */
  failures: number;
  failure: string | null;
  submit: () => void;
  field: (name: Name) => Readonly<{
    name: Name;
    value: string;
    onValue: (value: string) => void;
    fault: string | null;
  }>;
}>;

/** A form that lets somebody in. Faults are shown once they tried to go on, not while they are still writing. */
export function useGateForm<Name extends string>({ initial, check, send, note }: GateFormParts<Name>): GateForm<Name> {
  const [values, setValues] = useState<Values<Name>>(initial);
  const [wasTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failures, setFailures] = useState(0);
  const [failure, setFailure] = useState(note);
  const [said, setSaid] = useState<Partial<Record<Name, string>>>({});
  const faults = check(values);
  const fail = (): void => setFailures((before) => before + 1);
  const submit = (): void => {
    setTried(true);
    if (isBusy) return;
    if (Object.values(faults).some((fault) => fault !== null)) {
      setFailure(null);
      return fail();
    }
    setBusy(true);
    void send(values).then((sent) => {
      setBusy(false);
      if (sent.kind === 'done') return;
      setFailure(sent.failure);
      setSaid(sent.faults ?? {});
      fail();
    });
  };
  const field: GateForm<Name>['field'] = (name) => ({
    name,
    value: values[name],
    onValue: (value) => {
      setValues((before) => ({ ...before, [name]: value }));
      setSaid((before) => ({ ...before, [name]: undefined }));
    },
    fault: said[name] ?? (wasTried ? faults[name] : null),
  });
  return { isBusy, failures, failure, submit, field };
}

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim());

/** As long as the server wants a new password to be. */
export const shortestPassword = 10;
