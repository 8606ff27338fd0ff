// What a token's text tells about it, before anything is sent.

export type TokenKind =
  | { usable: true; kind: "user" | "integration" | "application" | "unmarked" }
  | { usable: false; reason: string; hint: string }

/**
 * Sentry marks its newer tokens by a prefix. Organization tokens are refused here: they pass authentication, and then
 * every list answers 403, which would look like a missing scope.
 */
export function tokenKind(token: string): TokenKind {
  if (token.startsWith("sntrys_")) {
    return {
      usable: false,
      reason: "an organization token (sntrys_…) can only upload releases; Sentry lets it read no list",
      hint: "create an internal integration in Sentry (Settings → Custom Integrations) with the permissions Organization, Project, Team, Member and Issue & Event: Read, and use its token (sntryi_…)",
    }
  }
  if (token.startsWith("sntryu_")) return { usable: true, kind: "user" }
  if (token.startsWith("sntryi_")) return { usable: true, kind: "integration" }
  if (token.startsWith("sntrya_")) return { usable: true, kind: "application" }
  return { usable: true, kind: "unmarked" } // 64 hexadecimal digits on older servers; others are for the server to judge
}
