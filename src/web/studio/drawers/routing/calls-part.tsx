import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { Copyable } from '../../parts/small.tsx';
import { Part } from '../pieces/setting.tsx';
import { curlOf } from './curl.ts';
import type { Server } from './who-part.tsx';

/** What a desk calls of this server: its addresses, and a call to try. */
export function CallsPart({ server: { facts }, usesBuiltIn }: { server: Server; usesBuiltIn: boolean }) {
  if (facts === null) return null;
  return (
    <Part title={routingTexts.calls} lead={usesBuiltIn ? routingTexts.callsBuiltIn : routingTexts.callsLead}>
      <CallRow
        label={routingTexts.outbound}
        hint={routingTexts.outboundHint}
        url={facts.outbound_transfer}
        body={{ text: routingTexts.sampleText }}
      />
      <CallRow label={routingTexts.stop} hint={routingTexts.stopHint} url={facts.stop_connection} body={{}} />
    </Part>
  );
}

type CallProps = Readonly<{ label: string; hint: string; url: string; body: object }>;

function CallRow({ label, hint, url, body }: CallProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no set of fields.
    <div class="setting" role="group" aria-label={label}>
      <p class="setting-label">{label}</p>
      <Copyable text={url} label={label} />
      <p class="setting-hint">{hint}</p>
      <details class="drawer-fold">
        <summary>{routingTexts.curl}</summary>
        <Copyable text={curlOf(url, body)} label={routingTexts.curlOf(label)} isBlock />
      </details>
    </div>
  );
}
