// The routes of the process as a page for people: one HTML text that loads nothing from anywhere.
import { html, raw } from "hono/html"
import type { Operation } from "../common/operation.ts"

export function docsPage(operations: readonly Operation[], version: string) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ocean-sentry ${version}: routes</title>
<style>${raw(style)}</style>
</head>
<body>
<h1>ocean-sentry ${version}</h1>
<p>The routes of this process. <a href="/openapi.json">OpenAPI document</a>. Below <code>/v1</code> are those of Port's
API, in the modes with an embedded catalog; they need a token.</p>
${operations.map(
  ({ method, path, summary, answers }) => html`<section>
<h2><span>${method}</span>${path}</h2>
<p>${summary}</p>
<dl>${Object.entries(answers).map(([status, { text }]) => html`<dt>${status}</dt><dd>${text}</dd>`)}</dl>
</section>`,
)}
</body>
</html>
`
}

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
  section { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .5rem 0; }
  h2 { font: 600 1rem ui-monospace, monospace; margin: .5rem 0; }
  h2 span { text-transform: uppercase; opacity: .7; margin-right: .5rem; }
  dl { display: grid; grid-template-columns: 4rem 1fr; margin: .5rem 0; }
  dd { margin: 0; }
`
