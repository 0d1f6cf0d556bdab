// The baseline of the reconnecting: a bare `ws` server that lets everybody in, sends each the frame that they missed, and
// answers a message with the frames that Baton answers with. It checks, reads and stores nothing.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const at = new Date().toISOString();
const http = createServer((_, response) => response.end());
const server = new WebSocketServer({
  server: http,
  perMessageDeflate: false,
  handleProtocols: ([first]) => first ?? false,
});
server.on('connection', (socket, { url = '' }) => {
  let seq = Number(url.split('=')[1]) + 1;
  socket.send(JSON.stringify({ type: 'message', seq, from: 'live_agent', text: 'missed', at }));
  socket.on('message', (data) => {
    const { id, text } = JSON.parse(String(data));
    seq += 1;
    socket.send(JSON.stringify({ type: 'message', seq, from: 'user', id, text, at }));
    socket.send(JSON.stringify({ type: 'accepted', id, seq }));
  });
});
const port = Number(process.env.PORT ?? 0);
http.listen({ port, host: '127.0.0.1', backlog: Number(process.env.BENCH_BACKLOG ?? 4096) }, () => {
  const address = http.address();
  console.log(`bare sockets at http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`);
});
