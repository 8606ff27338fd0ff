import type { About } from "../api/about.ts"

/** From where to where, in a sentence. */
export function Connection({ about }: { about: About }) {
  const from =
    about.mode === "demo"
      ? `A simulated Sentry organization (${about.organization})`
      : `The Sentry organization ${about.organization} at ${about.sentry.host}`
  const to = about.target.kind === "embedded" ? "the embedded catalog" : `Port at ${about.target.url}`
  return (
    <>
      {from} → {to}, as “{about.integration.identifier}”. Version {about.version}.
    </>
  )
}
