import Type, { type Static } from 'typebox';
import type { SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';
import { isInitialWithheld, isWithheld } from './insights.ts';
import { shape } from './shape.ts';
import { Instant, instant } from './text.ts';

/** Whole numbers in a query arrive as text. */
export const count = (minimum: number, maximum: number, description: string) =>
  Type.Refine(
    Type.String({ pattern: '^[0-9]{1,15}$', description }),
    (text) => typeof text !== 'string' || (Number(text) >= minimum && Number(text) <= maximum),
    () => `Give a whole number from ${minimum} to ${maximum}.`,
  );

export const Page = {
  after: Type.Optional(count(0, Number.MAX_SAFE_INTEGER, 'Only what comes after this seq.')),
  limit: Type.Optional(count(1, 1000, 'At most so many; 100 by default.')),
};

export const EventsQuery = Type.Object(Page);

export const EventsAnswer = Type.Object({
  events: Type.Array(
    Type.Intersect([
      Type.Object({
        seq: Type.Integer(),
        at: Instant,
        kind: Type.String(),
        delivery: Type.Optional(
          Type.Object(
            {
              id: Type.String(),
              state: Type.Enum(['owed', 'dead']),
              since: Instant,
              attempts: Type.Integer(),
              last_failure: Type.Union([Type.String(), Type.Null()]),
            },
            { description: 'The call that this event owes, while the desk has not taken it.' },
          ),
        ),
      }),
      Type.Record(Type.String(), Type.Unknown()),
    ]),
  ),
  next_after: Type.Union([Type.Integer(), Type.Null()], { description: 'Pass it as `after`; null at the end.' }),
});

export const TranscriptAnswer = Type.Object({
  transcription: Type.Array(Type.Record(Type.String(), Type.String())),
  next_after: Type.Union([Type.Integer(), Type.Null()]),
});

export const eventsQuery = shape(EventsQuery);

/** A call that its desk has not taken. `id` is the delivery's. */
export type OpenCall = Readonly<{
  id: string;
  state: 'owed' | 'dead';
  owedAt: number;
  attempts: number;
  lastFailure: string | null;
}>;

const openOnWire = ({ id, state, owedAt, attempts, lastFailure }: OpenCall) => ({
  ...{ id, state, since: instant(owedAt), attempts, last_failure: lastFailure },
});

type Logged<Event> = Event extends SessionEvent ? Omit<Event, 'at'> & Readonly<{ at: string }> : never;

/** An event as its reader gets it. The `text` of a message may be null: it was not to be kept. */
export type LoggedEvent = Logged<SessionEvent>;

/** An event as the log's page shows it; a text that may not be kept is left out. @param open the call that it owes. */
export function eventOnWire(
  session: Session,
  event: SessionEvent,
  open?: OpenCall,
): Static<typeof EventsAnswer>['events'][number] {
  const delivery = open === undefined ? {} : { delivery: openOnWire(open) };
  const shown = { ...event, at: instant(event.at), ...delivery };
  if (isWithheld(session, event)) return { ...shown, text: null, withheld: true };
  if (event.kind !== 'handoff-requested' || !isInitialWithheld(session)) return shown;
  return { ...shown, parameters: event.parameters.filter(({ name }) => name !== 'INITIAL_MESSAGE') };
}
