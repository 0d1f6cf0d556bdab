import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { TransferField } from '../forms/transfer-field.tsx';
import { ChoiceField, ToggleField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { Part } from '../pieces/setting.tsx';
import { useServerFacts } from '../server-facts.ts';
import { CallsPart } from './calls-part.tsx';
import { ClocksPart } from './clocks-part.tsx';
import { isBuiltIn } from './desk.ts';
import { EndpointsPart } from './endpoints-part.tsx';
import { WhoPart } from './who-part.tsx';

/** The settings of live agent routing. */
export function RoutingForm() {
  const { node } = useForm();
  const server = useServerFacts();
  const usesBuiltIn = isBuiltIn(node, server.facts?.built_in_desk ?? null);
  return (
    <>
      <WhoPart server={server} usesBuiltIn={usesBuiltIn} />
      <EndpointsPart usesBuiltIn={usesBuiltIn} />
      <CallsPart server={server} usesBuiltIn={usesBuiltIn} />
      <Part title={routingTexts.along}>
        <TransferField hint={routingTexts.transferHint} />
      </Part>
      <ClocksPart />
      <Part title={routingTexts.record}>
        <ToggleField field="saveChat" usual label={routingTexts.saveChat} hint={routingTexts.saveChatHint} />
        <ChoiceField
          field="transcriptionKeys"
          label={routingTexts.keys}
          hint={routingTexts.keysHint}
          usual="documented"
          words={routingTexts.keyOptions}
        />
      </Part>
    </>
  );
}
