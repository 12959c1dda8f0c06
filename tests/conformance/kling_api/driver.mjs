// Drives npm's kling-api, its code unchanged: reads calls as lines of JSON, writes what came of each.

import { createInterface } from 'node:readline';

import { KlingAPI } from 'kling-api';

const api = new KlingAPI(); // keys from the environment; its constructor insists on an https address
api.client.defaults.baseURL = process.env.KLING_BASE_URL;

// Its own loop, with the wait between two looks shortened.
const waitFor = (query, id) => api.waitForVideoResult(id, (one) => api[query](one), { interval: 100, showSpinner: false });

async function told({ method, arguments: given }) {
  try {
    return { answer: await (method === 'waitFor' ? waitFor(...given) : api[method](...given)) };
  } catch (error) {
    const { name: kind, message, code, httpStatus: status, requestId: request_id } = error;
    return { error: { kind, message, code, status, request_id, retryable: error.isRetryable?.() } };
  }
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

say({ answer: 'ready' });
for await (const line of createInterface({ input: process.stdin })) say(await told(JSON.parse(line)));
