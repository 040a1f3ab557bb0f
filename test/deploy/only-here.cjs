/**
 * Loaded before everything else of a deployment: a connection to any machine but this one is refused and told, so that
 * "nothing in it needs a login, a licence or a download" is seen and not believed.
 */

const { appendFileSync } = require('node:fs');
const net = require('node:net');

const HERE = new Set(['127.0.0.1', '::1', 'localhost', undefined]);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function connectHere(...given) {
  const [first] = Array.isArray(given[0]) ? given[0] : given;
  const host = typeof first === 'object' ? first.host : typeof first === 'number' ? given[1] : undefined;
  const isPipe = typeof first === 'string' || first?.path !== undefined;
  if (!isPipe && !HERE.has(host)) {
    appendFileSync(process.env.AFTERBUILD_CONNECTIONS, `${host}\n`);
    throw new Error(`expected no connection but to this machine, got one to ${host}`);
  }
  return connect.apply(this, given);
};
