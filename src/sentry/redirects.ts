// Pure: where a redirect may be followed to, the token with it.

/**
 * The address to follow, or why not. A renamed project answers 302 with a path; anything that leads to another host
 * would hand the token over, so only the configured origin and Sentry's own hosts are followed.
 */
export function followable(
  from: string,
  location: string | null,
  configuredOrigin: string,
): { url: string } | { refused: string } {
  const target = location === null ? null : URL.parse(location, from)
  if (!target) return { refused: "a redirect without a usable address" }
  if (target.origin === configuredOrigin || isSentryCloud(target)) return { url: target.href }
  return { refused: `a redirect to ${target.origin}, which must not see the token` }
}

/** sentry.io itself or a host below it, such as a region or an organization, over https. */
export function isSentryCloud(url: URL): boolean {
  return url.protocol === "https:" && url.port === "" && /(^|\.)sentry\.io$/.test(url.hostname)
}
