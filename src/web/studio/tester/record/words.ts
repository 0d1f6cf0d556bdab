import type { LoggedEvent } from '../../../../contract/manage.ts';
import { showValue } from '../../../../core/flow/parameters.ts';
import type { IconName } from '../../../parts/icons.tsx';
import { testerTexts } from '../../../texts/studio/tester.ts';
import type { Setup } from '../opening.ts';
import type { EventOf, NoteEvent, Step, TrialRecord } from './trace.ts';

const { notes, deeds } = testerTexts;

export type Words = Readonly<{ icon: IconName; text: string }>;

/** What is told between the lines of an event; null where the lines say it already. */
export function noteWords(event: NoteEvent, liveAgent: Setup['liveAgent']): Words | null {
  const isPlayed = liveAgent === 'tester';
  switch (event.kind) {
    case 'handoff-requested':
      return { icon: 'headset', text: isPlayed ? notes.requestedHere : notes.requested };
    case 'handoff-connected':
      if (isPlayed || event.by === 'outbound') return null;
      return { icon: 'headset', text: event.queued ? notes.queued(event.place) : notes.connected };
    case 'handoff-assigned':
      return { icon: 'person', text: notes.assigned(event.liveAgent?.name) };
    case 'handoff-ended': {
      const why = event.outcome === 'failed' ? event.cause : event.result;
      return { icon: 'info', text: notes.because(notes.outcomes[event.outcome], why) };
    }
    case 'handoff-unavailable':
      return { icon: 'warning', text: notes.unavailable };
    case 'context-switched':
      return { icon: 'flow', text: notes.switched(event.node, event.from, event.returns) };
    case 'skill-failed':
      return { icon: 'warning', text: notes.skillFailed(event.node, event.cause) };
    case 'delivery-died':
      return { icon: 'warning', text: notes.died(event.cause) };
    case 'delivery-delayed':
      return { icon: 'clock', text: notes.delayed(event.cause) };
    case 'delivery-resumed':
      return { icon: 'tick', text: notes.resumed };
    case 'session-ended':
      return {
        icon: event.reason === 'fault' ? 'warning' : 'info',
        text: notes.because(notes.ended[event.reason], event.detail),
      };
  }
}

/** What a step did, a sentence each. */
export function deedWords({ did }: Step, messages: TrialRecord['messages']): readonly string[] {
  return did.flatMap((event) => wordsOf(event, did, messages));
}

function wordsOf(
  event: LoggedEvent,
  did: readonly LoggedEvent[],
  messages: TrialRecord['messages'],
): readonly string[] {
  switch (event.kind) {
    case 'virtual-agent-message-sent':
      return [deeds.said(event.text)];
    case 'input-awaited':
      return [event.misses === 0 ? deeds.awaits : deeds.asksAgain(event.misses)];
    case 'input-taken': {
      const taken = messages.find(({ seq }) => seq === event.messageSeq);
      return taken === undefined ? [] : [deeds.took(taken.text)];
    }
    case 'intent-recognised':
      return [event.intent === null ? deeds.notRecognised(event.score) : deeds.recognised(event.intent, event.score)];
    case 'parameters-set':
      return event.parameters.map(({ name, value }) => deeds.set(name, showValue(value)));
    case 'context-switched':
      return [deeds.switched(event.from)];
    case 'sub-flow-entered':
      return [deeds.ran];
    case 'sub-flow-left':
      return [deeds.cameBack];
    case 'skill-requested':
      return [event.waits ? deeds.asked[event.skill] : deeds.askedAside];
    case 'skill-answered': {
      const answered = deeds.answered(msSince(event, did));
      return event.output === 'human' ? [answered, deeds.wantsHuman] : [answered];
    }
    case 'skill-failed':
      return [deeds.failed(event.cause)];
    case 'handoff-requested':
      return [deeds.requested];
    case 'handoff-ended':
    case 'handoff-unavailable':
      return [noteWords(event, 'desk')?.text ?? ''];
    default:
      return [];
  }
}

function msSince({ request, at }: EventOf<'skill-answered'>, did: readonly LoggedEvent[]): number {
  const asked = did.find(({ seq }) => seq === request);
  return asked === undefined ? 0 : Date.parse(at) - Date.parse(asked.at);
}
