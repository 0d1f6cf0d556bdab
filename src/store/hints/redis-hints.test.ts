import { hintsContract, passwordContract } from './hints.contract.ts';
import { redisHints } from './redis-hints.ts';
import { prepareServer, redisServer, whyNot } from './servers.contract.ts';

hintsContract({
  name: 'Redis',
  hasPower: redisServer.named === undefined,
  skip: whyNot(redisServer),
  prepare: () => prepareServer(redisServer),
  open: redisHints,
  schemes: ['redis', 'rediss'],
});

if (whyNot({ ...redisServer, named: undefined }) === false) {
  passwordContract(redisServer, redisHints, [
    { args: ['--requirepass', 'right/word'], right: ':right%2Fword', wrong: ':wrong-word' },
  ]);
}
