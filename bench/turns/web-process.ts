// What webhook nodes call: at once, after 20 to 200 ms, or never.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';

// It stands for machines of others.
setPriority(10);
const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
  const answer = (): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"order":{"state":"sent","items":[1,2,3]}}');
  };
  request.resume().on('end', () => {
    if (request.url === '/at-once' || request.url === '/ready') answer();
    else if (request.url === '/slow') setTimeout(answer, 20 + Math.random() * 180);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit());
