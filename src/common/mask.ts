// Secrets out of texts: those this process was given, and whatever looks like one though nobody declared it.

/** Stands in the place of a secret. */
const redacted = "[REDACTED]"

/**
 * Forms by which secrets are known wherever they come from. None of them can run over the quotes or escapes of JSON,
 * so that a masked line is still JSON.
 */
const forms: readonly RegExp[] = [
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, // JSON web tokens
  /(?<=\bbearer )[\w.~+/=-]{8,}/gi,
  /(?<=\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s:/@"\\]{0,200}:)[^\s@/"\\]+(?=@)/gi, // a password in an address
  /\b(?:sntry[su]|gh[oprsu]|github_pat|glpat|xox[abprs])[_-][\w=+/-]{16,}/g, // tokens that say whose they are
  /\bAKIA[\dA-Z]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?-----END [A-Z ]*PRIVATE KEY-----/g,
]

/** Replaces every given secret in a text, also where JSON has escaped it, and everything of a known form. */
export function createMask(secrets: readonly string[]): (text: string) => string {
  const spellings = new Set(
    secrets
      .filter((secret) => secret !== "") // an empty one would be found between all letters
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]),
  )
  const longestFirst = [...spellings].sort((left, right) => right.length - left.length)
  return (text) => {
    const given = longestFirst.reduce((masked, secret) => masked.replaceAll(secret, redacted), text)
    return forms.reduce((masked, form) => masked.replace(form, redacted), given)
  }
}
