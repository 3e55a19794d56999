// The system behind Fanlight, or what a suite asks directly: the library `ws`, sending back each message as it came. Usage: echo.mjs PORT
import { WebSocketServer } from 'ws';

// Without limits and compression of its own, so that a case which differs through Fanlight differs because of Fanlight.
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), perMessageDeflate: false, maxPayload: 0, maxFragments: 0, maxBufferedChunks: 0 });
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {}); // what is wrong with a case is the suite's to say
});
