#!/usr/bin/env node
// The program's door: plain JavaScript, so that an older Node can say what is missing.
import { enableCompileCache, flushCompileCache } from 'node:module';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `Baton needs Node 24 or newer, this is ${process.versions.node}; run it as "npm run baton -- …", which brings its own.\n`,
  );
  process.exit(1);
}
// Types are stripped and code is compiled once, not at every start.
enableCompileCache();
// By itself Node writes what it compiled when it ends; a server that is killed would start slowly again.
setTimeout(flushCompileCache, 2_000).unref();
await import('../src/cli.ts');
