import { hintsContract, passwordContract } from './hints.contract.ts';
import { natsHints } from './nats-hints.ts';
import { natsServer, prepareServer, whyNot } from './servers.contract.ts';

hintsContract({
  name: 'NATS',
  hasPower: natsServer.named === undefined,
  skip: whyNot(natsServer),
  prepare: () => prepareServer(natsServer),
  open: natsHints,
  schemes: ['nats', 'tls'],
});

if (whyNot({ ...natsServer, named: undefined }) === false) {
  passwordContract(natsServer, natsHints, [
    { args: ['--user', 'baton', '--pass', 'right/word'], right: 'baton:right%2Fword', wrong: 'baton:wrong-word' },
    { args: ['--auth', 'right-token'], right: 'right-token', wrong: 'wrong-token' },
  ]);
}
