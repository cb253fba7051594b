#!/usr/bin/env node
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// From Node 22.8 on, what was compiled once is kept. Not in the shared temporary folder, where others could put code.
const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
const caches = process.platform === 'win32' ? LOCALAPPDATA : XDG_CACHE_HOME || join(homedir(), '.cache');
if (caches) module.enableCompileCache?.(join(caches, 'prom-tutor', 'compiled'));

const { run } = await import('../dist/cli.mjs');
await run();
