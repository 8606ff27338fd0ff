#!/usr/bin/env node
// Starts the program: from the sources in a clone (Node 24 runs them as they are), from dist/ in the package.
import { existsSync } from "node:fs"
import module from "node:module" // as a whole: an old Node has not all of it, and must get as far as the sentence below

const major = Number(process.versions.node.split(".")[0])
if (major < 24) {
  process.stderr.write(
    `ocean-sentry needs Node 24 or newer, this is ${process.version}. ` +
      "In a clone, `npm ci && npm start` brings the right one along.\n",
  )
  process.exit(2)
}
module.enableCompileCache()
const sources = new URL("../src/cli/main.ts", import.meta.url)
await import(existsSync(sources) ? sources.href : new URL("../dist/cli/main.js", import.meta.url).href)
