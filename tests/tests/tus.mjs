// Uploads a file with the real tus-js-client: node tus.mjs NODE_MODULES ENDPOINT FILE COOKIE ORIGIN KIND
// Prints the upload's address, how often it asked where to go on, and how often it began anew.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [modules, endpoint, file, cookie, origin, kind] = process.argv.slice(2);
const tus = createRequire(path.join(modules, 'x.js'))('tus-js-client');
const counts = { HEAD: 0, POST: 0, PATCH: 0 };
const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint,
  headers: { Cookie: cookie, Origin: origin },
  metadata: { filename: path.basename(file), filetype: 'video/mp4', kind },
  // While the server is started again nobody answers.
  retryDelays: Array.from({ length: 240 }, () => 250),
  onBeforeRequest: (request) => { counts[request.getMethod()] += 1; },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(JSON.stringify({ address: upload.url, heads: counts.HEAD, posts: counts.POST, patches: counts.PATCH }));
    process.exit(0);
  },
});
upload.start();
