// End users, and the desk that they are handed over to, in a process beside the server's. The parent says what to do.
import type { Order } from './orders.ts';
import { Relay } from './relay.ts';
import { Talks } from './talks.ts';

let relay = new Relay();
let talks = new Talks();

async function obey(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'open-desk':
      return relay.openDesk();
    case 'open-relay':
      return relay.open(order.url, order.agent, order.sessions);
    case 'open-talks':
      return talks.open(order.url, order.agents, order.sessions);
    case 'relay':
      return relay.converse(order.each);
    case 'list-nodes':
      return talks.nodesOfTurn();
    case 'take-turns':
      return talks.takeTurns(order.each);
    case 'relay-steadily':
      return relay.steadily(order.perSecond, order.ms);
    case 'begin-crowd':
      return talks.beginCrowd(order.thinkMs, order.oddOneIn);
    case 'end-crowd':
      return talks.endCrowd();
    case 'close':
      await Promise.all([relay.close(), talks.close()]);
      [relay, talks] = [new Relay(), new Talks()];
      return null;
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ kind: 'done', result }),
    (error: unknown) => process.send?.({ kind: 'failed', error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
