// Did this event come from the sender that the data source knows? Checked over the bytes as they came.
import { createHmac } from "node:crypto"
import { sameText } from "../access-tokens.ts"
import type { WebhookSecurity } from "../rules/webhook-definition.ts"
import type { SignatureVerdict } from "../rules/webhook-event.ts"

/**
 * Checked only where both a header and an algorithm are set. Without a secret the event passes: a data source is made
 * before its sender tells the secret.
 */
export function judgeSignature(
  security: WebhookSecurity,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): SignatureVerdict {
  const { signatureHeaderName, signatureAlgorithm, signaturePrefix, secret } = security
  if (!signatureHeaderName || !signatureAlgorithm) return "unchecked"
  if (!secret) return "no-secret"
  const given = headers[signatureHeaderName.toLowerCase()]
  if (given === undefined) return "refused"
  const digest = signatureAlgorithm === "plain" ? secret : hmac(signatureAlgorithm, secret, bytes)
  return sameText(given, `${signaturePrefix ?? ""}${digest}`) ? "verified" : "refused"
}

function hmac(algorithm: "sha1" | "sha256", secret: string, bytes: Uint8Array): string {
  return createHmac(algorithm, secret).update(bytes).digest("hex")
}
